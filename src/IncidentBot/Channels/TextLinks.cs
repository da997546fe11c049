using System.Text.RegularExpressions;

namespace IncidentBot.Channels;

/// <summary>Finds the addresses in what an alert's author wrote, so that people can open them; each is shown as it is.</summary>
internal static partial class TextLinks
{
    /// <summary>A cleaned line in pieces: addresses, and what stands between them.</summary>
    public static IReadOnlyList<TextRun> In(string line)
    {
        var runs = new List<TextRun>();
        var at = 0;
        foreach (var match in Address().EnumerateMatches(line))
        {
            // A sentence ends behind an address more often than an address ends in a full stop; what was cut leads nowhere.
            var text = line.Substring(match.Index, match.Length).TrimEnd('.', ',', ';', ':', '!', '?', ')', ']', '\'');
            if ((match.Index + match.Length < line.Length && line[match.Index + match.Length] == '…')
                || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.UserInfo.Length > 0 || url.Host.Length == 0)
            {
                continue;
            }

            if (match.Index > at)
            {
                runs.Add(new TextRun(line[at..match.Index]));
            }

            runs.Add(new TextRun(text, Link: url));
            at = match.Index + text.Length;
        }

        if (at < line.Length)
        {
            runs.Add(new TextRun(line[at..]));
        }

        return runs;
    }

    [GeneratedRegex(@"\bhttps?://[^\s<>""…]{1,1500}", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Address();
}
