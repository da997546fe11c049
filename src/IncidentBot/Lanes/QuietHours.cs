namespace IncidentBot.Lanes;

/// <summary>
/// Hours that come back each day or on some days of the week, by the clock on the wall. When that clock is set back, they last
/// until it shows their end for the last time; an end that it leaps over comes with the leap.
/// </summary>
/// <param name="From">When they begin.</param>
/// <param name="To">When they end; on the next day when that is not later than the beginning.</param>
/// <param name="Days">The days on which they begin; empty for all.</param>
/// <param name="Zone">Whose clock on the wall.</param>
/// <param name="Held">Announcements and replies wait until the hours end; otherwise they only make no sound.</param>
internal sealed record QuietHours(TimeOnly From, TimeOnly To, IReadOnlyList<DayOfWeek> Days, TimeZoneInfo Zone, bool Held)
{
    /// <summary>So many hours on end are looked at, in case there is no gap between them.</summary>
    private const int LongestChain = 16;

    /// <summary>So many hours are left out of one time; with hours that never end it has to end somewhere.</summary>
    private const int MostLeftOut = 200;

    /// <summary>When the hours end that hold up posts now, with all those that follow without a gap; null when nothing is held.</summary>
    public static DateTimeOffset? HeldUntil(IReadOnlyList<QuietHours> hours, DateTimeOffset now)
    {
        DateTimeOffset? until = null;
        for (var i = 0; i < LongestChain; i++)
        {
            var next = hours.Max(one => one.Held ? one.End(until ?? now) : null);
            if (next is null)
            {
                break;
            }

            until = next;
        }

        return until;
    }

    /// <summary>When so much time has passed since a moment that is in none of these hours; never within them.</summary>
    public static DateTimeOffset Outside(IReadOnlyList<QuietHours> hours, DateTimeOffset since, TimeSpan time)
    {
        for (var i = 0; i < MostLeftOut && hours.Count > 0; i++)
        {
            if (hours.Max(one => one.End(since)) is { } end)
            {
                since = end;
                continue;
            }

            var begins = hours.Min(one => one.Begin(since));
            if (begins is null || begins - since > time)
            {
                break;
            }

            time -= begins.Value - since;
            since = begins.Value;
        }

        return since + time;
    }

    /// <summary>When the hours begin next after this moment, which is in none; null when they do not within a week.</summary>
    public DateTimeOffset? Begin(DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, Zone).DateTime);
        for (var day = today; day <= today.AddDays(8); day = day.AddDays(1))
        {
            var begins = Instant(day.ToDateTime(From), last: false);
            if ((Days.Count == 0 || Days.Contains(day.DayOfWeek)) && begins > now && End(begins) is not null)
            {
                return begins;
            }
        }

        return null;
    }

    /// <summary>When the hours end that this moment is in; null when it is in none.</summary>
    public DateTimeOffset? End(DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, Zone).DateTime);
        DateTimeOffset? end = null;
        foreach (var day in new[] { today.AddDays(-1), today })
        {
            if (Days.Count == 0 || Days.Contains(day.DayOfWeek))
            {
                var begins = Instant(day.ToDateTime(From), last: false);
                var ends = Instant((To > From ? day : day.AddDays(1)).ToDateTime(To), last: true);
                end = begins <= now && now < ends && (end is null || ends > end) ? ends : end;
            }
        }

        return end;
    }

    /// <summary>When the clock on the wall shows this, or leaps over it.</summary>
    private DateTimeOffset Instant(DateTime onTheWall, bool last)
    {
        while (Zone.IsInvalidTime(onTheWall))
        {
            onTheWall = onTheWall.AddMinutes(1);
        }

        var offset = !Zone.IsAmbiguousTime(onTheWall) ? Zone.GetUtcOffset(onTheWall)
            : last ? Zone.GetAmbiguousTimeOffsets(onTheWall).Min() : Zone.GetAmbiguousTimeOffsets(onTheWall).Max();
        return new DateTimeOffset(onTheWall, offset).ToUniversalTime();
    }
}
