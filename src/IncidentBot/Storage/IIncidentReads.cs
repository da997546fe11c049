using IncidentBot.Incidents;

namespace IncidentBot.Storage;

/// <summary>What pages, metrics and comparisons read. Reads see the last commit and hold up no change.</summary>
/// <exception cref="StoreUnavailableException">The reason says why; a later call may succeed.</exception>
internal interface IIncidentReads
{
    /// <summary>Incidents in the order people need them: firing before stale before resolved, worst first, newest first.</summary>
    Task<IReadOnlyList<IncidentSummary>> ListAsync(IncidentFilter filter, CancellationToken cancellationToken);

    /// <summary>One incident with everything; null when there is none of this number.</summary>
    Task<IncidentDetail?> FindAsync(long number, CancellationToken cancellationToken);

    /// <summary>Posts with the title of their incident: those that wait or are refused first, then the latest shown.</summary>
    Task<IReadOnlyList<PostSummary>> PostsAsync(int limit, CancellationToken cancellationToken);

    /// <summary>How many there are of what, for pages and metrics; its cost does not grow with history.</summary>
    Task<StoreCounts> CountAsync(CancellationToken cancellationToken);

    /// <summary>Some incidents that fire, with all their alerts, from behind a number on, lowest first.</summary>
    Task<IReadOnlyList<Incident>> FiringAsync(long after, int limit, CancellationToken cancellationToken);

    /// <summary>Every alert of a source that fires, in incidents that are firing or stale.</summary>
    Task<IReadOnlyList<OpenAlert>> OpenAlertsAsync(string source, CancellationToken cancellationToken);

    /// <summary>The names of the alerts of every incident that is not resolved, each with the incident's number.</summary>
    Task<IReadOnlyList<(long Incident, string Alert)>> OpenAlertNamesAsync(CancellationToken cancellationToken);

    /// <summary>The receivers of a source's incidents that changed after a moment. It may read all of history: ask once.</summary>
    Task<IReadOnlyList<string>> ReceiversAsync(string source, DateTimeOffset after, CancellationToken cancellationToken);
}
