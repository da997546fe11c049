using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace IncidentBot.Graph.Neo4j;

/// <summary>
/// Our graph as Cypher that makes it anew, for cypher-shell or Neo4j's own browser. It may be run again: what is there stays. Names are
/// literals in it, so that quotes and Cypher in them stay text.
/// </summary>
internal static class CypherText
{
    private const int InStatement = 500;

    public static IEnumerable<string> Of(GraphPicture graph)
    {
        foreach (var kind in GraphPicture.NodeKinds)
        {
            yield return SyncStatements.Constraint(kind).Statement;
        }

        foreach (var kind in GraphPicture.NodeKinds)
        {
            foreach (var rows in graph.Nodes.Where(node => kind.Has(node.Key)).OrderBy(node => node.Key.Name, StringComparer.Ordinal)
                .Select(node => Row(("name", node.Key.Name), node.Value)).Chunk(InStatement))
            {
                yield return Statement(rows,
                    $"MERGE (n:{kind.Label} {{{kind.Key}: row.name}}) ON CREATE SET n += row.set, n.managed_by = {Quoted(GraphPicture.Mark)}");
            }
        }

        foreach (var kind in GraphPicture.EdgeKinds)
        {
            foreach (var rows in graph.Edges.Where(edge => kind.Has(edge.Key)).OrderBy(edge => edge.Key.From, StringComparer.Ordinal)
                .ThenBy(edge => edge.Key.To, StringComparer.Ordinal).ThenBy(edge => edge.Key.Condition, StringComparer.Ordinal)
                .Select(edge => Row(("from", edge.Key.From), edge.Value, ("to", edge.Key.To), ("condition", edge.Key.Condition))).Chunk(InStatement))
            {
                yield return Statement(rows,
                    $"MATCH (a:{kind.From.Label} {{{kind.From.Key}: row.from}}) MATCH (b:{kind.To.Label} {{{kind.To.Key}: row.to}}) "
                    + $"MERGE (a)-[l:{kind.Type} {{managed_by: {Quoted(GraphPicture.Mark)}, {kind.Condition}: row.condition}}]->(b) ON CREATE SET l += row.set");
            }
        }
    }

    private static string Statement(string[] rows, string what) => $"UNWIND [\n  {string.Join(",\n  ", rows)}\n] AS row\n{what}";

    private static string Row((string Name, string Value) first, string properties, params (string Name, string Value)[] more) =>
        $"{{{string.Join(", ", more.Prepend(first).Select(pair => $"{pair.Name}: {Quoted(pair.Value)}"))}, set: {Map(properties)}}}";

    private static string Map(string properties) => $"{{{string.Join(", ", JsonNode.Parse(properties)!.AsObject().Select(property =>
        $"{property.Key}: {(property.Value!.GetValueKind() == JsonValueKind.String ? Quoted(property.Value.GetValue<string>()) : property.Value.ToJsonString())}"))}}}";

    /// <summary>A literal. What Cypher might read otherwise is written by its number.</summary>
    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
        {
            _ = letter switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append(@"\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                _ when char.IsControl(letter) => quoted.Append("\\u").Append(((int)letter).ToString("X4", CultureInfo.InvariantCulture)),
                _ => quoted.Append(letter),
            };
        }

        return quoted.Append('"').ToString();
    }
}
