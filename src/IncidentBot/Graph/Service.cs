namespace IncidentBot.Graph;

/// <summary>A service that people run: <c>(:Service {name, tier})</c>.</summary>
/// <param name="Name">By which alerts and other services mean it, compared without case.</param>
/// <param name="Tier">1 for what must not fail, to 4 for what may.</param>
internal sealed record Service(string Name, int Tier)
{
    /// <summary>For people; the name where nobody gave one.</summary>
    public string Title { get; init; } = Name;

    /// <summary>Who looks after it; empty when nobody is named.</summary>
    public string Owner { get; init; } = "";

    /// <summary>What must work for it to work.</summary>
    public IReadOnlyList<DependsOn> DependsOn { get; init; } = [];

    /// <summary>Labels of alerts about what runs on it: a host carries every pod that names it.</summary>
    public IReadOnlyList<LabelConditions> Carries { get; init; } = [];

    /// <summary>Labels of alerts that speak of a part of it: what needs it works on, so they explain nothing else.</summary>
    public IReadOnlyList<LabelConditions> LocalAlerts { get; init; } = [];
}

/// <summary>
/// One thing that a service needs: <c>(:Service)-[:DEPENDS_ON]->(:Service)</c>. Several names are redundant: it lacks only when all of them
/// are down.
/// </summary>
internal sealed record DependsOn(IReadOnlyList<string> AnyOf)
{
    public DependsOn(string service)
        : this([service])
    {
    }

    public bool Equals(DependsOn? other) => other is not null && AnyOf.SequenceEqual(other.AnyOf, StringComparer.OrdinalIgnoreCase);

    public override int GetHashCode() => AnyOf.Count == 0 ? 0 : StringComparer.OrdinalIgnoreCase.GetHashCode(AnyOf[0]);

    /// <summary>For people: <c>dns-1 or dns-2</c>.</summary>
    public override string ToString() => string.Join(" or ", AnyOf);
}
