using IncidentBot.Settings;

namespace IncidentBot.Lanes;

/// <summary>Hours in which a lane's posts make no sound, or wait.</summary>
internal sealed class QuietHoursOptions
{
    /// <summary>When they begin: a time of day. Required.</summary>
    public TimeOnly? From { get; set; }

    /// <summary>
    /// When they end: a time of day, on the next day when that is not later. The same time as the beginning is a whole day. Required.
    /// </summary>
    public TimeOnly? To { get; set; }

    /// <summary>The days on which they begin: <c>mon</c> to <c>sun</c>. Empty: every day.</summary>
    [SingleOrList]
    public List<DayOfWeek> Days { get; set; } = [];

    /// <summary>Of the times of day. Absent: that of the server.</summary>
    public TimeZoneInfo? TimeZone { get; set; }

    /// <summary>
    /// <c>silent</c>: without sound and without calling anybody; <c>held</c>: announcements and replies wait until the hours end.
    /// Default silent.
    /// </summary>
    public string Posts { get; set; } = "silent";

    /// <summary>The hours that these options make.</summary>
    /// <param name="zone">Of hours that name none.</param>
    internal QuietHours In(TimeZoneInfo zone) => new(From ?? default, To ?? default, Days, TimeZone ?? zone, Posts is "held");
}
