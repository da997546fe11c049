using System.Collections.Frozen;

namespace IncidentBot.Graph;

/// <summary>
/// The graph as it is edited beside the runbooks, at one moment: services, what they need, which alerts speak of them, and which runbook
/// resolves which alert. It never changes; a change of the files makes the next one. It is the embedded keeper of links, and what is
/// merged into Neo4j where there is one.
/// </summary>
internal sealed class ServiceGraph : IRunbookLinks
{
    public static readonly ServiceGraph Empty = new([], [], []);

    private readonly FrozenDictionary<string, Service> _services;
    private readonly FrozenDictionary<string, IReadOnlyList<ResolvedBy>> _links;

    /// <param name="services">Each name once, in any case.</param>
    public ServiceGraph(IReadOnlyList<Service> services, IReadOnlyList<Watches> watches, IReadOnlyList<ResolvedBy> links)
    {
        (Services, Watches, Links) = (services, watches, links);
        _services = services.ToFrozenDictionary(service => service.Name, StringComparer.OrdinalIgnoreCase);
        _links = links.GroupBy(link => link.Alert, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, IReadOnlyList<ResolvedBy> (group) => [.. group], StringComparer.Ordinal);
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

    /// <summary>The service of this name, in any case.</summary>
    public Service? Find(string name) => _services.GetValueOrDefault(name);

    public IReadOnlyList<ResolvedBy> Of(string alertname) => _links.GetValueOrDefault(alertname, []);

    public ValueTask PrepareAsync(IReadOnlyCollection<string> alertnames, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
