using IncidentBot.Alerts;

namespace IncidentBot.Incidents;

/// <summary>
/// Which services there are and what each needs to work, and where among them an alert stands: what a search for causes walks on.
/// Services are known by their place in the list. It never changes.
/// </summary>
internal sealed class DependencyMap
{
    public static readonly DependencyMap Empty = new([], [], _ => AlertPlace.Nowhere, "");

    private readonly IReadOnlyList<string> _names;
    private readonly int[][][] _needs;
    private readonly int[][] _dependents;
    private readonly Func<LabelSet, AlertPlace> _stand;

    /// <param name="names">Of the services.</param>
    /// <param name="needs">For each service what it needs, and for each need the services of which one is enough.</param>
    /// <param name="stand">Where an alert stands, by its labels; used by several threads.</param>
    /// <param name="identity">The same for maps that say the same.</param>
    public DependencyMap(IReadOnlyList<string> names, int[][][] needs, Func<LabelSet, AlertPlace> stand, string identity)
    {
        (_names, _needs, _stand, Identity) = (names, needs, stand, identity);
        var dependents = new List<int>[names.Count];
        for (var service = 0; service < needs.Length; service++)
        {
            foreach (var need in needs[service].SelectMany(any => any).Distinct())
            {
                (dependents[need] ??= []).Add(service);
            }
        }

        _dependents = [.. dependents.Select(list => list?.ToArray() ?? [])];
    }

    public string Identity { get; }

    public int Count => _names.Count;

    public bool IsEmpty => _names.Count == 0;

    public string Name(int service) => _names[service];

    /// <summary>What a service needs; of each, one of these services is enough.</summary>
    public ReadOnlySpan<int[]> Needs(int service) => _needs[service];

    /// <summary>The services that need this one, also where another would be enough for them.</summary>
    public ReadOnlySpan<int> Dependents(int service) => _dependents[service];

    public AlertPlace Stand(LabelSet labels) => IsEmpty ? AlertPlace.Nowhere : _stand(labels);
}

/// <summary>Where an alert stands among the services.</summary>
/// <param name="Services">Those that it speaks of; empty when nobody knows of any.</param>
/// <param name="Carriers">Those on which what it speaks of runs: the host of a pod.</param>
/// <param name="IsLocal">It speaks of a part: what needs the services works on, so it explains nothing else.</param>
internal readonly record struct AlertPlace(int[] Services, int[] Carriers, bool IsLocal)
{
    public static readonly AlertPlace Nowhere = new([], [], false);

    /// <summary>Whether another alert stands at the same place.</summary>
    public bool Same(AlertPlace other) =>
        Services.AsSpan().SequenceEqual(other.Services) && Carriers.AsSpan().SequenceEqual(other.Carriers);
}
