using System.Globalization;
using System.Text;
using IncidentBot.Graph;
using IncidentBot.Incidents;
using IncidentBot.Yaml;

namespace IncidentBot.Runbooks;

/// <summary>
/// What stands above a page: whom it is for and which alerts lead to it. Hugo's own keys and its <c>+++</c> form are taken
/// too; a key that nobody knows is noted, so that a misspelled one is found.
/// </summary>
internal sealed record FrontMatter
{
    private static readonly Dictionary<string, LabelConditions> NoConditions = new(StringComparer.Ordinal);

    public static readonly FrontMatter None = new();

    private static readonly HashSet<string> OthersKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        "weight", "date", "lastmod", "draft", "tags", "categories", "slug", "url", "layout", "type", "menu", "linktitle", "toc", "author",
        "authors", "keywords", "params", "cascade", "icon", "domain", "status", "id", "sidebar_position", "sidebar_label", "publishdate",
        "expirydate", "bookcollapsesection", "bookflatsection", "bookhidden", "booktoc", "bookcomments", "booksearchexclude",
        "geekdocnav", "geekdocalign", "geekdocanchor", "geekdoccollapsesection",
    };

    public string? Title { get; init; }

    public string Description { get; init; } = "";

    /// <summary>Names of the alerts that this page is for.</summary>
    public IReadOnlyList<string> Alerts { get; init; } = [];

    /// <summary>What labels must be for an alert of <see cref="Alerts"/> to lead here, by how it stands there; absent for any.</summary>
    public IReadOnlyDictionary<string, LabelConditions> Conditions { get; init; } = NoConditions;

    public IReadOnlyList<string> Services { get; init; } = [];

    public string Severity { get; init; } = "";

    public string Owner { get; init; } = "";

    /// <summary>When somebody last made sure that the page is right; null when nobody said so.</summary>
    public DateOnly? Reviewed { get; init; }

    /// <summary>Other names of the page: short links, or paths that it had before.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    public IReadOnlyList<string> UnknownKeys { get; init; } = [];

    /// <summary>Values that could not be understood, in words.</summary>
    public IReadOnlyList<string> Complaints { get; init; } = [];

    /// <summary>Splits a page into its front matter and the rest, which keeps its line numbers.</summary>
    public static (FrontMatter Front, string Body) Split(string text, string file)
    {
        var fence = text.StartsWith("---", StringComparison.Ordinal) ? "---" : text.StartsWith("+++", StringComparison.Ordinal) ? "+++"
            : null;
        var lines = text.Split('\n');
        if (fence is null || !lines[0].Trim().Equals(fence, StringComparison.Ordinal))
        {
            return (None, text);
        }

        var end = Array.FindIndex(lines, 1, line => line.TrimEnd().Equals(fence, StringComparison.Ordinal));
        if (end < 0)
        {
            // A rule at the top of a page without front matter looks the same; only what follows tells them apart.
            return lines.Length > 1 && lines[1].Contains(':', StringComparison.Ordinal) && !lines[1].TrimStart().StartsWith('#')
                ? (None with { Complaints = [$"the front matter has no second line of {fence}"] }, text)
                : (None, text);
        }

        var front = string.Join('\n', lines[1..end].Select(line => line.TrimEnd('\r')));
        var body = new string('\n', end + 1) + string.Join('\n', lines[(end + 1)..]);
        var complaints = new List<Complaint>();
        YamlNode? root = fence is "+++"
            ? TomlReader.Read(front, file, firstLine: 2, complaints)
            : YamlReader.Read(Encoding.UTF8.GetBytes("\n" + front), file, complaints);
        return (Read(root, complaints), body);
    }

    private static FrontMatter Read(YamlNode? root, List<Complaint> complaints)
    {
        var words = complaints.Select(complaint => $"line {complaint.Origin.Line}: {complaint.Problem}").ToList();
        if (root is not MapNode map)
        {
            return None with { Complaints = words.Count > 0 ? words : ["the front matter is not a mapping of keys to values"] };
        }

        var unknown = map.Entries.Select(entry => entry.Key).Where(key => !OwnKeys.Contains(key) && !OthersKeys.Contains(key)).ToList();
        var reviewed = map.Text("reviewed");
        DateOnly? date = null;
        if (reviewed.Length > 0)
        {
            if (DateTimeOffset.TryParse(reviewed, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day))
            {
                date = DateOnly.FromDateTime(day.DateTime);
            }
            else
            {
                words.Add($"reviewed: \"{reviewed}\" is not a day such as 2026-01-17");
            }
        }

        var conditions = ConditionsOf(map, words);
        return new FrontMatter
        {
            Title = map.Text("title") is { Length: > 0 } title ? title : null,
            Description = map.Text("description") is { Length: > 0 } description ? description : map.Text("summary"),
            Alerts = [.. map.Texts("alerts"), .. conditions.Keys, .. map.Texts("alert_names"), .. map.Texts("alert")],
            Conditions = conditions,
            Services = map.Texts("services"),
            Severity = string.Join(", ", map.Texts("severity")),
            Owner = string.Join(", ", map.Texts("owner")),
            Reviewed = date,
            Aliases = map.Texts("aliases"),
            UnknownKeys = unknown,
            Complaints = words,
        };
    }

    /// <summary>Alerts that are written with conditions: <c>- { alert: NodeDown, match: { cluster: b } }</c>.</summary>
    private static Dictionary<string, LabelConditions> ConditionsOf(MapNode map, List<string> words)
    {
        var conditions = new Dictionary<string, LabelConditions>(StringComparer.Ordinal);
        foreach (var item in map["alerts"]?.Value is ListNode list ? list.Items.OfType<MapNode>() : [])
        {
            var texts = (item["match"]?.Value as MapNode)?.Entries.Where(entry => entry.Value is ScalarNode)
                .ToDictionary(entry => entry.Key, entry => ((ScalarNode)entry.Value).Value, StringComparer.Ordinal) ?? [];
            var problem = item.Text("alert").Length == 0 || item.Entries.Any(entry => entry.Key is not ("alert" or "match"))
                ? "write { alert: NodeDown, match: { cluster: b } }"
                : texts.Select(pair => Matcher.TryParse(pair.Key, pair.Value, out var wrong) is null ? $"{pair.Key}: {wrong}" : null)
                    .FirstOrDefault(wrong => wrong is not null);
            if (problem is null)
            {
                conditions[item.Text("alert")] = LabelConditions.Of(texts);
            }
            else
            {
                words.Add($"line {item.Origin.Line}: alerts: {problem}");
            }
        }

        return conditions;
    }

    private static readonly HashSet<string> OwnKeys = new(StringComparer.Ordinal)
    {
        "title", "description", "summary", "alerts", "alert_names", "alert", "services", "severity", "owner", "reviewed", "aliases",
    };
}
