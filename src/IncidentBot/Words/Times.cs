using System.Globalization;

namespace IncidentBot.Words;

/// <summary>How a moment is written wherever people read one.</summary>
internal static class Times
{
    /// <summary>
    /// The time of day with its zone; with the day when that is not today, and with the year when that is not this one:
    /// <c>03:12 UTC</c>, <c>17 Jan 03:12 +02:00</c>, <c>31 Dec 2025 23:59 UTC</c>.
    /// </summary>
    public static string Clock(DateTimeOffset moment, DateTimeOffset now, TimeZoneInfo zone)
    {
        var there = TimeZoneInfo.ConvertTime(moment, zone);
        var today = TimeZoneInfo.ConvertTime(now, zone);
        var format = there.Date == today.Date ? "HH:mm" : there.Year == today.Year ? "d MMM HH:mm" : "d MMM yyyy HH:mm";
        return $"{there.ToString(format, CultureInfo.InvariantCulture)} {Offset(there)}";
    }

    private static string Offset(DateTimeOffset there) =>
        there.Offset == TimeSpan.Zero ? "UTC" : there.ToString("zzz", CultureInfo.InvariantCulture);
}
