using System.Text.Json;
using System.Text.Json.Nodes;

namespace IncidentBot.Graph.Neo4j;

/// <summary>Asks for the links of one alert rule, and reads them.</summary>
internal static class LinkQuery
{
    /// <summary>Links of one rule that are read; nobody writes more by hand.</summary>
    private const int MostLinks = 100;

    private const int LongestPath = 4000;

    /// <summary>
    /// The query that people's graphs were made for, unchanged, and behind it what else is known of the page and of the relationships.
    /// </summary>
    public const string Statement = """
        MATCH (a:AlertRule {name: $alert_name})-[:RESOLVED_BY]->(r:Runbook)
        RETURN r.path as runbook_url, r.title AS title, [(a)-[l:RESOLVED_BY]->(r) | [l.match, l.anchor, l.managed_by]] AS links
        LIMIT 100
        """;

    public static Cypher Of(string alertname) => new(Statement) { Parameters = () => new JsonObject { ["alert_name"] = alertname } };

    /// <summary>
    /// Each link once; what people or other programs linked before what is ours. A link whose conditions make no sense is left out,
    /// because nobody knows when it counts.
    /// </summary>
    public static IReadOnlyList<ResolvedBy> Read(string alertname, IReadOnlyList<IReadOnlyList<JsonElement>> rows) =>
    [
        .. rows.Where(row => row.Count == 3 && row[2].ValueKind == JsonValueKind.Array)
            .SelectMany(row => row[2].EnumerateArray().Select(link => Read(alertname, row, link)))
            .Where(link => link is { Link.Path.Length: > 0 and <= LongestPath })
            .OrderBy(link => link!.Value.IsOurs).ThenBy(link => link!.Value.Link.Path, StringComparer.Ordinal)
            .ThenBy(link => link!.Value.Link.Match.ToString(), StringComparer.Ordinal)
            .Select(link => link!.Value.Link).Distinct().Take(MostLinks),
    ];

    private static (ResolvedBy Link, bool IsOurs)? Read(string alertname, IReadOnlyList<JsonElement> row, JsonElement link) =>
        link.ValueKind == JsonValueKind.Array && link.GetArrayLength() == 3 && ConditionText.Read(link[0]) is { } match
            ? (new ResolvedBy(alertname, Text(row[0]) ?? "", Text(row[1]) ?? "")
            {
                Anchor = Text(link[1]) ?? "",
                Match = match,
                Source = "Neo4j",
            }, Text(link[2]) is GraphPicture.Mark)
            : null;

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
