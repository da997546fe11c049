using System.Globalization;
using System.Text.Json;

namespace IncidentBot.Graph.Neo4j;

/// <summary>What a look at the configured server has shown: what it is, and what is wrong with it.</summary>
internal sealed record GraphFindings(IReadOnlyList<string> Facts, IReadOnlyList<string> Problems);

/// <summary>Looks at a server as a whole, for <c>incidentbot graph check</c>. It changes nothing.</summary>
/// <param name="leadsSomewhere">Whether a path that somebody wrote in the graph leads to a page here or to an address.</param>
internal sealed class GraphCheck(Neo4jClient client, Neo4jTarget target, Neo4jSync sync, Func<string, bool> leadsSomewhere)
{
    private const int MostLines = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Every link, with what it says.</summary>
    private static readonly Cypher Links = new("MATCH (a:AlertRule)-[l:RESOLVED_BY]->(r:Runbook) RETURN a.name, r.path, l.match ORDER BY a.name")
    {
        MaxBytes = 64 * 1024 * 1024,
        Limit = TimeSpan.FromSeconds(60),
    };

    public async Task<GraphFindings> RunAsync(ServiceGraph ours, bool isWhole, CancellationToken cancellationToken)
    {
        var (server, trouble) = await client.DiscoverAsync(target, Patience, cancellationToken);
        if (server is null)
        {
            return new GraphFindings([], [trouble!.Sentence]);
        }

        var outcome = await sync.RunAsync(ours, isWhole, dryRun: true, cancellationToken);
        List<string> facts =
        [
            $"Neo4j {server.Version} ({server.Edition} edition) at {target.Shown}, database {target.Database}",
            $"It is asked by its {client.ApiName(target)}"
                + (client.HasQueryApi(target) ? "." : ", because it has no Query API: that is there since 5.19 and on by default since 5.25."),
        ];
        if (outcome.Problem is { } problem)
        {
            return new GraphFindings(facts, [problem]);
        }

        facts.Add(outcome.Missing.Count == 0 ? "No rule, runbook or service can be in it twice: the constraints are there."
            : $"Not made sure by a constraint that each is in it once: {string.Join(", ", outcome.Missing.Select(kind => $":{kind.Label}({kind.Key})"))}. "
            + "incidentbot graph sync makes them.");
        facts.Add(outcome.Changes.Count == 0 ? "All of our graph is in it."
            : string.Create(CultureInfo.InvariantCulture,
                $"It differs from our graph in {outcome.Changes.Count} nodes and relationships: incidentbot graph sync --dry-run shows them."));
        return new GraphFindings(facts, await DeadLinksAsync(cancellationToken));
    }

    private async Task<IReadOnlyList<string>> DeadLinksAsync(CancellationToken cancellationToken)
    {
        var answer = await client.RunAsync(target, Links, cancellationToken);
        if (answer.Trouble is { } trouble)
        {
            return [trouble.Sentence];
        }

        var problems = answer.Rows.Where(row => row.Count == 3).Select(Problem).OfType<string>()
            .Distinct(StringComparer.Ordinal).ToList();
        return problems.Count <= MostLines ? problems
            : [.. problems.Take(MostLines), string.Create(CultureInfo.InvariantCulture, $"and {problems.Count - MostLines} more links")];
    }

    private string? Problem(IReadOnlyList<JsonElement> row)
    {
        var alert = row[0].ValueKind == JsonValueKind.String ? Shown(row[0].GetString()!) : "(without a name)";
        return row[1].ValueKind != JsonValueKind.String ? $"{alert}: its runbook has no path"
            : !leadsSomewhere(row[1].GetString()!) ? $"{alert}: {Shown(row[1].GetString()!)} is no page here and no address"
            : ConditionText.Read(row[2]) is null ? $"{alert}: the condition {Shown(row[2].ToString())} makes no sense; the link is not used. Write cluster=\"b\", node=~\"k8s-.*\""
            : null;
    }

    private static string Shown(string text) =>
        new([.. text.Take(200).Select(letter => char.IsControl(letter) ? '?' : letter)]);
}
