using IncidentBot.Incidents;

namespace IncidentBot.Lanes;

/// <summary>The configured lanes in their order.</summary>
internal sealed class LaneBook(IReadOnlyList<Lane> lanes)
{
    public IReadOnlyList<Lane> Lanes => lanes;

    /// <summary>The lanes of the configuration; without any, one that shows everything on the web page.</summary>
    /// <param name="zone">Of quiet hours that name none, and of digests.</param>
    /// <param name="words">By which severities are compared; the usual ones without.</param>
    public static LaneBook Of(IReadOnlyList<LaneOptions> lanes, TimeZoneInfo? zone = null, SeverityWords? words = null) =>
        new(lanes.Count == 0
        ? [new Lane("all", 0, [], [], false, [], false)]
        : [.. lanes.Select((options, rank) => options.At(rank, zone ?? TimeZoneInfo.Utc, words ?? SeverityWords.Usual))]);

    /// <summary>
    /// The lanes of an incident: a lane takes it when it takes any alert that fires. The first one that does is its own, and
    /// those behind are tried as long as the ones that take it continue. When nothing fires it stays where it was. What
    /// IncidentBot says of itself, that it hears nothing, is in the most urgent lane whatever that lane asks for.
    /// </summary>
    /// <param name="current">The name of its own lane until now; null when it is new.</param>
    public Routing Route(Incident incident, string? current)
    {
        var before = current is null ? null : Named(current);
        before = before == Lane.None ? null : before;
        if (incident.FiringCount == 0 && current is not null)
        {
            return new Routing(this, [before ?? Lane.None], before);
        }

        var takers = new List<Lane>(1);
        var isOwn = string.Equals(incident.Key.Source, IncidentKey.OwnSource, StringComparison.Ordinal);
        foreach (var lane in lanes)
        {
            if ((isOwn && lane.Rank == 0) || Takes(lane, incident))
            {
                takers.Add(lane);
                if (!lane.Continue)
                {
                    break;
                }
            }
        }

        return new Routing(this, takers.Count == 0 ? [Lane.None] : takers, before);
    }

    /// <summary>The lane of this name; after a configuration that removed it, the lane of none.</summary>
    public Lane Named(string name) => lanes.FirstOrDefault(lane => string.Equals(lane.Name, name, StringComparison.Ordinal)) ?? Lane.None;

    private static bool Takes(Lane lane, Incident incident)
    {
        foreach (var alert in incident.Alerts.Values)
        {
            if ((alert.Firing || incident.FiringCount == 0) && lane.Takes(alert.Labels))
            {
                return true;
            }
        }

        return false;
    }
}
