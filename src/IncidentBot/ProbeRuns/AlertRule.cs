using IncidentBot.Probes;

namespace IncidentBot.ProbeRuns;

/// <summary>Whether a probe's own alert should fire. Pure: the same runs at the same moment give the same answer.</summary>
internal static class AlertRule
{
    /// <summary>A probe that could not look so many times in a row means that our own network is down.</summary>
    public const int UnknownInARow = 3;

    /// <summary>Whether as many of the last runs have failed as is asked for. Runs that could not look say nothing.</summary>
    /// <param name="runs">Oldest first.</param>
    public static bool IsFailing(AlertAfter after, IEnumerable<RunOutcome> runs) =>
        runs.Where(outcome => outcome != RunOutcome.Unknown).TakeLast(after.Last).Count(outcome => outcome == RunOutcome.Unhealthy)
            >= after.Failed;

    /// <summary>Since when it is failing and since when its alert fires, as of a moment.</summary>
    public static ProbeState Judge(ProbeState state, ProbeAlertOptions? alert, IReadOnlyList<ProbeRun> runs, DateTimeOffset now)
    {
        if (alert is null || !IsFailing(alert.After, runs.Select(run => run.Outcome)))
        {
            return state with { FailingSince = null, AlertSince = null };
        }

        var since = state.FailingSince ?? runs[^1].At;
        return state with { FailingSince = since, AlertSince = state.AlertSince ?? (now - since >= alert.For ? now : null) };
    }
}
