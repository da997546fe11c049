using IncidentBot.Incidents;

namespace IncidentBot.Lanes;

/// <summary>Which lanes show an incident.</summary>
/// <param name="Lanes">At least one; the first is the incident's own, the others are those that it continues to.</param>
/// <param name="Before">The lane that was its own before; null when it is new, or that lane is no longer configured.</param>
internal sealed record Routing(LaneBook Book, IReadOnlyList<Lane> Lanes, Lane? Before)
{
    /// <summary>The incident's own lane.</summary>
    public Lane Lane => Lanes[0];

    /// <summary>Whether it has become more or less urgent. What was in a lane that is gone has not moved.</summary>
    public LaneMove Move => Before is null || Before.Rank == Lane.Rank ? LaneMove.None : Lane.Rank < Before.Rank ? LaneMove.Up
        : LaneMove.Down;

    /// <summary>
    /// The lane by which a room goes on showing a post when none of these has that room: what was shown by the incident's own
    /// lane follows it, what another lane showed stays with that one.
    /// </summary>
    public Lane Follow(string shownBy) => Book.Named(shownBy) is var lane && lane != Lane.None && lane != Before ? lane : Lane;
}
