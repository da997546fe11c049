namespace IncidentBot.Incidents;

/// <summary>
/// What services need, as it is known now: whoever reads the list of services says so, and the store goes by it. Until then nothing is
/// known.
/// </summary>
internal sealed class KnownServices
{
    private volatile Combined _combined = new(IncidentRules.Default, IncidentRules.Default);
    private volatile DependencyMap _now = DependencyMap.Empty;

    public DependencyMap Now => _now;

    /// <summary>Called when services need something else than before; handlers must return at once.</summary>
    public event Action? Changed;

    /// <summary>Takes in what is known from now on. Maps that say the same change nothing.</summary>
    public void Say(DependencyMap map)
    {
        if (!string.Equals(map.Identity, Now.Identity, StringComparison.Ordinal))
        {
            _now = map;
            Changed?.Invoke();
        }
    }

    /// <summary>Rules with what is known now; the same object for as long as neither changes.</summary>
    public IncidentRules With(IncidentRules rules)
    {
        var (combined, map) = (_combined, Now);
        if (!ReferenceEquals(combined.Rules, rules) || !ReferenceEquals(combined.All.Services, map))
        {
            _combined = combined = new Combined(rules, rules with { Services = map });
        }

        return combined.All;
    }

    private sealed record Combined(IncidentRules Rules, IncidentRules All);
}
