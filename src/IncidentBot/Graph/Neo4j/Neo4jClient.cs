using System.Text.Json;
using IncidentBot.Outgoing;

namespace IncidentBot.Graph.Neo4j;

/// <summary>
/// Has one statement carried out by a server of Neo4j, in a transaction of its own: by the Query API v2, or by the transactional API where
/// the other is not there. It asks once; whether to ask again is decided elsewhere. This is where Neo4j.Driver would stand.
/// </summary>
internal sealed class Neo4jClient(IHttpClientFactory http, PrivateAuthority authority, TimeProvider time)
{
    public const string ClientName = "neo4j";
    public const string QueryApi = "Query API v2";
    public const string TransactionalApi = "transactional API";

    private readonly ApiClient<INeo4jApi> _api = new(http, ClientName, Neo4jJson.Default, time);

    /// <summary>The last server that turned out to have no Query API; forgotten when the server may be another one.</summary>
    private volatile Uri? _withoutQueryApi;

    /// <summary>Which of the two interfaces was used last.</summary>
    public string ApiName(Neo4jTarget target) => HasQueryApi(target) ? QueryApi : TransactionalApi;

    public async Task<CypherAnswer> RunAsync(Neo4jTarget target, Cypher cypher, CancellationToken cancellationToken)
    {
        using var call = _api.Begin(target.Url, target.Authorization, cypher.Limit, cancellationToken);
        if (HasQueryApi(target))
        {
            var answer = await call.AskAsync((api, stop) => api.QueryAsync(target.Database,
                new QueryRequest(cypher.Statement, cypher.Parameters(), cypher.Writes ? "WRITE" : "READ"), cypher.MaxBytes, stop));
            if (!IsWithoutQueryApi(answer))
            {
                return Learn(target, Read(answer, target));
            }

            _withoutQueryApi = target.Url;
        }

        return Learn(target, Read(await call.AskAsync((api, stop) => api.CommitAsync(target.Database,
            new TransactionRequest([new StatementRequest(cypher.Statement, cypher.Parameters())]), cypher.Writes ? "WRITE" : "READ",
            (long)cypher.Limit.TotalMilliseconds, cypher.MaxBytes, stop)), target));
    }

    /// <summary>Asks which server this is, without a password.</summary>
    public async Task<(DiscoveryAnswer? Answer, Neo4jTrouble? Trouble)> DiscoverAsync(Neo4jTarget target, TimeSpan limit,
        CancellationToken cancellationToken)
    {
        using var call = _api.Begin(target.Url, null, limit, cancellationToken);
        var answer = await call.AskAsync((api, stop) => api.DiscoverAsync(stop));
        return Neo4jTroubles.Of(answer, target, authority.Refusal) is { } trouble ? (null, trouble)
            : answer.Content is { Version: { Length: > 0 } } server ? (server, null)
            : (null, Neo4jTroubles.NotNeo4j(target, answer.Status, answer.Content is null));
    }

    private CypherAnswer Read(ApiAnswer<QueryAnswer> answer, Neo4jTarget target)
    {
        var trouble = Neo4jTroubles.Of(answer.Content?.Errors, target) ?? Neo4jTroubles.Of(answer, target, authority.Refusal);
        return trouble is not null ? CypherAnswer.None(trouble)
            : answer.Content?.Data?.Values is not { } rows
                ? CypherAnswer.None(Neo4jTroubles.NotNeo4j(target, answer.Status, answer.Content is null))
            : new CypherAnswer([.. rows.Select(IReadOnlyList<JsonElement> (row) => row ?? [])], Counts(answer.Content.Counters), null);
    }

    private CypherAnswer Read(ApiAnswer<TransactionAnswer> answer, Neo4jTarget target)
    {
        var trouble = Neo4jTroubles.Of(answer.Content?.Errors, target) ?? Neo4jTroubles.Of(answer, target, authority.Refusal);
        return trouble is not null ? CypherAnswer.None(trouble)
            : answer.Content?.Results is not [{ Data: { } rows } result]
                ? CypherAnswer.None(Neo4jTroubles.NotNeo4j(target, answer.Status, answer.Content is null))
            : new CypherAnswer([.. rows.Select(IReadOnlyList<JsonElement> (row) => row?.Row ?? [])], Counts(result.Stats), null);
    }

    /// <summary>A server that was away may come back as a newer one.</summary>
    private CypherAnswer Learn(Neo4jTarget target, CypherAnswer answer)
    {
        if (answer.Trouble is { Kind: Neo4jTroubleKind.Unreachable } && !HasQueryApi(target))
        {
            _withoutQueryApi = null;
        }

        return answer;
    }

    public bool HasQueryApi(Neo4jTarget target) => _withoutQueryApi != target.Url;

    /// <summary>An unknown database is 404 too, and says so.</summary>
    private static bool IsWithoutQueryApi(ApiAnswer<QueryAnswer> answer) => answer is { Failure: null, Status: 404 or 405 }
        && answer.Content?.Errors?.Exists(error => error?.Code is { } code && !Neo4jTroubles.IsNotFound(code)) != true;

    private static CypherCounts Counts(CountersAnswer? counts) => counts is null ? default : new CypherCounts(counts.NodesCreated,
        counts.NodesDeleted, counts.RelationshipsCreated, counts.RelationshipsDeleted, counts.PropertiesSet, counts.ConstraintsAdded);

    private static CypherCounts Counts(StatsAnswer? counts) => counts is null ? default : new CypherCounts(counts.NodesCreated,
        counts.NodesDeleted, counts.RelationshipsCreated, counts.RelationshipsDeleted, counts.PropertiesSet, counts.ConstraintsAdded);
}
