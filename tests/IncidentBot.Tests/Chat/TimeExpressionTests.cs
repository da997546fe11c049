using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace IncidentBot.Chat;

/// <summary>When something ends, as people say it.</summary>
public sealed class TimeExpressionTests
{
    private static readonly TimeZoneInfo Sofia = TimeZoneInfo.FindSystemTimeZoneById("Europe/Sofia");

    /// <summary>A Saturday, 13:30 in Sofia.</summary>
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 11, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2h", "13:30", 1)]
    [InlineData("1h30m new disks", "13:00", 1)]
    [InlineData("for 90m", "13:00", 2)]
    [InlineData("for 90min", "13:00", 2)]
    [InlineData("2hours", "13:30", 1)]
    [InlineData("until 18:00", "16:00", 2)]
    [InlineData("18:00 then look", "16:00", 1)]
    [InlineData("until 9:00", "29 07:00", 2)]
    [InlineData("tomorrow", "29 07:00", 1)]
    [InlineData("until tomorrow 9:30 comment", "29 07:30", 3)]
    [InlineData("until monday 8:00", "30 06:00", 3)]
    [InlineData("until sat", "Dec 5 07:00", 2)]
    [InlineData("until 2026-12-01 09:00", "Dec 1 07:00", 3)]
    public void A_time_is_read_by_the_clock_of_the_zone(string said, string utc, int words)
    {
        var end = TimeExpression.Read(said.Split(' '), Now, Sofia);

        Assert.Equal(("", words), (end.Problem, end.Words));
        Assert.Equal(Utc(utc), end.At);
    }

    [Theory]
    [InlineData("1234", "1234 what? Write `1234m` for minutes or `1234h` for hours.")]
    [InlineData("until", "Until when? Such as `until 18:00`, `until tomorrow 9:00`, `until resolved`.")]
    [InlineData("until further", "`further` is no time: `2h`, `18:00`, `tomorrow 9:00` and `resolved` are.")]
    [InlineData("1y", "That is more than 90 days.")]
    [InlineData("99999999h", "That is more than 90 days.")]
    [InlineData("30s", "That is less than a minute from now.")]
    [InlineData("today 9:00", "09:00 Europe/Sofia is over.")]
    public void What_cannot_be_is_said_in_a_sentence(string said, string problem) =>
        Assert.Equal(problem, TimeExpression.Read(said.Split(' '), Now, Sofia).Problem);

    [Fact]
    public void Until_resolved_is_no_moment()
    {
        Assert.True(TimeExpression.Read(["until", "resolved"], Now, Sofia).UntilResolved);
        Assert.True(TimeExpression.Read(["resolved"], Now, Sofia).UntilResolved);
        Assert.Equal(SaidEnd.Nothing, TimeExpression.Read(["new", "disks"], Now, Sofia));
        Assert.Equal(SaidEnd.Nothing, TimeExpression.Read([], Now, Sofia));
    }

    [Fact]
    public void A_moment_is_said_with_the_name_of_the_zone()
    {
        Assert.Equal("18:00 Europe/Sofia", TimeExpression.Say(Utc("16:00"), Now, Sofia));
        Assert.Equal("Mon 08:00 Europe/Sofia", TimeExpression.Say(Utc("30 06:00"), Now, Sofia));
        Assert.Equal("5 Dec 09:00 Europe/Sofia", TimeExpression.Say(Utc("Dec 5 07:00"), Now, Sofia));
        Assert.Equal("16:00 UTC", TimeExpression.Say(Utc("16:00"), Now, TimeZoneInfo.Utc));
    }

    [Fact]
    public void A_time_that_the_clock_leaps_over_comes_with_the_leap_and_one_shown_twice_is_the_second()
    {
        var spring = new DateTimeOffset(2026, 3, 28, 20, 0, 0, TimeSpan.Zero);
        Assert.Equal(new DateTimeOffset(2026, 3, 29, 1, 0, 0, TimeSpan.Zero), TimeExpression.Read(["until", "3:30"], spring, Sofia).At);
        var autumn = new DateTimeOffset(2026, 10, 24, 20, 0, 0, TimeSpan.Zero);
        Assert.Equal(new DateTimeOffset(2026, 10, 25, 1, 30, 0, TimeSpan.Zero), TimeExpression.Read(["until", "3:30"], autumn, Sofia).At);
    }

    [Fact]
    public void Whatever_is_said_is_a_time_of_the_next_90_days_or_none_and_never_throws() => Prop.ForAll(
        (from words in Gen.Elements("until", "tomorrow", "mon", "2h", "18:00", "24:00", "resolved", "0", "-1h", "2026-13-01", "🛑", "9:5", "1h1h", "").NonEmptyListOf()
         from minutes in Gen.Choose(0, 1_000_000)
         select (Words: words.ToArray(), Now: Now.AddMinutes(minutes))).ToArbitrary(),
        said => TimeExpression.Read(said.Words, said.Now, Sofia) is var end
            && end.Words >= 0 && end.Words <= said.Words.Length
            && (end.At is null || end.Problem.Length > 0 || (end.At > said.Now && end.At <= said.Now + TimeExpression.Longest))).QuickCheckThrowOnFailure();

    private static DateTimeOffset Utc(string text) => DateTimeOffset.ParseExact(
        text.Split(' ').Length == 1 ? $"2026 Nov 28 {text}" : text.StartsWith("Dec", StringComparison.Ordinal) ? $"2026 {text}" : $"2026 Nov {text}",
        "yyyy MMM d HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
