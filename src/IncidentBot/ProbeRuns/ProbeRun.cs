using IncidentBot.Probes;

namespace IncidentBot.ProbeRuns;

/// <summary>The verdict of a run as it is stored; the numbers are.</summary>
internal enum RunOutcome
{
    Healthy = 0,

    Unhealthy = 1,

    /// <summary>It could not look.</summary>
    Unknown = 2,
}

/// <summary>One run of a probe, as history keeps it.</summary>
/// <param name="Id">Unique for the run.</param>
/// <param name="At">When it began.</param>
/// <param name="Took">The whole run.</param>
/// <param name="Latency">What is drawn; null when nothing answered.</param>
/// <param name="Words">What was seen, or why it failed: in full, on one line.</param>
internal sealed record ProbeRun(string Id, DateTimeOffset At, TimeSpan Took, TimeSpan? Latency, RunOutcome Outcome, string Words);

/// <summary>All that came of one run.</summary>
/// <param name="Result">What the look gave, made fit to be kept: without secrets, bounded.</param>
/// <param name="Conversation">Line by line.</param>
internal sealed record ProbeReport(Probe Probe, ProbeRun Run, ProbeResult Result, IReadOnlyList<string> Conversation);
