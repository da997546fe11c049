using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace IncidentBot.Channels;

/// <summary>
/// Makes hostile text fit for a message: no line breaks where one line is meant, no control characters, nothing invisible that
/// turns or hides what stands beside it (isolates, which do not, stay in pairs), and never longer than asked. What is left is plain
/// text that still has to be escaped.
/// </summary>
internal static partial class PlainText
{
    private const int MarksOnOneLetter = 3;
    private const int MostIsolates = 4;
    private const char Ellipsis = '…';
    private const char Isolate = '\u2068';
    private const char Pop = '\u2069';

    /// <summary>One line of at most <paramref name="max"/> UTF-16 units; when it was cut it ends in an ellipsis.</summary>
    public static string Line(string text, int max)
    {
        var line = new StringBuilder(Math.Min(text.Length, max));
        var fits = (Length: 0, Open: 0);
        var (marks, open) = (0, 0);
        foreach (var rune in (text.Contains('\u001B', StringComparison.Ordinal) ? Ansi().Replace(text, "") : text).EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
            {
                if (line.Length > 0 && line[^1] != ' ')
                {
                    line.Append(' ');
                }

                continue;
            }

            marks = IsMark(rune) ? marks + 1 : 0;
            var turn = Turn(rune, open);
            if ((IsInvisible(rune) && turn == 0) || marks > MarksOnOneLetter)
            {
                continue;
            }

            open += turn;

            line.Append(rune);
            if (line.Length + open > max)
            {
                return line.ToString(0, fits.Length).TrimEnd() + Ellipsis + new string(Pop, fits.Open);
            }

            fits = line.Length + open < max ? (line.Length, open) : fits;
        }

        return line.ToString().TrimEnd() + new string(Pop, open);
    }

    /// <summary>What a rune does to the isolates that are open: one that sets a text apart and its end stay, in pairs.</summary>
    private static int Turn(Rune rune, int open) => rune.Value == Isolate && open < MostIsolates ? 1
        : rune.Value == Pop && open > 0 ? -1 : 0;

    /// <summary>The lines of a text that are not empty, cut to a number of lines and to a length of all together.</summary>
    public static IReadOnlyList<string> Lines(string text, int maxLines, int max)
    {
        var lines = new List<string>();
        var left = max;
        foreach (var part in text.AsSpan().EnumerateLines())
        {
            if (part.IsWhiteSpace())
            {
                continue;
            }

            if (lines.Count == maxLines || left < 2)
            {
                lines[^1] = lines[^1].EndsWith(Ellipsis) ? lines[^1] : lines[^1] + Ellipsis;
                break;
            }

            var line = Line(part[..Math.Min(part.Length, 8 * left)].ToString(), left);
            if (line.Length > 0)
            {
                lines.Add(line);
                left -= line.Length;
            }
        }

        return lines;
    }

    /// <summary>Colours and moves of a terminal, which would leave their letters behind without the escape.</summary>
    [GeneratedRegex("\u001B(?:\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001B]*(?:\u0007|\u001B\\\\)?)", RegexOptions.NonBacktracking)]
    private static partial Regex Ansi();

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;

    /// <summary>Direction overrides and embeddings, zero-width spaces, tags. Joiners stay: emoji and several scripts need them.</summary>
    private static bool IsInvisible(Rune rune) =>
        rune.Value is not (0x200C or 0x200D)
        && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
}
