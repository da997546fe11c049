namespace IncidentBot.Graph;

/// <summary>
/// Puts services into layers, from what people use down to what carries it: each is above all that it needs. Within a layer those are near
/// each other that need the same.
/// </summary>
internal static class ServiceLayers
{
    private const int Sweeps = 6;

    /// <summary>The layers from the top, each from left to right, as places in the graph's list.</summary>
    /// <param name="shown">The places that are drawn.</param>
    public static IReadOnlyList<IReadOnlyList<int>> Of(ServiceGraph graph, IReadOnlySet<int> shown)
    {
        var map = graph.Dependencies;
        var heights = Heights(graph, shown);
        if (heights.Count == 0)
        {
            return [];
        }

        var layers = Enumerable.Range(0, heights.Values.Max() + 1).Select(_ => new List<int>()).ToList();
        foreach (var place in shown.OrderBy(place => graph.Services[place].Tier)
            .ThenBy(place => graph.Services[place].Name, StringComparer.OrdinalIgnoreCase))
        {
            layers[^(heights[place] + 1)].Add(place);
        }

        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var column = Columns(layers);
            foreach (var layer in layers)
            {
                // By turns after what is below and what is above.
                var below = sweep % 2 == 0;
                var centres = layer.Select((place, index) => Centre(place, below, column) ?? Relative(index, layer.Count)).ToList();
                var sorted = layer.Zip(centres).OrderBy(pair => pair.Second).Select(pair => pair.First).ToList();
                layer.Clear();
                layer.AddRange(sorted);
                foreach (var (index, place) in layer.Index())
                {
                    column[place] = Relative(index, layer.Count);
                }
            }
        }

        return layers;

        double? Centre(int place, bool isBelow, Dictionary<int, double> column)
        {
            var others = isBelow ? [.. map.Needs(place).ToArray().SelectMany(any => any)] : map.Dependents(place).ToArray();
            var near = others.Where(column.ContainsKey).Select(other => column[other]).ToList();
            return near.Count == 0 ? null : near.Average();
        }
    }

    private static double Relative(int index, int count) => (index + 0.5) / count;

    private static Dictionary<int, double> Columns(List<List<int>> layers)
    {
        var column = new Dictionary<int, double>();
        foreach (var layer in layers)
        {
            foreach (var (index, place) in layer.Index())
            {
                column[place] = Relative(index, layer.Count);
            }
        }

        return column;
    }

    /// <summary>How many services stand below each, on the longest way down; what runs in a circle is cut once.</summary>
    private static Dictionary<int, int> Heights(ServiceGraph graph, IReadOnlySet<int> shown)
    {
        var heights = new Dictionary<int, int>();
        var entered = new HashSet<int>();
        foreach (var start in shown.Order())
        {
            var ahead = new Stack<int>([start]);
            while (ahead.TryPeek(out var place))
            {
                var needs = graph.Dependencies.Needs(place).ToArray().SelectMany(any => any).Where(shown.Contains).ToList();
                if (entered.Add(place))
                {
                    foreach (var need in needs.Where(need => !entered.Contains(need)))
                    {
                        ahead.Push(need);
                    }

                    continue;
                }

                ahead.Pop();
                var below = needs.Select(need => heights.TryGetValue(need, out var height) ? height + 1 : 0);
                heights.TryAdd(place, below.DefaultIfEmpty(0).Max());
            }
        }

        return heights;
    }
}
