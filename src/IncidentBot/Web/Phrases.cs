using IncidentBot.Incidents;

namespace IncidentBot.Web;

/// <summary>Counts and history in words.</summary>
internal static class Phrases
{
    public static string Count(long count, string one, string many) =>
        FormattableString.Invariant($"{count:N0} {(count == 1 ? one : many)}");

    public static string Alerts(long count) => Count(count, "alert", "alerts");

    public static string FiringAndResolved(int firing, int resolved) => (firing, resolved) switch
    {
        ( > 0, > 0) => FormattableString.Invariant($"{firing:N0} firing, {resolved:N0} resolved"),
        ( > 0, _) => FormattableString.Invariant($"{firing:N0} firing"),
        _ => FormattableString.Invariant($"{resolved:N0} resolved"),
    };

    public static string Flaps(int flaps) => $"came back {(flaps == 1 ? "once" : Count(flaps, "time", "times"))}";

    /// <summary>A line of history without its detail.</summary>
    public static string Of(Change change) => change.Kind switch
    {
        ChangeKind.Opened => $"Opened with {Alerts(change.Count)}",
        ChangeKind.Joined => change.Count == 1 ? "1 more alert fires" : $"{change.Count} more alerts fire",
        ChangeKind.AlertResolved => $"{Alerts(change.Count)} resolved, others still fire",
        ChangeKind.SeverityRaised => "Severity raised",
        ChangeKind.Resolved => "Resolved",
        ChangeKind.Reopened => $"Reopened: {Alerts(change.Count)} {(change.Count == 1 ? "fires" : "fire")} again",
        ChangeKind.Stale => "Stale: Alertmanager has not spoken of it for long",
        ChangeKind.HeardAgain => "Heard of again: it still fires",
        ChangeKind.ResolvedUnseen => "Ended before IncidentBot heard of its beginning",
        ChangeKind.Gone => $"{Alerts(change.Count)} gone from Alertmanager, taken as resolved",
        ChangeKind.Silenced => $"{Alerts(change.Count)} silenced in Alertmanager",
        ChangeKind.Inhibited => $"{Alerts(change.Count)} inhibited in Alertmanager",
        ChangeKind.Muted => $"{Alerts(change.Count)} muted in Alertmanager",
        ChangeKind.Unsuppressed => $"{Alerts(change.Count)} no longer silenced or inhibited",
        ChangeKind.LaneRaised => "Moved up to a more urgent lane",
        ChangeKind.Acknowledged => "Acknowledged",
        ChangeKind.Unacknowledged => "No longer acknowledged",
        ChangeKind.Escalated => "Escalated",
        ChangeKind.Reminded => "People called again",
        ChangeKind.FlappingBegan => "Flapping: kept up to date quietly until it is stable",
        ChangeKind.InhibitedBy => "Explained by other incidents: not announced meanwhile",
        ChangeKind.Uninhibited => "No longer explained, and still firing",
        ChangeKind.FlappingEnded => "Stable again",
        _ => "Updated",
    };

    /// <summary>The sign before a line of history.</summary>
    public static string Class(ChangeKind kind) => kind switch
    {
        ChangeKind.Opened or ChangeKind.Joined or ChangeKind.Reopened => "begins",
        ChangeKind.SeverityRaised or ChangeKind.LaneRaised or ChangeKind.Escalated or ChangeKind.Reminded => "worse",
        ChangeKind.Resolved or ChangeKind.AlertResolved or ChangeKind.ResolvedUnseen => "ends",
        _ => "notes",
    };
}
