using System.Text.RegularExpressions;
using IncidentBot.Incidents;
using IncidentBot.Storage;

namespace IncidentBot.Chat;

/// <summary>
/// Reads matchers as people write them: <c>node=pi-3</c>, <c>alertname=~"Disk.*"</c>, <c>{a="b",c!="d"}</c>. Pure, and nothing that is
/// said makes
/// it throw.
/// </summary>
internal static partial class MatcherWords
{
    /// <summary>More nobody means.</summary>
    private const int Most = 20;

    private const int LongestValue = 500;

    /// <returns>The matchers, how many words said them, and what is wrong as a sentence (empty when nothing is).</returns>
    public static (IReadOnlyList<SilenceMatcher> Matchers, int Words, string Problem) Read(IReadOnlyList<string> words)
    {
        var matchers = new List<SilenceMatcher>();
        var used = 0;
        foreach (var word in words)
        {
            var parts = Parts(word.TrimStart('{').TrimEnd('}', ',')).Select(part => part.Trim()).Where(part => part.Length > 0).ToList();
            var found = parts.Select(Of).ToList();
            if (found.Count == 0 || found.Contains(null))
            {
                break;
            }

            used++;
            matchers.AddRange(found!);
        }

        var problem = matchers.Count > Most ? $"At most {Most} labels are taken."
            : matchers.Select(Check).FirstOrDefault(one => one.Length > 0)
                ?? (matchers.Count > 0 && matchers.All(MatchesNothing) ? "That would hide everything: name one label that an alert must have." : "");
        return (matchers, used, problem);
    }

    /// <summary>As it can be said again.</summary>
    public static string Say(IReadOnlyList<SilenceMatcher> matchers) => string.Join(' ', matchers);

    /// <summary>What Alertmanager matches with labels that are absent hides too much by itself.</summary>
    private static bool MatchesNothing(SilenceMatcher matcher) =>
        Matcher.TryParse(matcher.Name, Text(matcher), out _)?.Matches("") ?? true;

    private static string Check(SilenceMatcher matcher) =>
        matcher.Value.Length > LongestValue ? $"The value of {matcher.Name} is too long."
        : Matcher.TryParse(matcher.Name, Text(matcher), out var problem) is null ? $"{matcher.Name}: {problem}." : "";

    private static string Text(SilenceMatcher matcher) =>
        (matcher.IsEqual ? matcher.IsRegex ? "=~" : "=" : matcher.IsRegex ? "!~" : "!=") + matcher.Value;

    private static SilenceMatcher? Of(string text)
    {
        if (One().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var (sign, value) = (match.Groups["sign"].Value, match.Groups["value"].Value);
        value = value is ['"', .., '"'] ? Unquote(value[1..^1]) : value;
        return new SilenceMatcher(match.Groups["name"].Value, value, sign is "=~" or "!~", sign is "=" or "=~");
    }

    private static string Unquote(string text) => text.Replace("\\\"", "\"", StringComparison.Ordinal)
        .Replace("\\\\", "\\", StringComparison.Ordinal);

    /// <summary>What commas part, outside of quotations.</summary>
    private static IEnumerable<string> Parts(string text)
    {
        var (from, quoted) = (0, false);
        for (var i = 0; i < text.Length; i++)
        {
            quoted ^= text[i] == '"' && (i == 0 || text[i - 1] != '\\');
            if (text[i] == ',' && !quoted)
            {
                yield return text[from..i];
                from = i + 1;
            }
        }

        yield return text[from..];
    }

    [GeneratedRegex("^(?<name>[a-zA-Z_][a-zA-Z0-9_]{0,99})(?<sign>=~|!~|!=|=)(?<value>.*)$",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex One();
}
