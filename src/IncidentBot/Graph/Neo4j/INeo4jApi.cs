using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using IncidentBot.Outgoing;
using Refit;

namespace IncidentBot.Graph.Neo4j;

/// <summary>
/// The requests of Neo4j's two HTTP interfaces: the Query API v2 (there since 5.19, on by default since 5.25) and the transactional API
/// before it. https://neo4j.com/docs/query-api/current/, https://neo4j.com/docs/http-api/5/
/// </summary>
internal interface INeo4jApi
{
    /// <summary>
    /// Says which server this is; needs no password. The addresses in the answer are guesses of the server's and are not used.
    /// </summary>
    [Get("/")]
    Task<ApiResponse<DiscoveryAnswer>> DiscoverAsync(CancellationToken cancellationToken);

    [Post("/db/{database}/query/v2")]
    Task<ApiResponse<QueryAnswer>> QueryAsync(string database, [Body] QueryRequest request,
        [Property(BoundedAnswers.MaxBytes)] int maxBytes, CancellationToken cancellationToken);

    /// <param name="maxExecutionTime">In milliseconds; the server ends what takes longer, within about two seconds.</param>
    [Post("/db/{database}/tx/commit")]
    Task<ApiResponse<TransactionAnswer>> CommitAsync(string database, [Body] TransactionRequest request,
        [Header("access-mode")] string accessMode, [Header("max-execution-time")] long maxExecutionTime,
        [Property(BoundedAnswers.MaxBytes)] int maxBytes, CancellationToken cancellationToken);
}

/// <summary>The answer of <c>GET /</c>. Without <see cref="Query"/> the Query API is off or not there.</summary>
internal sealed record DiscoveryAnswer(string? Query, string? Transaction)
{
    [JsonPropertyName("neo4j_version")]
    public string? Version { get; init; }

    [JsonPropertyName("neo4j_edition")]
    public string? Edition { get; init; }
}

/// <summary>One statement for the Query API.</summary>
/// <param name="AccessMode"><c>READ</c> or <c>WRITE</c>.</param>
internal sealed record QueryRequest(string Statement, JsonObject Parameters, string AccessMode)
{
    public bool IncludeCounters { get; init; } = true;
}

/// <summary>What the Query API answers. Errors may follow rows, with status 202: then the rows are not all.</summary>
internal sealed record QueryAnswer(RowsAnswer? Data, CountersAnswer? Counters, List<ErrorAnswer?>? Errors);

/// <summary>Rows, each a list of the statement's columns.</summary>
internal sealed record RowsAnswer(List<string?>? Fields, List<List<JsonElement>?>? Values);

/// <summary>One statement for the transactional API, which takes several.</summary>
internal sealed record TransactionRequest(List<StatementRequest> Statements);

/// <summary>One statement for the transactional API.</summary>
internal sealed record StatementRequest(string Statement, JsonObject Parameters)
{
    public bool IncludeStats { get; init; } = true;
}

/// <summary>What the transactional API answers: status 200, whatever went wrong inside.</summary>
internal sealed record TransactionAnswer(List<ResultAnswer?>? Results, List<ErrorAnswer?>? Errors);

/// <summary>The result of one statement.</summary>
internal sealed record ResultAnswer(List<RowAnswer?>? Data, StatsAnswer? Stats);

/// <summary>One row.</summary>
internal sealed record RowAnswer(List<JsonElement>? Row);

/// <summary>An error of Neo4j's, by its code: <c>Neo.ClientError.Statement.SyntaxError</c>.</summary>
internal sealed record ErrorAnswer(string? Code, string? Message);

/// <summary>What a statement changed, as the Query API counts it.</summary>
internal sealed record CountersAnswer(
    int NodesCreated, int NodesDeleted, int RelationshipsCreated, int RelationshipsDeleted, int PropertiesSet, int ConstraintsAdded);

/// <summary>The same as the transactional API spells it, one of its words in the singular.</summary>
internal sealed record StatsAnswer(
    [property: JsonPropertyName("nodes_created")] int NodesCreated,
    [property: JsonPropertyName("nodes_deleted")] int NodesDeleted,
    [property: JsonPropertyName("relationships_created")] int RelationshipsCreated,
    [property: JsonPropertyName("relationship_deleted")] int RelationshipsDeleted,
    [property: JsonPropertyName("properties_set")] int PropertiesSet,
    [property: JsonPropertyName("constraints_added")] int ConstraintsAdded);

/// <summary>How Neo4j's bodies are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(DiscoveryAnswer))]
[JsonSerializable(typeof(QueryRequest))]
[JsonSerializable(typeof(QueryAnswer))]
[JsonSerializable(typeof(TransactionRequest))]
[JsonSerializable(typeof(TransactionAnswer))]
internal sealed partial class Neo4jJson : JsonSerializerContext;
