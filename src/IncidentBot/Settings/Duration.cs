using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace IncidentBot.Settings;

/// <summary>Durations as Prometheus writes them: <c>30s</c>, <c>5m</c>, <c>1h30m</c>, <c>90d</c>. A year has 365 days.</summary>
internal static class Duration
{
    /// <summary>Longer ones could not be subtracted from every date.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(100 * 365);

    private static readonly (string Name, long Milliseconds)[] Units =
    [
        ("y", 365 * 86_400_000L), ("w", 7 * 86_400_000L), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ];

    /// <summary>Takes units from large to small, each at most once, or <c>0</c>; nothing longer than <see cref="Longest"/>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TimeSpan? duration)
    {
        duration = null;
        if (text is "0")
        {
            duration = TimeSpan.Zero;
            return true;
        }

        var total = 0L;
        var position = 0;
        var lastUnit = -1;
        while (position < text.Length)
        {
            var digits = Run(text, position, char.IsAsciiDigit);
            var letters = Run(text, position + digits, char.IsAsciiLetterLower);
            var name = text.Substring(position + digits, letters);
            var unit = Array.FindIndex(Units, candidate => string.Equals(candidate.Name, name, StringComparison.Ordinal));
            if (digits is 0 or > 15 || unit <= lastUnit)
            {
                return false;
            }

            var count = long.Parse(text.AsSpan(position, digits), NumberStyles.None, CultureInfo.InvariantCulture);
            var longest = (long)Longest.TotalMilliseconds;
            if (count > longest / Units[unit].Milliseconds || (total += count * Units[unit].Milliseconds) > longest)
            {
                return false;
            }

            lastUnit = unit;
            position += digits + letters;
        }

        duration = text.Length > 0 ? TimeSpan.FromMilliseconds(total) : null;
        return duration is not null;
    }

    /// <summary>The shortest way to write it: <c>1d12h</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        var rest = (long)duration.TotalMilliseconds;
        if (rest == 0)
        {
            return "0";
        }

        var text = new StringBuilder();
        // Days read better than weeks and years.
        foreach (var (name, milliseconds) in Units[2..])
        {
            if (rest >= milliseconds)
            {
                text.Append(CultureInfo.InvariantCulture, $"{rest / milliseconds}{name}");
                rest %= milliseconds;
            }
        }

        return text.ToString();
    }

    private static int Run(string text, int from, Func<char, bool> belongs)
    {
        var end = from;
        while (end < text.Length && belongs(text[end]))
        {
            end++;
        }

        return end - from;
    }
}
