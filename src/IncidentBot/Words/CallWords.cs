using System.Globalization;
using IncidentBot.Incidents;

namespace IncidentBot.Words;

/// <summary>
/// What the history that people are called by comes to, in the few words that a locked phone shows: <c>ESCALATED, nobody acknowledged
/// for 5 min</c>. It stands before the summary and the alert's name, because in a thread nothing else says what it is about.
/// </summary>
internal static class CallWords
{
    /// <summary>The most important first: of several things that happened at once one leads.</summary>
    private static readonly ChangeKind[] Leading =
    [
        ChangeKind.Escalated, ChangeKind.Reminded, ChangeKind.Unreached,
        ChangeKind.Reopened, ChangeKind.SeverityRaised, ChangeKind.LaneRaised,
    ];

    /// <summary>The change that leads a text: the end, or what became worse; null when neither is among them.</summary>
    public static Change? Lead(IReadOnlyList<Change> changes)
    {
        if (changes.LastOrDefault(change => change.Kind is ChangeKind.Resolved or ChangeKind.Reopened) is { Kind: ChangeKind.Resolved } end)
        {
            return end;
        }

        foreach (var kind in Leading)
        {
            if (changes.LastOrDefault(change => change.Kind == kind) is { } found)
            {
                return found;
            }
        }

        return changes.LastOrDefault(change => change.Calls);
    }

    /// <summary>Whether the words of <see cref="Of"/> say all that the change's own line does.</summary>
    public static bool SaysAll(Change lead) =>
        lead.Kind is ChangeKind.Resolved or ChangeKind.Escalated or ChangeKind.Reminded or ChangeKind.Unreached;

    /// <param name="lead">The change that leads. Its detail is hostile text.</param>
    public static string Of(Change lead, Incident incident) => lead.Kind switch
    {
        ChangeKind.Escalated => With("ESCALATED", lead.Detail),
        ChangeKind.Reminded => With("STILL WAITING", lead.Detail),
        ChangeKind.Reopened => With("FIRING AGAIN", incident.Flaps > 1 ? $"{Counts.Returns(incident.Flaps)}" : ""),
        ChangeKind.SeverityRaised => $"NOW {incident.Severity.Word.ToUpper(CultureInfo.InvariantCulture)}",
        ChangeKind.LaneRaised => "MORE URGENT NOW",
        ChangeKind.Joined => With($"ALSO {IncidentWords.State(incident.Status, incident.Severity).ToUpper(CultureInfo.InvariantCulture)}",
            incident.Untaken.Any() ? "nobody has it" : ""),
        ChangeKind.Unreached => $"NOT SHOWN IN {lead.Detail}",
        ChangeKind.HeardAgain => "STILL FIRING",
        ChangeKind.Unsuppressed => "NO LONGER SILENCED",
        ChangeKind.Uninhibited => "NO LONGER EXPLAINED",
        _ => IncidentWords.State(incident.Status, incident.Severity).ToUpper(CultureInfo.InvariantCulture),
    };

    private static string With(string what, string detail) => detail.Length > 0 ? $"{what}, {detail}" : what;
}
