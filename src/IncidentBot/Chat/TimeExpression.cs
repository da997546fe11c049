using System.Globalization;
using System.Text.RegularExpressions;
using IncidentBot.Settings;

namespace IncidentBot.Chat;

/// <summary>When something ends, as people say it.</summary>
/// <param name="At">The moment; null for when the incident is resolved.</param>
/// <param name="Words">How many words said it; 0 when none did.</param>
/// <param name="Problem">What is wrong with the words, as a sentence; empty when nothing is.</param>
internal readonly record struct SaidEnd(DateTimeOffset? At, int Words, string Problem)
{
    public static readonly SaidEnd Nothing = new(null, 0, "");

    public bool UntilResolved => At is null && Words > 0 && Problem.Length == 0;
}

/// <summary>
/// Reads <c>2h</c>, <c>until 18:00</c>, <c>tomorrow 9:00</c>, <c>until monday 8:30</c>, <c>until 2026-12-01 09:00</c>, <c>until
/// resolved</c> by the
/// clock of a time zone. A time of day that is over today is tomorrow's. Pure.
/// </summary>
internal static partial class TimeExpression
{
    /// <summary>Nobody means more.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeOnly Morning = new(9, 0);
    private static readonly string[] TimeFormats = ["H:mm", "HH:mm"];
    private static readonly string[] Days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

    /// <param name="words">What was said; the expression stands at the beginning.</param>
    public static SaidEnd Read(IReadOnlyList<string> words, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (words.Count == 0)
        {
            return SaidEnd.Nothing;
        }

        var until = Is(words[0], "until") || Is(words[0], "till") ? 1 : Is(words[0], "for") ? 1 : 0;
        if (until == words.Count)
        {
            return new SaidEnd(null, until, "Until when? Such as `until 18:00`, `until tomorrow 9:00`, `until resolved`.");
        }

        var said = Moment([.. words.Skip(until)], now, zone);
        if (said.Words == 0)
        {
            return until > 0 ? new SaidEnd(null, until, $"`{Short(words[until])}` is no time: `2h`, `18:00`, `tomorrow 9:00` and `resolved` are.")
                : SaidEnd.Nothing;
        }

        said = said with { Words = said.Words + until };
        return said.At is not { } at || said.Problem.Length > 0 ? said
            : at - now > Longest ? said with { Problem = "That is more than 90 days." }
            : at - now < Shortest ? said with { Problem = "That is less than a minute from now." }
            : said;
    }

    /// <summary>
    /// A moment by the clock of a zone, with the zone's name: <c>18:00 Europe/Sofia</c>, <c>Mon 09:00 …</c>, <c>17 Jan 09:00 …</c>.
    /// </summary>
    public static string Say(DateTimeOffset moment, DateTimeOffset now, TimeZoneInfo zone)
    {
        var (there, today) = (TimeZoneInfo.ConvertTime(moment, zone), TimeZoneInfo.ConvertTime(now, zone).Date);
        var days = (there.Date - today).Days;
        var format = days == 0 ? "HH:mm" : days is > 0 and < 7 ? "ddd HH:mm" : there.Year == today.Year ? "d MMM HH:mm" : "d MMM yyyy HH:mm";
        return $"{there.ToString(format, CultureInfo.InvariantCulture)} {zone.Id}";
    }

    /// <summary>Minutes and hours as people write them.</summary>
    [GeneratedRegex("(?<=[0-9])(?<unit>m|h|d|w)(?:ins?|inutes?|rs?|ours?|ays?|eeks?)$", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex LongUnits();

    [GeneratedRegex("^[0-9]+[smhdwy]$", RegexOptions.NonBacktracking)]
    private static partial Regex Length();

    private static SaidEnd Moment(IReadOnlyList<string> words, DateTimeOffset now, TimeZoneInfo zone)
    {
        var first = words[0].TrimEnd(',', ';', '.').ToLowerInvariant();
        if (first is "resolved")
        {
            return new SaidEnd(null, 1, "");
        }

        if (LongUnits().Replace(first, "${unit}") is var brief && Duration.TryParse(brief, out var duration) && first is not "0")
        {
            return new SaidEnd(duration > Longest ? now + Longest + Shortest : now + duration.Value, 1, "");
        }

        if (Length().IsMatch(brief))
        {
            return new SaidEnd(null, 1, "That is more than 90 days.");
        }

        if (first.Length > 0 && first.All(char.IsAsciiDigit))
        {
            return new SaidEnd(null, 1, $"{Short(first)} what? Write `{Short(first)}m` for minutes or `{Short(first)}h` for hours.");
        }

        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        if (Time(first) is { } time)
        {
            var at = Instant(today.ToDateTime(time), zone);
            return new SaidEnd(at > now ? at : Instant(today.AddDays(1).ToDateTime(time), zone), 1, "");
        }

        if (Day(first, today) is not { } day)
        {
            return SaidEnd.Nothing;
        }

        var named = words.Count > 1 ? Time(words[1].TrimEnd(',', ';', '.')) : null;
        var moment = Instant(day.ToDateTime(named ?? Morning), zone);
        return new SaidEnd(moment, named is null ? 1 : 2, moment > now ? "" : $"{Say(moment, now, zone)} is over.");
    }

    private static DateOnly? Day(string word, DateOnly today)
    {
        if (word is "today" or "tomorrow")
        {
            return word is "today" ? today : today.AddDays(1);
        }

        var index = word.Length >= 3 ? Array.FindIndex(Days, day => day.StartsWith(word, StringComparison.Ordinal)) : -1;
        return index >= 0 ? today.AddDays(((index - (int)today.DayOfWeek + 6) % 7) + 1)
            : DateOnly.TryParseExact(word, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;
    }

    private static TimeOnly? Time(string word) =>
        TimeOnly.TryParseExact(word, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    /// <summary>A time that the clock leaps over comes with the leap; one that it shows twice is the second.</summary>
    private static DateTimeOffset Instant(DateTime onTheWall, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(onTheWall))
        {
            onTheWall = onTheWall.AddMinutes(1);
        }

        var offset = zone.IsAmbiguousTime(onTheWall) ? zone.GetAmbiguousTimeOffsets(onTheWall).Min() : zone.GetUtcOffset(onTheWall);
        return new DateTimeOffset(onTheWall, offset).ToUniversalTime();
    }

    private static bool Is(string word, string other) => word.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static string Short(string word) => word.Length > 20 ? word[..20] + "…" : word;
}
