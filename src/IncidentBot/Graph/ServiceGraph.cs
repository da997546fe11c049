using System.Collections.Frozen;
using System.Text;
using IncidentBot.Alerts;
using IncidentBot.Incidents;

namespace IncidentBot.Graph;

/// <summary>
/// The graph as it is edited beside the runbooks, at one moment: services, what they need, which alerts speak of them, and which runbook
/// resolves which alert. It never changes; a change of the files makes the next one. It is the embedded keeper of links, and what is
/// merged into Neo4j where there is one.
/// </summary>
internal sealed class ServiceGraph : IRunbookLinks
{
    public static readonly ServiceGraph Empty = new([], [], []);

    private readonly AlertServices _places;
    private readonly FrozenDictionary<string, IReadOnlyList<ResolvedBy>> _links;

    /// <param name="services">Each name once, in any case.</param>
    public ServiceGraph(IReadOnlyList<Service> services, IReadOnlyList<Watches> watches, IReadOnlyList<ResolvedBy> links)
    {
        (Services, Watches, Links) = (services, watches, links);
        _places = new AlertServices(services, watches);
        _links = links.GroupBy(link => link.Alert, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, IReadOnlyList<ResolvedBy> (group) => [.. group], StringComparer.Ordinal);
        Dependencies = services.Count == 0 ? DependencyMap.Empty : new DependencyMap(
            [.. services.Select(service => service.Name)], [.. services.Select(Needs)], _places.Of, Identity(services, watches));
    }

    event Action<IReadOnlyCollection<string>>? IRunbookLinks.Changed
    {
        add { }
        remove { }
    }

    /// <summary>In the order of the files.</summary>
    public IReadOnlyList<Service> Services { get; }

    public IReadOnlyList<Watches> Watches { get; }

    public IReadOnlyList<ResolvedBy> Links { get; }

    /// <summary>The services as a search for causes walks on them, in the order of <see cref="Services"/>.</summary>
    public DependencyMap Dependencies { get; }

    /// <summary>The service of this name, in any case.</summary>
    public Service? Find(string name) => _places.Place(name) is { } place ? Services[place] : null;

    /// <summary>The place of a service in the list, by its name in any case.</summary>
    public int? Place(string name) => _places.Place(name);

    /// <summary>The services that an alert speaks of.</summary>
    public IReadOnlyList<Service> Of(LabelSet labels) => [.. Dependencies.Stand(labels).Services.Select(place => Services[place])];

    /// <summary>
    /// How much an alert matters: the tier that it says itself, or that of the most important service that it speaks of; null when neither
    /// is known.
    /// </summary>
    public int? Tier(LabelSet labels) => labels["tier"] is { } own && ServicesFile.Tier(own) is { } said ? said
        : Of(labels).Min(service => (int?)service.Tier);

    IReadOnlyList<ResolvedBy>? IRunbookLinks.Of(string alertname) => _links.GetValueOrDefault(alertname, []);

    public ValueTask PrepareAsync(IReadOnlyCollection<string> alertnames, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Names that are nowhere, and a service that needs itself, count for nothing.</summary>
    private int[][] Needs(Service service) =>
    [
        .. service.DependsOn
            .Select(need => need.AnyOf.Select(_places.Place).OfType<int>().Where(place => Services[place] != service).ToArray())
            .Where(places => places.Length > 0),
    ];

    private static string Identity(IReadOnlyList<Service> services, IReadOnlyList<Watches> watches)
    {
        var text = new StringBuilder();
        foreach (var service in services)
        {
            text.Append(service.Name).Append('\n');
            text.AppendJoin('\n', service.DependsOn.Select(need => string.Join('\t', need.AnyOf))).Append("\n\n");
            text.AppendJoin('\n', service.Carries.Select(Text)).Append("\n\n").AppendJoin('\n', service.LocalAlerts.Select(Text)).Append("\n\n\n");
        }

        foreach (var watch in watches)
        {
            text.Append(watch.Alert).Append('\n').Append(watch.Service).Append('\n').Append(Text(watch.Match)).Append(watch.ByRunbook);
        }

        return Fingerprint.Of(text.ToString());

        static string Text(LabelConditions match) => string.Concat(match.Texts.Select(pair => $"{pair.Key}\t{pair.Value}\n"));
    }
}
