using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace IncidentBot.Graph.Neo4j;

/// <summary>What came of bringing a server up to date.</summary>
/// <param name="Changes">By what it differed.</param>
/// <param name="Missing">Constraints that it did not have.</param>
/// <param name="Done">What the server says was changed.</param>
/// <param name="Problem">Why it is not up to date; null when it is, or would be.</param>
internal sealed record SyncOutcome(GraphChanges Changes, IReadOnlyList<NodeKind> Missing, CypherCounts Done, string? Problem)
{
    public bool IsNothing => Changes.Count == 0 && Missing.Count == 0;
}

/// <summary>
/// Merges our graph into a server: 1. reads what is there, 2. compares here, 3. makes sure that no name can be there twice, 4. writes the
/// differences in batches. A run that was cut off is repaired by the next, and a run without differences writes nothing.
/// </summary>
/// <param name="ask">Has one statement carried out.</param>
internal sealed class Neo4jSync(Func<Cypher, CancellationToken, Task<CypherAnswer>> ask, TimeProvider clock, Random random)
{
    private const int InBatch = 2500;
    private const int MostTries = 6;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    private CypherCounts _done;

    /// <param name="isWhole">Whether all files could be read; if not, nothing is deleted.</param>
    /// <param name="dryRun">Only says what would be changed.</param>
    public async Task<SyncOutcome> RunAsync(ServiceGraph ours, bool isWhole, bool dryRun, CancellationToken cancellationToken)
    {
        _done = default;
        GraphChanges? changes = null;
        IReadOnlyList<NodeKind> missing = [];
        try
        {
            var wanted = GraphPicture.Of(ours);
            missing = await MissingAsync(cancellationToken);
            changes = GraphChanges.Of(wanted, await ReadAsync(wanted, cancellationToken));
            changes = isWhole ? changes : changes.Sparing();
            if (!dryRun)
            {
                await ConstrainAsync(missing, cancellationToken);
                await WriteAsync(changes, cancellationToken);
            }

            return new SyncOutcome(changes, missing, _done, null);
        }
        catch (SyncFailedException failure)
        {
            return new SyncOutcome(changes ?? new GraphChanges(), missing, _done, failure.Message);
        }
    }

    /// <summary>The kinds of nodes of which the server takes two with one name.</summary>
    public async Task<IReadOnlyList<NodeKind>> MissingAsync(CancellationToken cancellationToken)
    {
        var rows = await AskAsync(SyncStatements.Constraints, cancellationToken);
        return [.. GraphPicture.NodeKinds.Where(kind => !rows.Any(row => row is [var type, var labels, var properties]
            && Text(type) is "UNIQUENESS" or "NODE_PROPERTY_UNIQUENESS" or "NODE_KEY"
            && Is(labels, kind.Label) && Is(properties, kind.Key)))];

        static bool Is(JsonElement list, string only) => list.ValueKind == JsonValueKind.Array && list.GetArrayLength() == 1
            && string.Equals(Text(list[0]), only, StringComparison.Ordinal);
    }

    private async Task<FoundGraph> ReadAsync(GraphPicture wanted, CancellationToken cancellationToken)
    {
        var nodes = new Dictionary<NodeKey, (bool Ours, string Properties)>();
        foreach (var kind in GraphPicture.NodeKinds)
        {
            foreach (var row in await AskAsync(SyncStatements.Read(kind), cancellationToken))
            {
                if (Text(row[0]) is { } name
                    && !nodes.TryAdd(new NodeKey(kind.Label, name), (IsTrue(row[1]), Properties(kind.Properties, row, 2))))
                {
                    throw new SyncFailedException(
                        $"there are two nodes (:{kind.Label} {{{kind.Key}: \"{name}\"}}), and nobody can tell which is meant: merge them first. "
                        + $"This finds all: MATCH (n:{kind.Label}) WITH n.{kind.Key} AS name, count(*) AS nodes WHERE nodes > 1 RETURN name, nodes");
                }
            }
        }

        var edges = new Dictionary<EdgeKey, string>();
        var foreign = new HashSet<EdgeKey>();
        foreach (var kind in GraphPicture.EdgeKinds)
        {
            foreach (var row in await AskAsync(SyncStatements.Read(kind), cancellationToken))
            {
                var edge = new EdgeKey(kind.Type, Text(row[0]) ?? "", Text(row[1]) ?? "", Text(row[3]) ?? "");
                if (!IsTrue(row[2]))
                {
                    foreign.Add(edge);
                }
                else
                {
                    edges.TryAdd(edge, Properties(kind.Properties, row, 4));
                }
            }
        }

        return new FoundGraph(nodes, edges, foreign, await LinkedAsync(wanted, nodes, cancellationToken));
    }

    private async Task<HashSet<NodeKey>> LinkedAsync(
        GraphPicture wanted, Dictionary<NodeKey, (bool Ours, string Properties)> nodes, CancellationToken cancellationToken)
    {
        var linked = new HashSet<NodeKey>();
        foreach (var kind in GraphPicture.NodeKinds)
        {
            var old = nodes.Where(node => kind.Has(node.Key) && node.Value.Ours && !wanted.Nodes.ContainsKey(node.Key))
                .Select(node => SyncStatements.Row(node.Key));
            foreach (var batch in Batches(old))
            {
                var rows = await AskAsync(SyncStatements.Linked(kind, batch), cancellationToken);
                linked.UnionWith(rows.Select(row => new NodeKey(kind.Label, Text(row[0]) ?? "")));
            }
        }

        return linked;
    }

    private async Task ConstrainAsync(IReadOnlyList<NodeKind> missing, CancellationToken cancellationToken)
    {
        foreach (var kind in missing)
        {
            await AskAsync(SyncStatements.Constraint(kind), cancellationToken);
        }
    }

    private async Task WriteAsync(GraphChanges changes, CancellationToken cancellationToken)
    {
        foreach (var kind in GraphPicture.NodeKinds)
        {
            await EachAsync(changes.NewNodes.Where(node => kind.Has(node.Key)), node => SyncStatements.Row(kind, node.Key, node.Value),
                rows => SyncStatements.Create(kind, rows), cancellationToken);
            await EachAsync(changes.OtherNodes.Where(node => kind.Has(node.Key)), node => SyncStatements.Row(kind, node.Key, node.Value),
                rows => SyncStatements.Update(kind, rows), cancellationToken);
        }

        foreach (var kind in GraphPicture.EdgeKinds)
        {
            await EachAsync(changes.NewEdges.Where(edge => kind.Has(edge.Key)), edge => SyncStatements.Row(kind, edge.Key, edge.Value),
                rows => SyncStatements.Create(kind, rows), cancellationToken);
            await EachAsync(changes.OtherEdges.Where(edge => kind.Has(edge.Key)), edge => SyncStatements.Row(kind, edge.Key, edge.Value),
                rows => SyncStatements.Update(kind, rows), cancellationToken);
            await EachAsync(changes.OldEdges.Where(kind.Has), SyncStatements.Row, rows => SyncStatements.Delete(kind, rows),
                cancellationToken);
        }

        foreach (var kind in GraphPicture.NodeKinds)
        {
            await EachAsync(changes.OldNodes.Where(kind.Has), SyncStatements.Row, rows => SyncStatements.Delete(kind, rows),
                cancellationToken);
        }
    }

    private async Task EachAsync<T>(
        IEnumerable<T> changes, Func<T, JsonObject> row, Func<JsonArray, Cypher> statement, CancellationToken cancellationToken)
    {
        foreach (var batch in Batches(changes.Select(row)))
        {
            await AskAsync(statement(batch), cancellationToken);
        }
    }

    private static IEnumerable<JsonArray> Batches(IEnumerable<JsonObject> rows) =>
        rows.Chunk(InBatch).Select(chunk => new JsonArray([.. chunk]));

    /// <summary>Asks again what may succeed later, such as when two that write at the same time wait for each other.</summary>
    private async Task<IReadOnlyList<IReadOnlyList<JsonElement>>> AskAsync(Cypher cypher, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var answer = await ask(cypher, cancellationToken);
            switch (answer.Trouble)
            {
                case null:
                    Count(answer.Counts);
                    return answer.Rows;

                // Another one was faster with the same constraint.
                case { Code: "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists" }:
                    return [];

                case { Kind: Neo4jTroubleKind.Transient } or { Code: "Neo.ClientError.Schema.ConstraintValidationFailed" } when tries < MostTries:
                    await Task.Delay(FirstPause * Math.Pow(2, tries) * (0.5 + random.NextDouble()), clock, cancellationToken);
                    break;

                default:
                    throw new SyncFailedException(answer.Trouble.Sentence);
            }
        }
    }

    private void Count(CypherCounts more) => _done = new CypherCounts(_done.NodesCreated + more.NodesCreated,
        _done.NodesDeleted + more.NodesDeleted, _done.RelationshipsCreated + more.RelationshipsCreated,
        _done.RelationshipsDeleted + more.RelationshipsDeleted, _done.PropertiesSet + more.PropertiesSet,
        _done.ConstraintsAdded + more.ConstraintsAdded);

    private static string Properties(string[] names, IReadOnlyList<JsonElement> row, int first) => GraphPicture.Properties(
        [.. names.Select((name, index) => (name, Value(row[first + index])))]);

    private static object? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number when value.TryGetInt64(out var number) => number,
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        _ => value.GetRawText(),
    };

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText().ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    private static bool IsTrue(JsonElement value) => value.ValueKind == JsonValueKind.True;

    private sealed class SyncFailedException(string message) : Exception(message);
}
