using System.Text;

namespace IncidentBot.Runbooks.Rendering;

/// <summary>
/// Colours code a little: comments, texts, numbers and the words of a language. Languages that it does not know stay plain.
/// </summary>
internal static class Highlighter
{
    private static readonly Dictionary<string, Language> Languages = Known();

    /// <summary>The code as HTML. Marks of placeholders pass through it.</summary>
    public static string Html(string code, string language)
    {
        if (!Languages.TryGetValue(language, out var known))
        {
            return HtmlText.Escape(code);
        }

        var html = new StringBuilder(code.Length * 2);
        var at = 0;
        var open = new HashSet<char>();
        while (at < code.Length)
        {
            var (end, kind) = Token(code, at, known, open);
            var text = HtmlText.Escape(code[at..end]);
            html.Append(kind is null ? text : $"<span class=\"{kind}\">{text}</span>");
            at = end;
        }

        return html.ToString();
    }

    /// <param name="open">Quotes that are known to have no end behind here, so that it is not looked for again.</param>
    private static (int End, string? Kind) Token(string code, int at, Language language, HashSet<char> open)
    {
        var rest = code.AsSpan(at);
        foreach (var comment in language.Comments)
        {
            if (rest.StartsWith(comment, StringComparison.Ordinal) && (comment is not "#" || at == 0 || char.IsWhiteSpace(code[at - 1])))
            {
                return (at + Length(rest, '\n'), "comment");
            }
        }

        if (rest[0] == RunbookTemplate.GapBegin)
        {
            return (at + rest.IndexOf(RunbookTemplate.GapEnd) + 1, null);
        }

        if (rest[0] is '"' or '\'' && !open.Contains(rest[0]))
        {
            if (TextEnd(code, at) is { } textEnd)
            {
                return (textEnd, "text");
            }

            open.Add(rest[0]);
        }

        if (IsWord(rest[0]))
        {
            var end = at;
            while (end < code.Length && (IsWord(code[end]) || code[end] is '-' or '.'))
            {
                end++;
            }

            var word = code[at..end];
            return (end, char.IsAsciiDigit(word[0]) ? "number"
                : language.Words.Contains(word) ? "word"
                : language.HasKeys && end < code.Length && code[end] == ':' ? "key"
                : null);
        }

        return (at + 1, null);
    }

    /// <summary>Behind the quote that ends a text; null when it has no end within the code.</summary>
    private static int? TextEnd(string code, int at)
    {
        for (var i = at + 1; i < code.Length; i++)
        {
            if (code[i] == '\\' && code[at] == '"')
            {
                i++;
            }
            else if (code[i] == code[at])
            {
                return i + 1;
            }
        }

        return null;
    }

    private static int Length(ReadOnlySpan<char> rest, char end) => rest.IndexOf(end) is >= 0 and var at ? at : rest.Length;

    private static bool IsWord(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';

    private static Dictionary<string, Language> Known()
    {
        var shell = new Language(["#"], false,
            Words("if then else elif fi for in do done while until case esac function return exit export local set sudo true false"));
        var query = new Language(["#"], false,
            Words("sum avg min max count by without on ignoring group_left group_right offset rate irate increase delta histogram_quantile absent absent_over_time topk bottomk and or unless count_over_time sum_over_time avg_over_time max_over_time min_over_time label_replace predict_linear bool json logfmt line_format label_format unwrap pattern regexp"));
        var sql = new Language(["--"], false,
            Words("SELECT FROM WHERE AND OR NOT NULL IS IN JOIN LEFT RIGHT INNER OUTER ON GROUP BY ORDER LIMIT INSERT INTO VALUES UPDATE SET DELETE CREATE TABLE INDEX DROP ALTER VACUUM ANALYZE REINDEX WITH AS DISTINCT DESC ASC CASE WHEN THEN ELSE END COUNT BEGIN COMMIT select from where and or not null is in join left on group by order limit insert into values update set delete create table index drop alter vacuum analyze reindex with as distinct desc asc count"));
        var yaml = new Language(["#"], true, Words("true false null yes no"));
        var json = new Language([], true, Words("true false null"));
        var ini = new Language(["#", ";"], false, []);
        return new Dictionary<string, Language>(StringComparer.Ordinal)
        {
            ["bash"] = shell,
            ["sh"] = shell,
            ["shell"] = shell,
            ["zsh"] = shell,
            ["console"] = shell,
            ["promql"] = query,
            ["logql"] = query,
            ["sql"] = sql,
            ["yaml"] = yaml,
            ["yml"] = yaml,
            ["json"] = json,
            ["ini"] = ini,
            ["toml"] = ini,
            ["conf"] = ini,
        };
    }

    private static HashSet<string> Words(string words) => [.. words.Split(' ')];

    /// <param name="Comments">What begins one, until the end of the line.</param>
    /// <param name="HasKeys">A word before a colon is a key.</param>
    private sealed record Language(string[] Comments, bool HasKeys, HashSet<string> Words);
}
