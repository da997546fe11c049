namespace IncidentBot.Storage;

/// <summary>What probes found, durable and bounded. Every change is one transaction.</summary>
/// <exception cref="StoreUnavailableException">Nothing was changed, and the reason says why; a later call may succeed.</exception>
internal interface IProbeRecords
{
    /// <summary>Keeps runs, and what is to be known of their probes after a restart.</summary>
    Task KeepAsync(IReadOnlyList<ProbeRow> probes, IReadOnlyList<ProbeRunRow> runs, CancellationToken cancellationToken);

    /// <summary>Every probe that something is kept of.</summary>
    Task<IReadOnlyList<ProbeRow>> ProbesAsync(CancellationToken cancellationToken);

    /// <summary>The newest runs of a probe, newest first.</summary>
    Task<IReadOnlyList<ProbeRunRow>> RunsAsync(string probe, int limit, CancellationToken cancellationToken);

    /// <summary>How often each probe was how since a moment, counted by whole hours.</summary>
    Task<IReadOnlyList<ProbeHours>> HoursAsync(DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes runs beyond the newest <paramref name="most"/> of each probe, hours before a moment, and probes of which nothing is left.
    /// </summary>
    Task PruneAsync(DateTimeOffset before, int most, CancellationToken cancellationToken);

    /// <summary>Groups that were pushed to a Pushgateway and not deleted since.</summary>
    Task<IReadOnlyList<PushedGroup>> GroupsAsync(CancellationToken cancellationToken);

    /// <summary>Remembers a group before it is pushed, or forgets one that has been deleted.</summary>
    Task KeepGroupAsync(PushedGroup group, bool deleted, CancellationToken cancellationToken);
}

/// <summary>What is known of a probe after a restart.</summary>
/// <param name="State">Whatever the probes keep, as they write it.</param>
internal sealed record ProbeRow(string Name, string State);

/// <summary>One run.</summary>
/// <param name="Outcome">Number of the outcome, see the type of runs.</param>
/// <param name="Took">The whole run.</param>
/// <param name="Latency">What is drawn; null when nothing answered.</param>
internal sealed record ProbeRunRow(
    string Probe, string Id, DateTimeOffset At, TimeSpan Took, TimeSpan? Latency, int Outcome, string Words);

/// <summary>How often a probe was how.</summary>
internal sealed record ProbeHours(string Probe, long Healthy, long Unhealthy, long Unknown);

/// <summary>A group in a Pushgateway.</summary>
/// <param name="Gateway">Its base address.</param>
/// <param name="Path">The grouping key as its address has it.</param>
internal sealed record PushedGroup(string Gateway, string Path, string Probe);
