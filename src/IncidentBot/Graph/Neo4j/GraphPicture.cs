using System.Globalization;
using System.Text.Json.Nodes;

namespace IncidentBot.Graph.Neo4j;

/// <summary>A node by its label and the one property that names it.</summary>
internal readonly record struct NodeKey(string Label, string Name);

/// <summary>A relationship by its type, its ends, and the condition under which it counts; empty for always.</summary>
internal readonly record struct EdgeKey(string Type, string From, string To, string Condition);

/// <summary>A kind of node: its label, the property that names it, and what else is known of it.</summary>
internal sealed record NodeKind(string Label, string Key, string[] Properties)
{
    public bool Has(NodeKey node) => string.Equals(node.Label, Label, StringComparison.Ordinal);
}

/// <summary>A kind of relationship: its type, its ends, the property that holds its condition, and what else it has.</summary>
internal sealed record EdgeKind(string Type, NodeKind From, NodeKind To, string Condition, string[] Properties)
{
    public bool Has(EdgeKey edge) => string.Equals(edge.Type, Type, StringComparison.Ordinal);
}

/// <summary>
/// The graph as nodes and relationships, as it is to be in a server. Properties are one text of JSON each, in the order of their names, so
/// that two are the same exactly when their texts are.
/// </summary>
/// <param name="Nodes">With their properties.</param>
/// <param name="Edges">With their properties.</param>
internal sealed record GraphPicture(IReadOnlyDictionary<NodeKey, string> Nodes, IReadOnlyDictionary<EdgeKey, string> Edges)
{
    /// <summary>What nodes and relationships of ours carry, so that nothing of anybody else's is ever changed or deleted.</summary>
    public const string Mark = "incidentbot";

    private const string Pages = "/runbooks/";

    public static readonly NodeKind AlertRule = new("AlertRule", "name", []);
    public static readonly NodeKind Runbook = new("Runbook", "path", ["title"]);
    public static readonly NodeKind Service = new("Service", "name", ["owner", "tier", "title"]);

    public static readonly IReadOnlyList<NodeKind> NodeKinds = [AlertRule, Runbook, Service];

    public static readonly IReadOnlyList<EdgeKind> EdgeKinds =
    [
        new("RESOLVED_BY", AlertRule, Runbook, "match", ["anchor"]),
        new("WATCHES", AlertRule, Service, "match", []),
        new("DEPENDS_ON", Service, Service, "any_of", []),
    ];

    /// <summary>What is edited beside the runbooks. What speaks of any alert, whatever its name, has no node and stays here.</summary>
    public static GraphPicture Of(ServiceGraph graph)
    {
        var nodes = new Dictionary<NodeKey, string>();
        var edges = new Dictionary<EdgeKey, string>();
        foreach (var service in graph.Services)
        {
            nodes[new NodeKey("Service", service.Name)] = Properties(
                ("owner", service.Owner), ("tier", service.Tier), ("title", service.Title));
        }

        foreach (var link in graph.Links)
        {
            var path = PathThere(link.Path);
            nodes.TryAdd(new NodeKey("AlertRule", link.Alert), Properties());
            nodes.TryAdd(new NodeKey("Runbook", path), Properties(("title", link.Title)));
            edges.TryAdd(new EdgeKey("RESOLVED_BY", link.Alert, path, ConditionText.Write(link.Match)), Properties(("anchor", link.Anchor)));
        }

        foreach (var watches in graph.Watches.Where(watches => watches.Alert.Length > 0))
        {
            nodes.TryAdd(new NodeKey("AlertRule", watches.Alert), Properties());
            edges.TryAdd(new EdgeKey("WATCHES", watches.Alert, Named(watches.Service), ConditionText.Write(watches.Match)), Properties());
        }

        foreach (var (service, needs) in graph.Services.SelectMany(service => service.DependsOn.Select(needs => (service, needs))))
        {
            foreach (var other in needs.AnyOf)
            {
                var redundant = needs.AnyOf.Count > 1 ? string.Join(", ", needs.AnyOf.Select(Named).Order(StringComparer.Ordinal)) : "";
                edges.TryAdd(new EdgeKey("DEPENDS_ON", service.Name, Named(other), redundant), Properties());
            }
        }

        return new GraphPicture(nodes, edges);

        // Names are compared without case here and with it there.
        string Named(string name)
        {
            var named = graph.Find(name)?.Name ?? name;
            nodes.TryAdd(new NodeKey("Service", named), Properties());
            return named;
        }
    }

    /// <summary>The path of a page as programs beside this one read it: below this site, as its address has it.</summary>
    public static string PathThere(string path) => path.StartsWith('/') || path.Contains("://", StringComparison.Ordinal)
        ? path : Pages + path;

    /// <summary>The same page as it is called here.</summary>
    public static string PathHere(string path) => path.StartsWith(Pages, StringComparison.OrdinalIgnoreCase) ? path[Pages.Length..] : path;

    /// <summary>Properties as one text. Those without a value are left out.</summary>
    public static string Properties(params (string Name, object? Value)[] properties)
    {
        var all = new JsonObject();
        foreach (var (name, value) in properties.OrderBy(property => property.Name, StringComparer.Ordinal))
        {
            switch (value)
            {
                case string { Length: > 0 } text:
                    all[name] = text;
                    break;
                case int or long:
                    all[name] = Convert.ToInt64(value, CultureInfo.InvariantCulture);
                    break;
            }
        }

        return all.Count == 0 ? "{}" : all.ToJsonString();
    }
}
