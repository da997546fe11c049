using System.Text.Json;
using System.Text.Json.Nodes;

namespace IncidentBot.Graph.Neo4j;

/// <summary>A statement and its parameters. Names and paths are parameters always: quotes and Cypher in them stay text.</summary>
internal sealed record Cypher(string Statement)
{
    /// <summary>Made anew for each request, because a body is written from it.</summary>
    public Func<JsonObject> Parameters { get; init; } = static () => [];

    /// <summary>It changes something.</summary>
    public bool Writes { get; init; }

    /// <summary>The longest answer that is read, in bytes.</summary>
    public int MaxBytes { get; init; } = 256 * 1024;

    /// <summary>How long it may take.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>What came of a statement: its rows, or why there are none. Never both: rows that errors follow are not all.</summary>
internal sealed record CypherAnswer(IReadOnlyList<IReadOnlyList<JsonElement>> Rows, CypherCounts Counts, Neo4jTrouble? Trouble)
{
    public static CypherAnswer None(Neo4jTrouble trouble) => new([], default, trouble);
}

/// <summary>What a statement changed.</summary>
internal readonly record struct CypherCounts(
    int NodesCreated, int NodesDeleted, int RelationshipsCreated, int RelationshipsDeleted, int PropertiesSet, int ConstraintsAdded);
