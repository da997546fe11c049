using System.Globalization;
using IncidentBot.Alerts;
using IncidentBot.Storage;
using Microsoft.AspNetCore.WebUtilities;

namespace IncidentBot.Web;

/// <summary>What the reader of the first page asked for, as its address says it.</summary>
/// <param name="Status"><c>firing</c>, <c>resolved</c> or <c>all</c>.</param>
/// <param name="Page">From 1.</param>
/// <param name="Wall">For a screen on a wall: large, without what one presses.</param>
internal sealed record HomeQuery(string Status, string Severity, string Lane, string Text, int Page, bool Wall = false)
{
    /// <summary>Incidents on one page.</summary>
    public const int PageSize = 200;

    private const int Longest = 200;
    private const int LastPage = 100_000;

    public bool Filters => Severity.Length + Lane.Length + Text.Length > 0;

    public static HomeQuery Of(IQueryCollection query)
    {
        var status = query["status"].ToString();
        return new HomeQuery(
            status is "resolved" or "all" ? status : "firing",
            Word(query["severity"].ToString()),
            Word(query["lane"].ToString()),
            Word(query["q"].ToString()),
            int.TryParse(query["page"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var page)
                ? Math.Clamp(page, 1, LastPage)
                : 1,
            query.ContainsKey("wall"));
    }

    /// <summary>One more than a page, which shows whether there is a next one.</summary>
    public IncidentFilter Filter() => Filter(Status is "all" ? null : Status, PageSize + 1) with { Skip = (Page - 1) * PageSize };

    public IncidentFilter Filter(string? status, int limit) =>
        new(status, NullIfEmpty(Severity), NullIfEmpty(Lane), NullIfEmpty(Text), limit);

    /// <summary>The words of the text filter.</summary>
    public IReadOnlyList<FilterWord> Words => FilterWord.Parse(Text);

    /// <summary>The same list, of which only those with a label are left.</summary>
    public HomeQuery With(Label label)
    {
        var word = new FilterWord($"{label.Name}={label.Value}", Not: false);
        return Words.Contains(word) ? this : With(Words.Append(word));
    }

    /// <summary>The same list with other words.</summary>
    public HomeQuery With(IEnumerable<FilterWord> words) => this with { Text = FilterWord.Join(words), Page = 1 };

    /// <summary>The address of this list with something else changed.</summary>
    public string Url()
    {
        var parts = new Dictionary<string, string?>(StringComparer.Ordinal);
        Add(parts, "status", Status is "firing" ? "" : Status);
        Add(parts, "severity", Severity);
        Add(parts, "lane", Lane);
        Add(parts, "q", Text);
        if (Wall)
        {
            parts["wall"] = "";
        }

        Add(parts, "page", Page > 1 ? Page.ToString(CultureInfo.InvariantCulture) : "");
        return QueryHelpers.AddQueryString("/", parts);
    }

    private static void Add(Dictionary<string, string?> parts, string name, string value)
    {
        if (value.Length > 0)
        {
            parts[name] = value;
        }
    }

    private static string Word(string text) => text.Trim() is var word && word.Length > Longest ? word[..Longest] : text.Trim();

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
