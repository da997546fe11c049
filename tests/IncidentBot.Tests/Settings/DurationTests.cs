using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace IncidentBot.Settings;

public sealed class DurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("250ms", 250)]
    [InlineData("30s", 30_000)]
    [InlineData("5m", 300_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("90d", 7_776_000_000)]
    [InlineData("1w", 604_800_000)]
    [InlineData("1y2w3d4h5m6s7ms", 33_019_506_007)]
    [InlineData("100y", 3_153_600_000_000)]
    public void Durations_are_read_as_prometheus_reads_them(string text, long milliseconds)
    {
        Assert.True(Duration.TryParse(text, out var duration));
        Assert.Equal(milliseconds, (long)duration.Value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("m")]
    [InlineData("5 m")]
    [InlineData("-5m")]
    [InlineData("1.5h")]
    [InlineData("5M")]
    [InlineData("5m1h")]
    [InlineData("5m5m")]
    [InlineData("5min")]
    [InlineData("00:05:00")]
    [InlineData("100y1ms")]
    [InlineData("99999999999999999999999999y")]
    [InlineData("999999999999999y")]
    public void Anything_else_is_not_a_duration(string text) => Assert.False(Duration.TryParse(text, out _));

    [Fact]
    public void What_is_written_is_read_again() => Prop.ForAll(
        ArbMap.Default.ArbFor<long>(),
        number =>
        {
            var duration = TimeSpan.FromMilliseconds((double)((ulong)number % (ulong)Duration.Longest.TotalMilliseconds));
            return Duration.TryParse(Duration.Format(duration), out var read) && read == duration;
        }).QuickCheckThrowOnFailure();
}
