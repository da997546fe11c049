namespace IncidentBot.Graph;

/// <summary>What is wrong with a graph as a whole, although each of its entries is right by itself.</summary>
internal static class GraphProblems
{
    private const int MostCycles = 20;

    /// <summary>Services that are needed and not in the list: who needs them, and the name.</summary>
    public static IEnumerable<(Service Service, string Missing)> Missing(ServiceGraph graph) =>
        graph.Services.SelectMany(service => service.DependsOn.SelectMany(need => need.AnyOf)
            .Where(name => graph.Find(name) is null).Distinct(StringComparer.OrdinalIgnoreCase).Select(name => (service, name)));

    /// <summary>
    /// Ways on which a service needs itself in the end: <c>dns → ingress → dns</c>. Each begins with the name that comes first in the
    /// alphabet; what hangs together is named by one of its ways.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<string>> Cycles(ServiceGraph graph)
    {
        var cycles = new List<IReadOnlyList<string>>();
        var state = new Dictionary<string, bool>(StringComparer.OrdinalIgnoreCase);
        foreach (var service in graph.Services)
        {
            Visit(service);
        }

        return cycles;

        // Iterative, for a chain of services may be longer than the stack is deep.
        void Visit(Service from)
        {
            var way = new List<Service>();
            var ahead = new Stack<(Service Service, int Depth)>([(from, 0)]);
            while (cycles.Count < MostCycles && ahead.TryPop(out var next))
            {
                Leave(way, next.Depth);
                if (state.TryGetValue(next.Service.Name, out var isDone))
                {
                    if (!isDone)
                    {
                        cycles.Add(Cycle([.. way.Select(step => step.Name)], next.Service.Name));
                    }

                    continue;
                }

                state[next.Service.Name] = false;
                way.Add(next.Service);
                foreach (var need in next.Service.DependsOn.SelectMany(need => need.AnyOf).Select(graph.Find).OfType<Service>().Reverse())
                {
                    ahead.Push((need, next.Depth + 1));
                }
            }

            Leave(way, 0);
        }

        void Leave(List<Service> way, int depth)
        {
            for (var i = depth; i < way.Count; i++)
            {
                state[way[i].Name] = true;
            }

            way.RemoveRange(depth, way.Count - depth);
        }
    }

    private static IReadOnlyList<string> Cycle(List<string> way, string again)
    {
        var cycle = way[way.FindIndex(name => string.Equals(name, again, StringComparison.OrdinalIgnoreCase))..];
        var first = cycle.IndexOf(cycle.Min(StringComparer.OrdinalIgnoreCase)!);
        return [.. cycle[first..], .. cycle[..first], cycle[first]];
    }
}
