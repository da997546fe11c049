using IncidentBot.Incidents;

namespace IncidentBot.Web;

/// <summary>The order in which people need alerts: those that fire, worst first, newest first; then what ended, latest first.</summary>
internal static class AlertOrder
{
    public static IReadOnlyList<Alert> Sort(IEnumerable<Alert> alerts) =>
    [
        .. alerts.OrderByDescending(alert => alert.Firing)
            .ThenByDescending(alert => alert.Firing ? alert.Severity.Rank : 0)
            .ThenByDescending(alert => alert.EndsAt ?? alert.FiringSince)
            .ThenBy(alert => alert.Fingerprint, StringComparer.Ordinal),
    ];
}
