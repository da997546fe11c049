using IncidentBot.Alerts;

namespace IncidentBot.Incidents;

/// <summary>
/// Who says something: one Alertmanager about one of its groups. It sends the notifications of a group one after the other, so
/// what one voice says is in order; what two voices say may cross on the way.
/// </summary>
internal static class Voice
{
    /// <summary>A short name that only the same voice has; null when nobody knows who speaks.</summary>
    public static string? Of(Notification notification) => notification.Sender.Length == 0
        ? null
        : Fingerprint.Of(LabelSet.From(("group", IncidentKey.Of(notification).ToString()), ("sender", notification.Sender)));

    /// <summary>
    /// Whether "it fires" of an episode whose end is known is a copy from before the end. Whoever told the end knows better by now:
    /// from that voice it is news. From another it is a latecomer for as long as two peers may be apart.
    /// </summary>
    public static bool IsLatecomer(Alert ended, Notification said, DateTimeOffset now) =>
        !said.IsListed && now - ended.HeardAt <= IncidentRules.LatecomerWithin
        && (ended.EndedBy is null || !string.Equals(Of(said), ended.EndedBy, StringComparison.Ordinal));
}
