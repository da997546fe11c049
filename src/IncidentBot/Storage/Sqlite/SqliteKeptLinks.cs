using System.Text.Json;
using System.Text.Json.Serialization;
using IncidentBot.Graph;
using Microsoft.Data.Sqlite;

namespace IncidentBot.Storage.Sqlite;

/// <summary>What a graph server last said of each alert rule's links. Written by the committing thread alone.</summary>
internal static class SqliteKeptLinks
{
    /// <summary>What no alert asked for in so long is forgotten.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    /// <summary>Whoever asks for a runbook by any name at all must not fill the disk.</summary>
    private const int MostKept = 20_000;

    public const string Latest = "SELECT alert, links, read_at FROM kept_links ORDER BY read_at DESC LIMIT $0";

    public static bool Keep(IReadOnlyList<KeptLinks> links, SqliteLedger ledger, SqliteTables tables)
    {
        ledger.Begin();
        foreach (var one in links)
        {
            tables.Execute("INSERT INTO kept_links (alert, links, read_at) VALUES ($0, $1, $2) "
                + "ON CONFLICT (alert) DO UPDATE SET links = excluded.links, read_at = excluded.read_at",
                one.Alert, JsonSerializer.Serialize([.. one.Links.Select(Text)], KeptLinkJson.Default.ListKeptLinkText),
                Stored.Time(one.ReadAt));
        }

        tables.Execute("DELETE FROM kept_links WHERE read_at < $0 OR alert IN "
            + "(SELECT alert FROM kept_links ORDER BY read_at DESC LIMIT -1 OFFSET $1)", Stored.Time(ledger.Now - Kept), (long)MostKept);
        return true;
    }

    /// <summary>Null for a row that cannot be read: the server is asked again.</summary>
    public static KeptLinks? Read(SqliteDataReader row)
    {
        var alert = row.GetString(0);
        try
        {
            var links = JsonSerializer.Deserialize(row.GetString(1), KeptLinkJson.Default.ListKeptLinkText) ?? [];
            return new KeptLinks(alert, links.ConvertAll(link => new ResolvedBy(alert, link.Path, link.Title)
            {
                Anchor = link.Anchor,
                Match = LabelConditions.Of(link.Match),
            }), row.Time(2));
        }
        catch (Exception failure) when (failure is JsonException or FormatException)
        {
            return null;
        }
    }

    private static KeptLinkText Text(ResolvedBy link) =>
        new(link.Path, link.Title, link.Anchor, link.Match.Texts.ToDictionary(StringComparer.Ordinal));
}

/// <summary>A link as it is kept.</summary>
internal sealed record KeptLinkText(string Path, string Title, string Anchor, Dictionary<string, string> Match);

/// <summary>How kept links are written.</summary>
[JsonSerializable(typeof(List<KeptLinkText>))]
internal sealed partial class KeptLinkJson : JsonSerializerContext;
