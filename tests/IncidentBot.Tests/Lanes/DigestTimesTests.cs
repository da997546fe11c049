using System.Globalization;
using Xunit;

namespace IncidentBot.Lanes;

/// <summary>When digests are due, by the clock on the wall, also when somebody sets that clock.</summary>
public sealed class DigestTimesTests
{
    private static readonly TimeZoneInfo Sofia = TimeZoneInfo.FindSystemTimeZoneById("Europe/Sofia");

    [Theory]
    [InlineData(1, "2026-03-01 12:00 +02:00", "2026-03-01 12:00 +02:00")]
    [InlineData(1, "2026-03-01 12:59 +02:00", "2026-03-01 12:00 +02:00")]
    [InlineData(24, "2026-03-01 23:59 +02:00", "2026-03-01 00:00 +02:00")]
    [InlineData(24, "2026-03-29 12:00 +03:00", "2026-03-29 00:00 +02:00")]
    [InlineData(24, "2026-10-25 12:00 +02:00", "2026-10-25 00:00 +03:00")]
    [InlineData(1, "2026-03-29 04:20 +03:00", "2026-03-29 04:00 +03:00")]
    [InlineData(1, "2026-10-25 03:20 +03:00", "2026-10-25 03:00 +03:00")]
    [InlineData(1, "2026-10-25 03:20 +02:00", "2026-10-25 03:00 +02:00")]
    public void A_digest_is_due_at_round_times(int hours, string now, string due) =>
        Assert.Equal(At(due), new DigestTimes(TimeSpan.FromHours(hours), Sofia).Last(At(now)));

    [Fact]
    public void Through_a_year_each_is_due_after_the_one_before_and_none_is_due_in_the_future()
    {
        foreach (var every in new[] { TimeSpan.FromMinutes(7), TimeSpan.FromHours(1), TimeSpan.FromHours(5), TimeSpan.FromDays(1), TimeSpan.FromDays(7) })
        {
            var times = new DigestTimes(every, Sofia);
            var last = DateTimeOffset.MinValue;
            for (var now = At("2026-01-10 00:00 +00:00"); now < At("2027-01-10 00:00 +00:00"); now = now.AddMinutes(13))
            {
                var due = times.Last(now);
                Assert.InRange(due, now - every - TimeSpan.FromHours(1), now);
                Assert.True(due >= last, $"{due} came after {last}");
                last = due;
            }
        }
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.ParseExact(text, "yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture);
}
