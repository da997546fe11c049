using IncidentBot.Channels;
using IncidentBot.Delivery;
using IncidentBot.Incidents;
using IncidentBot.Storage;

namespace IncidentBot.Chat;

/// <summary>An incident in one line of an answer: <c>🛑 #4 NodeDown node=pi-3 · 36 min · Ada has it</c>. Hostile text.</summary>
internal static class IncidentLine
{
    private const int Longest = 110;

    public static string Of(IncidentSummary incident, DateTimeOffset now)
    {
        var since = incident.Status == IncidentStatus.Resolved ? "resolved" : Headline.Length(now - (incident.FiringSince ?? incident.OpenedAt));
        var who = incident.AcknowledgedBy is { } by ? $"{PlainText.Line(by, 30)} has it"
            : incident.Quiet(now) ? "quiet" : incident.Status == IncidentStatus.Stale ? "stale" : "";
        var ends = string.Join(" · ", new[] { since, who }.Where(part => part.Length > 0));
        var sign = StateSign.Of(incident.Status switch
        {
            IncidentStatus.Resolved => MessageState.Resolved,
            IncidentStatus.Stale => MessageState.Stale,
            _ => MessageWriter.State(incident.Severity),
        });
        return $"{sign} #{incident.Number} {PlainText.Line($"{incident.Title} {incident.Place}", Longest - ends.Length)} · {ends}";
    }
}
