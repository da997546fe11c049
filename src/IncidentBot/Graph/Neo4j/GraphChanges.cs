using System.Globalization;

namespace IncidentBot.Graph.Neo4j;

/// <summary>What a server has of our kinds of nodes and relationships.</summary>
/// <param name="Nodes">Whether it is ours, and its properties.</param>
/// <param name="Edges">Ours, and their properties.</param>
/// <param name="Foreign">Relationships of others that always count.</param>
/// <param name="Linked">Nodes of ours that others have relationships to.</param>
internal sealed record FoundGraph(
    IReadOnlyDictionary<NodeKey, (bool Ours, string Properties)> Nodes,
    IReadOnlyDictionary<EdgeKey, string> Edges,
    IReadOnlySet<EdgeKey> Foreign,
    IReadOnlySet<NodeKey> Linked);

/// <summary>
/// By what a server differs from our graph. Only what is ours is changed or deleted; what others have is left as it is, and where it says
/// the same as ours, ours is not needed.
/// </summary>
internal sealed record GraphChanges
{
    private const int MostLines = 20;

    public IReadOnlyList<KeyValuePair<NodeKey, string>> NewNodes { get; private init; } = [];

    public IReadOnlyList<KeyValuePair<NodeKey, string>> OtherNodes { get; private init; } = [];

    public IReadOnlyList<NodeKey> OldNodes { get; private init; } = [];

    /// <summary>Ours, not wanted any more, and kept because others have relationships to them.</summary>
    public IReadOnlyList<NodeKey> KeptNodes { get; private init; } = [];

    public IReadOnlyList<KeyValuePair<EdgeKey, string>> NewEdges { get; private init; } = [];

    public IReadOnlyList<KeyValuePair<EdgeKey, string>> OtherEdges { get; private init; } = [];

    public IReadOnlyList<EdgeKey> OldEdges { get; private init; } = [];

    /// <summary>How many of ours were to be deleted and are not.</summary>
    public int Spared { get; private init; }

    public int Count => NewNodes.Count + OtherNodes.Count + OldNodes.Count + NewEdges.Count + OtherEdges.Count + OldEdges.Count;

    public static GraphChanges Of(GraphPicture wanted, FoundGraph found)
    {
        var old = found.Nodes.Where(node => node.Value.Ours && !wanted.Nodes.ContainsKey(node.Key)).Select(node => node.Key).ToList();
        return new GraphChanges
        {
            NewNodes = [.. wanted.Nodes.Where(node => !found.Nodes.ContainsKey(node.Key))],
            OtherNodes = [.. wanted.Nodes.Where(node => found.Nodes.TryGetValue(node.Key, out var there) && there.Ours
                && !string.Equals(there.Properties, node.Value, StringComparison.Ordinal))],
            OldNodes = [.. old.Where(node => !found.Linked.Contains(node))],
            KeptNodes = [.. old.Where(found.Linked.Contains)],
            NewEdges = [.. wanted.Edges.Where(edge => !found.Edges.ContainsKey(edge.Key) && !found.Foreign.Contains(edge.Key))],
            OtherEdges = [.. wanted.Edges.Where(edge => found.Edges.TryGetValue(edge.Key, out var there)
                && !string.Equals(there, edge.Value, StringComparison.Ordinal))],
            OldEdges = [.. found.Edges.Keys.Where(edge => !wanted.Edges.ContainsKey(edge))],
        };
    }

    /// <summary>The same without deleting anything: files that cannot be read now may say that it is wanted.</summary>
    public GraphChanges Sparing() => this with { OldNodes = [], OldEdges = [], Spared = OldNodes.Count + OldEdges.Count };

    /// <summary>For people, a line for each; of many of one kind the first.</summary>
    public IEnumerable<string> Lines() =>
    [
        .. Few(NewNodes.Select(node => node.Key), "+", Text), .. Few(OtherNodes.Select(node => node.Key), "~", Text),
        .. Few(NewEdges.Select(edge => edge.Key), "+", Text), .. Few(OtherEdges.Select(edge => edge.Key), "~", Text),
        .. Few(OldEdges, "-", Text), .. Few(OldNodes, "-", Text),
        .. Few(KeptNodes, "=", node => $"{Text(node)} is not ours any more and stays: others have relationships to it"),
    ];

    private static string Text(NodeKey node) => $"(:{node.Label} {Quoted(node.Name)})";

    private static string Text(EdgeKey edge) => $"({Quoted(edge.From)})-[:{edge.Type}{(edge.Condition.Length == 0 ? "" : $" {edge.Condition}")}]->({Quoted(edge.To)})";

    private static string Quoted(string name) => $"\"{new string([.. name.Select(letter => char.IsControl(letter) ? '?' : letter)])}\"";

    private static IEnumerable<string> Few<T>(IEnumerable<T> all, string sign, Func<T, string> text)
    {
        var sorted = all.Select(text).Order(StringComparer.Ordinal).ToList();
        return sorted.Take(MostLines).Select(line => $"{sign} {line}").Concat(sorted.Count <= MostLines ? []
            : [string.Create(CultureInfo.InvariantCulture, $"{sign} and {sorted.Count - MostLines} more")]);
    }
}
