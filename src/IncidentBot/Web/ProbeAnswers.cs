using IncidentBot.ProbeRuns;

namespace IncidentBot.Web;

/// <summary>The answer of <c>GET /api/v1/probes</c>.</summary>
internal sealed record ProbesAnswer(IReadOnlyList<ProbeAnswer> Probes);

/// <summary>One probe in <c>/api/v1</c>. Every key is always there; what is absent is null.</summary>
internal sealed record ProbeAnswer
{
    public required string Name { get; init; }

    public required string Kind { get; init; }

    /// <summary>What it looks at.</summary>
    public required string Target { get; init; }

    /// <summary><c>healthy</c>, <c>unhealthy</c>, <c>unknown</c>; null when it has not run yet.</summary>
    public required string? Outcome { get; init; }

    /// <summary>What the last run saw, or why it failed.</summary>
    public required string? Reason { get; init; }

    /// <summary>What will need a hand soon.</summary>
    public required string? Warning { get; init; }

    /// <summary>The first of the runs in a row that ended alike.</summary>
    public required DateTime? Since { get; init; }

    /// <summary>How many runs in a row ended alike.</summary>
    public required int Streak { get; init; }

    /// <summary>Id of the last run.</summary>
    public required string? Run { get; init; }

    public required DateTime? LastRunAt { get; init; }

    public required DateTime? LastSuccessAt { get; init; }

    public required double? DurationSeconds { get; init; }

    /// <summary>Whether it runs at the moment.</summary>
    public required bool Running { get; init; }

    /// <summary>Share of healthy runs among those that could look: of the last 24 hours.</summary>
    public required double? AvailabilityDay { get; init; }

    /// <summary>Of the last 7 days.</summary>
    public required double? AvailabilityWeek { get; init; }

    /// <summary>Of the last 30 days.</summary>
    public required double? AvailabilityMonth { get; init; }

    /// <summary>Why the last push to the Pushgateway failed; null when it did not, or there is none.</summary>
    public required string? PushFailure { get; init; }

    public static ProbeAnswer Of(ProbeView view)
    {
        var (state, last) = (view.State, view.State.Last);
        return new ProbeAnswer
        {
            Name = view.Name,
            Kind = view.Probe.Probe.Kind.Name,
            Target = view.Probe.Probe.Kind.Target(view.Probe.Probe.Options),
            Outcome = last is null ? null : ReportJson.Word(last.Outcome),
            Reason = last?.Words,
            Warning = state.Warning,
            Since = last is null ? null : state.Since.UtcDateTime,
            Streak = state.Streak,
            Run = last?.Id,
            LastRunAt = last?.At.UtcDateTime,
            LastSuccessAt = state.LastSuccess?.UtcDateTime,
            DurationSeconds = last?.Took.TotalSeconds,
            Running = view.Probe.RunningSince is not null,
            AvailabilityDay = view.Availability.Day,
            AvailabilityWeek = view.Availability.Week,
            AvailabilityMonth = view.Availability.Month,
            PushFailure = view.Probe.Pushed.Failure,
        };
    }
}
