using IncidentBot.Incidents;

namespace IncidentBot.Lanes;

/// <summary>The configured lanes in their order.</summary>
internal sealed class LaneBook(IReadOnlyList<Lane> lanes)
{
    public IReadOnlyList<Lane> Lanes => lanes;

    /// <summary>
    /// The lane of an incident: the most urgent one that takes any alert that fires. When nothing fires it stays where it was.
    /// What IncidentBot says of itself, that it hears nothing, is in the most urgent lane whatever that lane asks for.
    /// </summary>
    public Routing Route(Incident incident, string? current)
    {
        if (incident.FiringCount == 0 && current is not null)
        {
            return new Routing([Named(current)]);
        }

        if (string.Equals(incident.Key.Source, IncidentKey.OwnSource, StringComparison.Ordinal) && lanes.Count > 0)
        {
            return new Routing([lanes[0]]);
        }

        var best = Lane.None;
        foreach (var alert in incident.Alerts.Values)
        {
            if (alert.Firing || incident.FiringCount == 0)
            {
                best = First(alert, best);
                if (best.Rank == 0)
                {
                    break;
                }
            }
        }

        return new Routing([best]);
    }

    /// <summary>The lane of this name; after a configuration that removed it, the lane of none.</summary>
    public Lane Named(string name) => lanes.FirstOrDefault(lane => string.Equals(lane.Name, name, StringComparison.Ordinal)) ?? Lane.None;

    /// <summary>Whether a change moves an incident to a more or less urgent lane. What was in a lane that is gone has not moved.</summary>
    public LaneMove Move(string? before, Lane after)
    {
        var from = before is null ? after : Named(before);
        return from == Lane.None || from.Rank == after.Rank ? LaneMove.None : after.Rank < from.Rank ? LaneMove.Up : LaneMove.Down;
    }

    private Lane First(Alert alert, Lane best)
    {
        foreach (var lane in lanes)
        {
            if (lane.Rank >= best.Rank)
            {
                break;
            }

            if (lane.Takes(alert.Labels))
            {
                return lane;
            }
        }

        return best;
    }
}
