using IncidentBot.Channels;
using IncidentBot.Incidents;
using IncidentBot.ProbeRuns;

namespace IncidentBot.Chat;

/// <summary>A probe in one line of an answer. Hostile text: what a probe saw is from outside.</summary>
internal static class ProbeLine
{
    private const int LineLength = 160;

    public static string Of(WatchedProbe probe, DateTimeOffset now)
    {
        var last = probe.State.Last;
        var sign = StateSign.Of(last?.Outcome switch
        {
            RunOutcome.Healthy => MessageState.Resolved,
            RunOutcome.Unhealthy => MessageState.Critical,
            _ => MessageState.Stale,
        });
        return PlainText.Line(last is null ? $"{sign} {probe.Name}: has not run yet"
            : $"{sign} {probe.Name}: {last.Words} · {Headline.Length(now - last.At)} ago", LineLength);
    }
}
