using System.Globalization;
using System.Text;
using IncidentBot.Runbooks.Filling;

namespace IncidentBot.Runbooks.Rendering;

/// <summary>
/// The HTML of a page with marks in it: for placeholders, before every id, and behind every link to another page. Marks are
/// characters that Unicode keeps for a program's own use and that never reach the outside.
/// </summary>
internal sealed record RunbookTemplate(string Html, IReadOnlyList<Placeholder> Placeholders)
{
    public const char GapBegin = '\uFDD0';
    public const char GapEnd = '\uFDD1';
    public const char IdMark = '\uFDD2';
    public const char QueryMark = '\uFDD3';

    /// <summary>Takes the marks out of what people wrote.</summary>
    public static string Without(string text) =>
        text.AsSpan().IndexOfAnyInRange('\uFDD0', '\uFDEF') < 0 && !text.Contains('\0', StringComparison.Ordinal) ? text
            : string.Concat(text.Select(character => character is (>= '\uFDD0' and <= '\uFDEF') or '\0' ? '\uFFFD' : character));

    /// <summary>The mark of a placeholder.</summary>
    public static string Gap(int index) => string.Create(CultureInfo.InvariantCulture, $"{GapBegin}{index}{GapEnd}");

    /// <summary>The page as it is sent.</summary>
    /// <param name="values">Of one alert; null shows placeholders as such.</param>
    /// <param name="query">For links to other pages, with its question mark; may be empty.</param>
    /// <param name="idPrefix">Before every id, where the page is a part of another one.</param>
    public string Render(AlertValues? values, string query = "", string idPrefix = "")
    {
        var html = new StringBuilder(Html.Length + 256);
        var rest = Html.AsSpan();
        while (rest.IndexOfAnyInRange(GapBegin, QueryMark) is >= 0 and var at)
        {
            html.Append(rest[..at]);
            var mark = rest[at];
            rest = rest[(at + 1)..];
            if (mark == IdMark)
            {
                html.Append(idPrefix);
            }
            else if (mark == QueryMark)
            {
                html.Append(HtmlText.Escape(query));
            }
            else if (mark == GapBegin)
            {
                // A mark that is none of ours has no number of ours, and is left out.
                if (rest.IndexOf(GapEnd) is >= 0 and var end
                    && int.TryParse(rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    && number < Placeholders.Count)
                {
                    html.Append(Placeholders[number].Html(values));
                    rest = rest[(end + 1)..];
                }
            }
        }

        return html.Append(rest).ToString();
    }
}

/// <summary>Text that is to stand in HTML, also in attributes.</summary>
internal static class HtmlText
{
    public static string Escape(string text) =>
        text.AsSpan().IndexOfAny("&<>\"'") < 0 ? text
            : new StringBuilder(text).Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;")
            .Replace("\"", "&quot;").Replace("'", "&#39;").ToString();
}
