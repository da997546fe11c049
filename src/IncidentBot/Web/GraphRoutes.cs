using IncidentBot.Graph;
using IncidentBot.Graph.Neo4j;
using IncidentBot.Incidents;
using IncidentBot.Runbooks;
using IncidentBot.Storage;

namespace IncidentBot.Web;

/// <summary><c>/graph</c>: the map of services, and <c>/services/{name}</c>: one of them.</summary>
internal static class GraphRoutes
{
    /// <summary>Incidents that are read at once; and of those that ended, the latest.</summary>
    private const int InSlice = 200;
    private const int MostOpen = 5_000;
    private const int MostPast = 1_000;

    public static SitePage Page { get; } = new("graph", pages => pages.MapMethods("/graph", ReadRoutes.Methods, ShowAsync)) { Menu = "Services" };

    public static SitePage Service { get; } =
        new("services", pages => pages.MapMethods("/services/{name}", ReadRoutes.Methods, ShowServiceAsync));

    private static async Task<IResult> ShowAsync(HttpContext context, Pages pages, RunbookGuide runbooks, Neo4jSwitch neo4j,
        IIncidentStore store, CancellationToken cancellationToken)
    {
        var states = ServiceStates.Of(runbooks.Set.Graph, await OpenAsync(store, cancellationToken));
        var all = context.Request.Query.ContainsKey("all");
        var shown = all ? Enumerable.Range(0, states.All.Count).ToHashSet() : Neighbourhood.OfFire(states);
        var frame = pages.Frame("Services", Page.Path, refreshEvery: 30, burning: states.All.Any(state => state.IsDown));
        return new PageResult(GraphPage.Show(new GraphPage.Model(frame, states, shown, all, neo4j.Health)));
    }

    private static async Task<IResult> ShowServiceAsync(string name, HttpContext context, Pages pages, RunbookGuide runbooks,
        IIncidentStore store, CancellationToken cancellationToken)
    {
        var graph = runbooks.Set.Graph;
        if (graph.Place(name) is not { } place)
        {
            return pages.NoSuchPage(context.Request.Path);
        }

        var states = ServiceStates.Of(graph, await OpenAsync(store, cancellationToken));
        var ended = await store.ListAsync(new IncidentFilter("resolved", Limit: MostPast), cancellationToken);
        var history = ServiceHistory.Of(graph, place, states.All[place].Incidents, ended, isAll: ended.Count < MostPast, pages.Now);
        var frame = pages.Frame(graph.Services[place].Name, Page.Path, refreshEvery: 30);
        return new PageResult(ServicePage.Show(new ServicePage.Model(frame, states, states.All[place], runbooks.Set, history)));
    }

    private static async Task<IReadOnlyList<Incident>> OpenAsync(IIncidentStore store, CancellationToken cancellationToken)
    {
        var open = new List<Incident>();
        for (IReadOnlyList<Incident>? slice = null; slice is null || (slice.Count == InSlice && open.Count < MostOpen);)
        {
            slice = await store.FiringAsync(open.Count == 0 ? 0 : open[^1].Number, InSlice, cancellationToken);
            open.AddRange(slice);
        }

        return open;
    }
}

/// <summary>Which services are worth seeing together.</summary>
internal static class Neighbourhood
{
    /// <summary>So few are always shown whole.</summary>
    private const int Few = 12;

    /// <summary>What is on fire, what is dragged along, and what both need and are needed by; of a small graph all.</summary>
    public static IReadOnlySet<int> OfFire(ServiceStates states) => states.All.Count <= Few
        ? Enumerable.Range(0, states.All.Count).ToHashSet()
        : Around(states, states.All.Where(state => state.Incidents.Count > 0));

    /// <summary>Some services with those that they need and that need them.</summary>
    public static IReadOnlySet<int> Around(ServiceStates states, IEnumerable<ServiceState> middle)
    {
        var shown = new HashSet<int>();
        foreach (var state in middle)
        {
            shown.Add(state.Place);
            shown.UnionWith(states.Graph.Dependencies.Needs(state.Place).ToArray().SelectMany(any => any));
            shown.UnionWith(states.Graph.Dependencies.Dependents(state.Place).ToArray());
        }

        return shown;
    }
}
