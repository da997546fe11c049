using IncidentBot.Incidents;

namespace IncidentBot.Graph;

/// <summary>How one service is now.</summary>
/// <param name="Place">Its place in the graph's list.</param>
/// <param name="Incidents">Open ones that speak of it, the worst first.</param>
/// <param name="IsDown">What needs it suffers: an incident speaks of all of it, and not of a part.</param>
/// <param name="DownAbove">How many services are down that it needs, also by way of others.</param>
internal sealed record ServiceState(int Place, Service Service, IReadOnlyList<Incident> Incidents, bool IsDown, int DownAbove)
{
    /// <summary>The worst of its incidents; null when it has none.</summary>
    public Severity? Worst => Incidents.Count == 0 ? null : Incidents[0].Severity;

    /// <summary>It has no incident of its own, and needs something that is down.</summary>
    public bool IsWarned => Incidents.Count == 0 && DownAbove > 0;
}

/// <summary>How all services are at one moment, by what is open.</summary>
internal sealed class ServiceStates
{
    private ServiceStates(ServiceGraph graph, IReadOnlyList<ServiceState> all) => (Graph, All) = (graph, all);

    public ServiceGraph Graph { get; }

    /// <summary>In the order of the graph's list.</summary>
    public IReadOnlyList<ServiceState> All { get; }

    public ServiceState? Find(string name) => Graph.Place(name) is { } place ? All[place] : null;

    /// <summary>Those that are down and need nothing that is down: where a cascade begins.</summary>
    public IEnumerable<ServiceState> Causes => All.Where(state => state is { IsDown: true, DownAbove: 0 });

    /// <param name="open">Incidents that fire; others are passed over.</param>
    public static ServiceStates Of(ServiceGraph graph, IEnumerable<Incident> open)
    {
        var down = new DownServices(graph.Dependencies);
        var incidents = new List<Incident>?[graph.Services.Count];
        foreach (var incident in open.Where(incident => incident.Status == IncidentStatus.Firing))
        {
            if (down.Read(incident) is { } stand)
            {
                down.Change(incident.Number, null, stand);
                foreach (var service in stand.On)
                {
                    (incidents[service] ??= []).Add(incident);
                }
            }
        }

        return new ServiceStates(graph,
        [
            .. graph.Services.Select((service, place) => new ServiceState(place, service,
                [.. (incidents[place] ?? []).OrderByDescending(incident => incident.Severity.Level).ThenBy(incident => incident.Number)],
                down.IsDown(place), down.IsAnyDown ? down.DownAbove(place).Count : 0)),
        ]);
    }
}
