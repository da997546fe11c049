namespace IncidentBot.Lanes;

/// <summary>Which lanes show an incident.</summary>
/// <param name="Lanes">At least one; the first is the incident's own, the others are those that it continues to.</param>
internal sealed record Routing(IReadOnlyList<Lane> Lanes)
{
    /// <summary>The incident's own lane.</summary>
    public Lane Lane => Lanes[0];
}
