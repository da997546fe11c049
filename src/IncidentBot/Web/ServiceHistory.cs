using IncidentBot.Graph;
using IncidentBot.Incidents;
using IncidentBot.Storage;

namespace IncidentBot.Web;

/// <summary>What is known of a service's past, from the incidents that are kept.</summary>
/// <param name="Past">Incidents that spoke of it and are over, the latest first.</param>
/// <param name="Since">From when on all of them are known.</param>
/// <param name="Available">The part of the time since then, from 0 to 1, in which no incident said that it is down.</param>
internal sealed record ServiceHistory(IReadOnlyList<IncidentSummary> Past, DateTimeOffset Since, double Available)
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <param name="ended">
    /// The latest of all incidents that are over; those that spoke of the service are known by the labels that all their alerts share.
    /// </param>
    /// <param name="isAll">There are no others.</param>
    public static ServiceHistory Of(ServiceGraph graph, int place, IReadOnlyList<Incident> open, IReadOnlyList<IncidentSummary> ended,
        bool isAll, DateTimeOffset now)
    {
        var past = ended.Where(incident => graph.Dependencies.Stand(incident.Labels).Services.Contains(place)).ToList();
        var earliest = ended.Min(incident => incident.ResolvedAt) ?? now;
        var since = isAll || earliest < now - Longest ? now - Longest : earliest;
        var down = past.Where(incident => IsDown(incident.Labels, incident.Severity))
            .Select(incident => (From: incident.OpenedAt, To: incident.ResolvedAt ?? now))
            .Concat(open.Where(incident => incident.Alerts.Values.Any(alert => alert.Firing && IsDown(alert.Labels, alert.Severity)))
                .Select(incident => (From: Later(incident.FiringSince ?? incident.OpenedAt, incident.OpenedAt), To: now)));
        var (lost, until) = (TimeSpan.Zero, since);
        foreach (var (from, to) in down.Where(span => span.To > since).OrderBy(span => span.From))
        {
            var begin = Later(from, until);
            lost += to > begin ? to - begin : TimeSpan.Zero;
            until = Later(to, until);
        }

        return new ServiceHistory(past, since, now > since ? 1 - (lost / (now - since)) : 1);

        static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

        // What is only for somebody to know does not count against it.
        bool IsDown(Alerts.LabelSet labels, Severity severity) => severity.Level >= SeverityLevel.Warning
            && graph.Dependencies.Stand(labels) is { IsLocal: false } stand && stand.Services.Contains(place);
    }
}
