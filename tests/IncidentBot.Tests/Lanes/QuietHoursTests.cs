using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace IncidentBot.Lanes;

/// <summary>When quiet hours are and when they end, by the clock on the wall, also when somebody sets that clock.</summary>
public sealed class QuietHoursTests
{
    private static readonly TimeZoneInfo Sofia = TimeZoneInfo.FindSystemTimeZoneById("Europe/Sofia");

    /// <summary>Its clock goes forward by half an hour only.</summary>
    private static readonly TimeZoneInfo LordHowe = TimeZoneInfo.FindSystemTimeZoneById("Australia/Lord_Howe");

    /// <summary>In Sofia the clock goes from 03:00 to 04:00 on 29 March 2026, and from 04:00 back to 03:00 on 25 October. 1 March is a Sunday.</summary>
    [Theory]
    [InlineData("22:00-07:00", "", "2026-03-01 21:59 +02:00", null)]
    [InlineData("22:00-07:00", "", "2026-03-01 22:00 +02:00", "2026-03-02 07:00 +02:00")]
    [InlineData("22:00-07:00", "", "2026-03-02 00:30 +02:00", "2026-03-02 07:00 +02:00")]
    [InlineData("22:00-07:00", "", "2026-03-02 07:00 +02:00", null)]
    [InlineData("12:00-13:30", "", "2026-03-02 12:00 +02:00", "2026-03-02 13:30 +02:00")]
    [InlineData("12:00-13:30", "", "2026-03-02 13:30 +02:00", null)]
    [InlineData("22:00-07:00", "Sunday", "2026-03-02 06:00 +02:00", "2026-03-02 07:00 +02:00")]
    [InlineData("22:00-07:00", "Monday", "2026-03-02 06:00 +02:00", null)]
    [InlineData("22:00-07:00", "Saturday Sunday", "2026-03-01 06:00 +02:00", "2026-03-01 07:00 +02:00")]
    [InlineData("00:00-00:00", "Sunday", "2026-03-01 00:00 +02:00", "2026-03-02 00:00 +02:00")]
    [InlineData("00:00-00:00", "Sunday", "2026-03-02 00:00 +02:00", null)]
    [InlineData("08:00-08:00", "Sunday", "2026-03-02 07:59 +02:00", "2026-03-02 08:00 +02:00")]
    [InlineData("22:00-07:00", "", "2026-03-28 23:00 +02:00", "2026-03-29 07:00 +03:00")]
    [InlineData("22:00-03:30", "", "2026-03-28 23:00 +02:00", "2026-03-29 04:00 +03:00")]
    [InlineData("03:30-05:00", "", "2026-03-29 04:00 +03:00", "2026-03-29 05:00 +03:00")]
    [InlineData("03:30-05:00", "", "2026-03-29 02:59 +02:00", null)]
    [InlineData("03:10-03:40", "", "2026-03-29 04:00 +03:00", null)]
    [InlineData("22:00-03:30", "", "2026-10-25 03:40 +03:00", "2026-10-25 03:30 +02:00")]
    [InlineData("03:30-05:00", "", "2026-10-25 03:30 +03:00", "2026-10-25 05:00 +02:00")]
    [InlineData("03:30-05:00", "", "2026-10-25 03:10 +02:00", "2026-10-25 05:00 +02:00")]
    public void Quiet_hours_are_when_the_clock_on_the_wall_says_so(string hours, string days, string now, string? end)
    {
        var times = hours.Split('-').Select(time => TimeOnly.Parse(time, CultureInfo.InvariantCulture)).ToArray();
        var quiet = new QuietHours(times[0], times[1], [.. days.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<DayOfWeek>)], Sofia, Held: true);

        Assert.Equal(end is null ? null : At(end), quiet.End(At(now)));
        Assert.Equal(end is null ? null : At(end), QuietHours.HeldUntil([quiet, quiet with { Held = false, Days = [] }], At(now)));
    }

    [Fact]
    public void Hours_without_a_gap_between_them_are_held_to_the_end_of_the_last()
    {
        QuietHours[] hours =
        [
            new(new(22, 0), new(7, 0), [], Sofia, Held: true),
            new(new(6, 0), new(12, 0), [DayOfWeek.Monday], Sofia, Held: true),
            new(new(12, 0), new(13, 0), [], Sofia, Held: true),
            new(new(13, 0), new(20, 0), [], Sofia, Held: false),
        ];

        Assert.Equal(At("2026-03-02 13:00 +02:00"), QuietHours.HeldUntil(hours, At("2026-03-01 23:00 +02:00")));
        Assert.Equal(At("2026-03-03 07:00 +02:00"), QuietHours.HeldUntil(hours, At("2026-03-02 23:00 +02:00")));
        Assert.Null(QuietHours.HeldUntil(hours, At("2026-03-02 13:00 +02:00")));
    }

    /// <summary>The night of 29 March has one hour less, that of 25 October one more: only the hours between count.</summary>
    [Theory]
    [InlineData("2026-03-01 12:00 +02:00", 30, "2026-03-01 12:30 +02:00")]
    [InlineData("2026-03-01 21:30 +02:00", 30, "2026-03-02 07:00 +02:00")]
    [InlineData("2026-03-01 21:50 +02:00", 30, "2026-03-02 07:20 +02:00")]
    [InlineData("2026-03-01 22:00 +02:00", 30, "2026-03-02 07:30 +02:00")]
    [InlineData("2026-03-02 03:00 +02:00", 0, "2026-03-02 07:00 +02:00")]
    [InlineData("2026-03-01 12:00 +02:00", 1440, "2026-03-02 21:00 +02:00")]
    [InlineData("2026-03-28 21:50 +02:00", 30, "2026-03-29 07:20 +03:00")]
    [InlineData("2026-03-28 12:00 +02:00", 900, "2026-03-29 12:00 +03:00")]
    [InlineData("2026-10-24 21:50 +03:00", 30, "2026-10-25 07:20 +02:00")]
    [InlineData("2026-10-24 12:00 +03:00", 900, "2026-10-25 12:00 +02:00")]
    public void Time_outside_the_hours_stands_still_while_they_last(string since, int minutes, string then)
    {
        QuietHours[] nights = [new(new(22, 0), new(7, 0), [], Sofia, Held: true), new(new(23, 0), new(1, 0), [DayOfWeek.Sunday], Sofia, Held: false)];

        Assert.Equal(At(then), QuietHours.Outside(nights, At(since), TimeSpan.FromMinutes(minutes)));
        Assert.Equal(At(since).AddMinutes(minutes), QuietHours.Outside([], At(since), TimeSpan.FromMinutes(minutes)));
    }

    /// <summary>Minute by minute, over both changes of the clock.</summary>
    [Fact]
    public void As_many_minutes_lie_outside_the_hours_as_were_asked_for()
    {
        var times = from minute in Gen.Choose(0, 366 * 24 * 60)
                    from begin in Gen.Choose(0, 1439)
                    from to in Gen.Choose(0, 1439)
                    from days in Gen.Choose(0, 127)
                    from length in Gen.Choose(0, 3000)
                    where (to - begin + 1440) % 1440 is > 0 and <= 1320
                    select (minute, begin, to, days, length);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(times.ToArbitrary(), time =>
        {
            var since = At("2026-01-01 00:00 +00:00").AddMinutes(time.minute);
            QuietHours[] hours = [new(Time(time.begin), Time(time.to), [.. Enum.GetValues<DayOfWeek>().Where(day => (time.days >> (int)day & 1) == 1)], Sofia, Held: false)];
            var then = QuietHours.Outside(hours, since, TimeSpan.FromMinutes(time.length));
            var loud = Enumerable.Range(0, (int)(then - since).TotalMinutes).Count(minute => hours[0].End(since.AddMinutes(minute)) is null);
            return loud == time.length && hours[0].End(then) is null;
        }));
    }

    [Fact]
    public void Hours_that_never_end_are_looked_at_for_a_while_only()
    {
        QuietHours[] always = [new(new(0, 0), new(0, 0), [], Sofia, Held: true)];
        var until = QuietHours.HeldUntil(always, At("2026-03-01 10:00 +02:00"));

        Assert.InRange(until!.Value, At("2026-03-02 00:00 +02:00"), At("2026-04-01 00:00 +02:00"));
        Assert.True(QuietHours.Outside(always, At("2026-03-01 10:00 +02:00"), TimeSpan.FromMinutes(5)) > At("2026-04-01 00:00 +02:00"));
    }

    /// <summary>For any hours, days and moment of a year with both changes of the clock.</summary>
    [Fact]
    public void The_end_is_the_first_moment_that_is_no_longer_quiet_and_every_moment_of_the_wall_clocks_hours_is_quiet()
    {
        var moments = from minute in Gen.Choose(0, 366 * 24 * 60)
                      from begin in Gen.Choose(0, 1439)
                      from to in Gen.Choose(0, 1439)
                      from days in Gen.Choose(0, 127)
                      from zone in Gen.Elements(Sofia, LordHowe, TimeZoneInfo.Utc)
                      select (minute, begin, to, days, zone);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(moments.ToArbitrary(), moment =>
        {
            var (minute, begin, to, days, zone) = moment;
            var now = At("2026-01-01 00:00 +00:00").AddMinutes(minute);
            var hours = new QuietHours(Time(begin), Time(to), [.. Enum.GetValues<DayOfWeek>().Where(day => (days >> (int)day & 1) == 1)], zone, Held: false);
            var end = hours.End(now);
            return end is not { } known
                ? !OnTheWall(hours, now) || SetAt(zone, now)
                : known > now && known - now <= TimeSpan.FromHours(25) && (hours.End(known) is not { } next || next > known)
                    && hours.End(known.AddTicks(-1)) is not null && hours.End(now.AddTicks((known - now).Ticks / 2)) >= known
                    && (OnTheWall(hours, now) || SetAt(zone, now));
        }));
    }

    /// <summary>What the hours are by the definition that needs no calendar: the wall's clock and the day on which they began.</summary>
    private static bool OnTheWall(QuietHours hours, DateTimeOffset now)
    {
        var wall = TimeZoneInfo.ConvertTime(now, hours.Zone).DateTime;
        var time = TimeOnly.FromDateTime(wall);
        var overnight = hours.To <= hours.From;
        var inside = overnight ? time >= hours.From || time < hours.To : time >= hours.From && time < hours.To;
        var began = overnight && time < hours.From ? wall.AddDays(-1).DayOfWeek : wall.DayOfWeek;
        return inside && (hours.Days.Count == 0 || hours.Days.Contains(began));
    }

    /// <summary>Whether the clock is set around this time, when it does not say everything.</summary>
    private static bool SetAt(TimeZoneInfo zone, DateTimeOffset now) =>
        zone.GetUtcOffset(now.AddHours(-2)) != zone.GetUtcOffset(now.AddHours(2));

    private static TimeOnly Time(int minute) => TimeOnly.MinValue.AddMinutes(minute);

    private static DateTimeOffset At(string text) => DateTimeOffset.ParseExact(text, "yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture);
}
