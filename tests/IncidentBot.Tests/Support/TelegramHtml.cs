using System.Text;
using System.Text.RegularExpressions;

namespace IncidentBot.Support;

/// <summary>Telegram's reading of its HTML: what people see, or why it cannot be read.</summary>
internal sealed partial record TelegramHtml(string Text, int Entities, IReadOnlyList<string> Mentions, string? Error)
{
    private static readonly HashSet<string> Tags = new(StringComparer.Ordinal)
    {
        "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "tg-spoiler", "a", "code", "pre", "blockquote",
    };

    public static TelegramHtml Plain(string text) => new(text, 0, Names(text, []), null);

    public static TelegramHtml Read(string html)
    {
        var text = new StringBuilder();
        var open = new Stack<string>();
        var mentions = new List<string>();
        var code = new List<(int From, int To)>();
        var codeFrom = 0;
        var entities = 0;
        for (var i = 0; i < html.Length; i++)
        {
            if (html[i] == '&')
            {
                var entity = Entity().Match(html, i);
                if (!entity.Success)
                {
                    return Bad($"a bare & at {i}");
                }

                text.Append(entity.Value switch { "&lt;" => '<', "&gt;" => '>', "&amp;" => '&', _ => '"' });
                i += entity.Length - 1;
                continue;
            }

            if (html[i] != '<')
            {
                text.Append(html[i]);
                continue;
            }

            var tag = Tag().Match(html, i);
            if (!tag.Success || !Tags.Contains(tag.Groups["name"].Value))
            {
                return Bad($"Unsupported start tag at byte offset {i}");
            }

            var name = tag.Groups["name"].Value;
            i += tag.Length - 1;
            if (tag.Groups["end"].Length == 0)
            {
                if (tag.Groups["href"].Value is { Length: > 0 } href && (name != "a" || href.StartsWith("tg://user?id=", StringComparison.Ordinal)))
                {
                    mentions.Add(href["tg://user?id=".Length..]);
                }

                codeFrom = name == "code" ? text.Length : codeFrom;
                entities++;
                open.Push(name);
            }
            else if (!open.TryPop(out var last) || last != name)
            {
                return Bad($"Unmatched end tag at byte offset {i}");
            }
            else if (name == "code")
            {
                code.Add((codeFrom, text.Length));
            }
        }

        return open.Count > 0
            ? Bad($"Can't find end tag corresponding to start tag {open.Peek()}")
            : new TelegramHtml(text.ToString(), entities, [.. mentions, .. Names(text.ToString(), code)], null);
    }

    private static TelegramHtml Bad(string error) => new("", 0, [], error);

    /// <summary>Telegram calls everybody whose name stands in the text outside of code.</summary>
    private static IReadOnlyList<string> Names(string text, List<(int From, int To)> code) =>
        [.. NameInText().Matches(text).Where(match => !code.Exists(part => match.Index >= part.From && match.Index < part.To)).Select(match => match.Value)];

    [GeneratedRegex("\\G&(?:lt|gt|amp|quot);", RegexOptions.None, 1000)]
    private static partial Regex Entity();

    [GeneratedRegex("\\G<(?<end>/?)(?<name>[a-z-]+)(?: href=\"(?<href>[^\"<>]*)\")?(?: expandable)?>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Tag();

    [GeneratedRegex("(?<![\\w/])@[A-Za-z][A-Za-z0-9_]{3,31}", RegexOptions.None, 1000)]
    private static partial Regex NameInText();
}
