using System.Globalization;
using Xunit;

namespace IncidentBot.Words;

public sealed class TimesTests
{
    [Theory]
    [InlineData("2026-01-17T03:12:00Z", "UTC", "03:12 UTC")]
    [InlineData("2026-01-16T03:12:00Z", "UTC", "16 Jan 03:12 UTC")]
    [InlineData("2025-12-31T03:12:00Z", "UTC", "31 Dec 2025 03:12 UTC")]
    [InlineData("2026-01-16T23:12:00Z", "Europe/Sofia", "01:12 +02:00")]
    [InlineData("2025-07-01T03:12:00Z", "Europe/Sofia", "1 Jul 2025 06:12 +03:00")]
    [InlineData("2026-01-17T03:12:00Z", "Europe/London", "03:12 UTC")]
    public void A_moment_says_its_zone_and_as_much_of_its_day_as_differs(string moment, string zone, string expected) =>
        Assert.Equal(expected, Times.Clock(At(moment), At("2026-01-17T12:00:00Z"), TimeZoneInfo.FindSystemTimeZoneById(zone)));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
