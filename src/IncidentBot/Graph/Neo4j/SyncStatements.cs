using System.Text.Json.Nodes;

namespace IncidentBot.Graph.Neo4j;

/// <summary>The statements by which a graph is read and written. Labels and types are ours; every name is a parameter.</summary>
internal static class SyncStatements
{
    /// <summary>Around 200,000 nodes or relationships.</summary>
    private const int LargestAnswer = 64 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Cypher Constraints { get; } = new("SHOW CONSTRAINTS YIELD type, labelsOrTypes, properties RETURN type, labelsOrTypes, properties");

    /// <summary>Without it two that merge at the same time make two nodes.</summary>
    public static Cypher Constraint(NodeKind kind) => new(
        $"CREATE CONSTRAINT incidentbot_{kind.Label.ToLowerInvariant()}_{kind.Key} IF NOT EXISTS FOR (n:{kind.Label}) REQUIRE n.{kind.Key} IS UNIQUE")
    {
        Writes = true,
        Limit = Patience,
    };

    /// <summary>Name, whether it is ours, and the other properties.</summary>
    public static Cypher Read(NodeKind kind) => Reading(
        $"MATCH (n:{kind.Label}) WHERE n.{kind.Key} IS NOT NULL RETURN n.{kind.Key}, n.managed_by = $mark{Columns("n", kind.Properties)}");

    /// <summary>Both ends, whether it is ours, its condition, and the other properties. Of others' only those that always count.</summary>
    public static Cypher Read(EdgeKind kind) => Reading(
        $"MATCH (a:{kind.From.Label})-[l:{kind.Type}]->(b:{kind.To.Label}) WHERE a.{kind.From.Key} IS NOT NULL AND b.{kind.To.Key} IS NOT NULL "
        + $"AND (l.managed_by = $mark OR l.{kind.Condition} IS NULL) "
        + $"RETURN a.{kind.From.Key}, b.{kind.To.Key}, l.managed_by = $mark, l.{kind.Condition}{Columns("l", kind.Properties)}");

    /// <summary>Which of these nodes others have relationships to.</summary>
    public static Cypher Linked(NodeKind kind, JsonArray rows) => Reading(
        $"UNWIND $rows AS row MATCH (n:{kind.Label} {{{kind.Key}: row.name}}) "
        + "WHERE EXISTS { (n)-[l]-() WHERE l.managed_by IS NULL OR l.managed_by <> $mark } RETURN n." + kind.Key) with
    {
        Parameters = Rows(rows),
    };

    public static Cypher Create(NodeKind kind, JsonArray rows) => Writing(rows,
        $"UNWIND $rows AS row MERGE (n:{kind.Label} {{{kind.Key}: row.name}}) ON CREATE SET n += row.set, n.managed_by = $mark");

    public static Cypher Update(NodeKind kind, JsonArray rows) => Writing(rows,
        $"UNWIND $rows AS row MATCH (n:{kind.Label} {{{kind.Key}: row.name}}) WHERE n.managed_by = $mark SET n += row.set");

    /// <summary>Never a node that somebody has a relationship to.</summary>
    public static Cypher Delete(NodeKind kind, JsonArray rows) => Writing(rows,
        $"UNWIND $rows AS row MATCH (n:{kind.Label} {{{kind.Key}: row.name}}) WHERE n.managed_by = $mark AND NOT EXISTS {{ (n)--() }} DELETE n");

    public static Cypher Create(EdgeKind kind, JsonArray rows) => Writing(rows,
        $"UNWIND $rows AS row MATCH (a:{kind.From.Label} {{{kind.From.Key}: row.from}}) MATCH (b:{kind.To.Label} {{{kind.To.Key}: row.to}}) "
        + $"MERGE (a)-[l:{kind.Type} {{managed_by: $mark, {kind.Condition}: row.condition}}]->(b) ON CREATE SET l += row.set");

    public static Cypher Update(EdgeKind kind, JsonArray rows) => Writing(rows, Ours(kind) + " SET l += row.set");

    public static Cypher Delete(EdgeKind kind, JsonArray rows) => Writing(rows, Ours(kind) + " DELETE l");

    /// <summary>A node's row. Properties that it does not have are null, which takes them away.</summary>
    public static JsonObject Row(NodeKind kind, NodeKey node, string properties) =>
        new() { ["name"] = node.Name, ["set"] = Set(kind.Properties, properties) };

    public static JsonObject Row(NodeKey node) => new() { ["name"] = node.Name };

    public static JsonObject Row(EdgeKind kind, EdgeKey edge, string properties)
    {
        var row = Row(edge);
        row["set"] = Set(kind.Properties, properties);
        return row;
    }

    public static JsonObject Row(EdgeKey edge) => new() { ["from"] = edge.From, ["to"] = edge.To, ["condition"] = edge.Condition };

    private static string Ours(EdgeKind kind) =>
        $"UNWIND $rows AS row MATCH (a:{kind.From.Label} {{{kind.From.Key}: row.from}})-[l:{kind.Type} {{managed_by: $mark, {kind.Condition}: row.condition}}]->"
        + $"(b:{kind.To.Label} {{{kind.To.Key}: row.to}})";

    private static JsonObject Set(string[] names, string properties)
    {
        var set = JsonNode.Parse(properties)!.AsObject();
        foreach (var name in names.Where(name => !set.ContainsKey(name)))
        {
            set[name] = null;
        }

        return set;
    }

    private static string Columns(string element, string[] properties) => string.Concat(properties.Select(name => $", {element}.{name}"));

    private static Cypher Reading(string statement) => new(statement)
    {
        Parameters = () => new JsonObject { ["mark"] = GraphPicture.Mark },
        MaxBytes = LargestAnswer,
        Limit = Patience,
    };

    private static Cypher Writing(JsonArray rows, string statement) => new(statement)
    {
        Parameters = Rows(rows),
        Writes = true,
        Limit = Patience,
    };

    /// <summary>A body is written from the rows themselves the first time, and from a copy when it is asked once more.</summary>
    private static Func<JsonObject> Rows(JsonArray rows) => () => new JsonObject
    {
        ["mark"] = GraphPicture.Mark,
        ["rows"] = rows.Parent is null ? rows : rows.DeepClone(),
    };
}
