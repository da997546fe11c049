using System.Net;

namespace IncidentBot.Support;

/// <summary>A tag as a browser sees it.</summary>
internal sealed record HtmlTag(string Name, IReadOnlyList<(string Name, string Value)> Attributes);

/// <summary>Splits HTML into tags and text as browsers do, so that a test judges what would run and not how it is spelled.</summary>
internal static class HtmlScan
{
    public static List<HtmlTag> Tags(string html)
    {
        var tags = new List<HtmlTag>();
        for (var at = html.IndexOf('<'); at >= 0; at = at < html.Length ? html.IndexOf('<', at) : -1)
        {
            at++;
            if (at < html.Length && html[at] == '/')
            {
                at++;
            }

            if (at >= html.Length || !(char.IsAsciiLetter(html[at]) || html[at] is '!' or '?'))
            {
                continue;
            }

            tags.Add(Tag(html, ref at));
        }

        return tags;
    }

    /// <summary>What a reader sees and copies.</summary>
    public static string Text(string html)
    {
        var text = new System.Text.StringBuilder();
        for (var at = 0; at < html.Length;)
        {
            if (html[at] == '<' && at + 1 < html.Length && (char.IsAsciiLetter(html[at + 1]) || html[at + 1] is '/' or '!'))
            {
                at += html[at + 1] == '/' ? 2 : 1;
                _ = Tag(html, ref at);
                continue;
            }

            text.Append(html[at++]);
        }

        return WebUtility.HtmlDecode(text.ToString());
    }

    private static HtmlTag Tag(string html, ref int at)
    {
        var begin = at;
        while (at < html.Length && !char.IsWhiteSpace(html[at]) && html[at] is not ('>' or '/'))
        {
            at++;
        }

        var name = html[begin..at].ToLowerInvariant();
        var attributes = new List<(string, string)>();
        while (at < html.Length && html[at] != '>')
        {
            if (char.IsWhiteSpace(html[at]) || html[at] == '/')
            {
                at++;
                continue;
            }

            var nameBegin = at;
            while (at < html.Length && !char.IsWhiteSpace(html[at]) && (html[at] is not ('=' or '>' or '/') || at == nameBegin))
            {
                at++;
            }

            var attribute = html[nameBegin..at].ToLowerInvariant();
            attributes.Add((attribute, WebUtility.HtmlDecode(Value(html, ref at))));
        }

        at = Math.Min(html.Length, at + 1);
        return new HtmlTag(name, attributes);
    }

    private static string Value(string html, ref int at)
    {
        if (at >= html.Length || html[at] != '=')
        {
            return "";
        }

        at++;
        if (at < html.Length && html[at] is '"' or '\'')
        {
            var end = html.IndexOf(html[at], at + 1) is >= 0 and var found ? found : html.Length;
            var value = html[(at + 1)..end];
            at = Math.Min(html.Length, end + 1);
            return value;
        }

        var begin = at;
        while (at < html.Length && !char.IsWhiteSpace(html[at]) && html[at] != '>')
        {
            at++;
        }

        return html[begin..at];
    }
}
