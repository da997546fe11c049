using System.Collections.Frozen;
using IncidentBot.Alerts;
using IncidentBot.Incidents;

namespace IncidentBot.Graph;

/// <summary>
/// Which services an alert speaks of. What is most specific counts alone: labels that the list of services asks for, then a label of the
/// alert that names a service, then the alert's name, then the front matter of its runbook.
/// </summary>
internal sealed class AlertServices
{
    /// <summary>Labels by which alerts name their service, in the order in which they count.</summary>
    public static readonly IReadOnlyList<string> NamingLabels = ["service", "app", "app_kubernetes_io_name"];

    private readonly FrozenDictionary<string, int> _places;
    private readonly ConditionIndex<int> _byLabels;
    private readonly ConditionIndex<int> _carriers;
    private readonly FrozenDictionary<string, int[]> _byName;
    private readonly FrozenDictionary<string, int[]> _byRunbook;
    private readonly IReadOnlyList<Service> _services;

    public AlertServices(IReadOnlyList<Service> services, IReadOnlyList<Watches> watches)
    {
        _places = services.Index().ToFrozenDictionary(pair => pair.Item.Name, pair => pair.Index, StringComparer.OrdinalIgnoreCase);
        var known = watches.Where(watch => _places.ContainsKey(watch.Service)).ToList();
        _byLabels = new ConditionIndex<int>(known.Where(watch => watch.Match.Count > 0)
            .Select(watch => (WithName(watch), _places[watch.Service])));
        _byName = ByName(known.Where(watch => watch is { Match.Count: 0, ByRunbook: false }));
        _byRunbook = ByName(known.Where(watch => watch.ByRunbook));
        _carriers = new ConditionIndex<int>(services.Index().SelectMany(pair => pair.Item.Carries.Select(match => (match, pair.Index))));
        _services = services;
    }

    /// <summary>The place of a service in the list, by its name in any case.</summary>
    public int? Place(string name) => _places.TryGetValue(name, out var place) ? place : null;

    public AlertPlace Of(LabelSet labels)
    {
        var found = new List<(LabelConditions Match, int Service)>();
        var services = Services(labels, found);
        found.Clear();
        _carriers.Find(labels, found);
        var carriers = found.Count == 0 ? [] : found.Select(pair => pair.Service).Except(services).ToArray();
        return services.Length + carriers.Length == 0 ? AlertPlace.Nowhere
            : new AlertPlace(services, carriers, Array.TrueForAll(services, service => IsLocal(_services[service], labels)));
    }

    private static bool IsLocal(Service service, LabelSet labels)
    {
        foreach (var match in service.LocalAlerts)
        {
            if (match.Fit(labels))
            {
                return true;
            }
        }

        return false;
    }

    private int[] Services(LabelSet labels, List<(LabelConditions Match, int Service)> found)
    {
        _byLabels.Find(labels, found);
        if (found.Count > 0)
        {
            var most = found.Max(pair => pair.Match.Count);
            return [.. found.Where(pair => pair.Match.Count == most).Select(pair => pair.Service).Distinct()];
        }

        foreach (var label in NamingLabels)
        {
            if (labels[label] is { Length: > 0 } name && _places.TryGetValue(name, out var service))
            {
                return [service];
            }
        }

        var alert = labels["alertname"] ?? "";
        return _byName.GetValueOrDefault(alert) ?? _byRunbook.GetValueOrDefault(alert) ?? [];
    }

    /// <summary>The conditions of a watch with its alert's name as one of them.</summary>
    private static LabelConditions WithName(Watches watch) => watch.Alert.Length == 0 ? watch.Match
        : LabelConditions.Of(new Dictionary<string, string>(watch.Match.Texts, StringComparer.Ordinal) { ["alertname"] = $"={watch.Alert}" });

    private FrozenDictionary<string, int[]> ByName(IEnumerable<Watches> watches) => watches
        .GroupBy(watch => watch.Alert, watch => _places[watch.Service], StringComparer.Ordinal)
        .ToFrozenDictionary(group => group.Key, group => group.Distinct().ToArray(), StringComparer.Ordinal);
}
