using System.Buffers;

namespace IncidentBot.Incidents;

/// <summary>
/// Keeps a word that runs from right to left from turning what stands beside it: without this the value of one label changes places with
/// the name of the next. https://www.unicode.org/reports/tr9/#Explicit_Directional_Isolates
/// </summary>
internal static class Bidi
{
    private const char Isolate = '\u2068';
    private const char Pop = '\u2069';

    private static readonly SearchValues<char> Isolates = SearchValues.Create("\u2066\u2067\u2068\u2069");

    /// <summary>A text set apart when any of it runs from right to left; any other is as it was.</summary>
    public static string Apart(string text)
    {
        var runsLeft = false;
        foreach (var rune in text.EnumerateRunes())
        {
            runsLeft |= RunsLeft(rune.Value);
        }

        return !runsLeft ? text
            : $"{Isolate}{(text.AsSpan().ContainsAny(Isolates) ? string.Concat(text.Where(letter => !Isolates.Contains(letter))) : text)}{Pop}";
    }

    /// <summary>Hebrew, Arabic and the scripts beside them, with their forms of presentation.</summary>
    private static bool RunsLeft(int letter) => letter is (>= 0x0590 and <= 0x08FF) or (>= 0xFB1D and <= 0xFDFF)
        or (>= 0xFE70 and <= 0xFEFC) or (>= 0x10800 and <= 0x10FFF) or (>= 0x1E800 and <= 0x1EFFF);
}
