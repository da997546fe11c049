using IncidentBot.Lanes;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.BotFixture;
using static IncidentBot.Support.Say;

namespace IncidentBot.Line;

/// <summary>Who was woken is told that it is over, in the same place and without being called.</summary>
public sealed class AllClearTests
{
    [Fact]
    public async Task The_end_of_what_was_urgent_is_told_where_its_call_was_with_a_sound_and_without_a_mention()
    {
        await using var bot = await BotFixture.StartAsync();
        await bot.PostAsync(Firing("plex-0", severity: "critical"));
        await bot.AtAsync("12:01");
        await bot.Store.AcknowledgeAsync(1, "Ada", "", default);
        await bot.PostAsync(Resolved("plex-0", at: 4, severity: "critical"));
        await bot.AtAsync("12:05");

        var end = bot.Replies(InSlack, bot.Expect(InSlack))[^1];
        Assert.StartsWith("✅ RESOLVED after 4 min: PodNotReady #1, was: not ready · taken by Ada after 1 min", end.Text, StringComparison.Ordinal);
        Assert.Equal((true, false), ((bool?)end.Versions[0]["reply_broadcast"], end.Silent));
        Assert.Empty(end.Mentions);
        Assert.False(bot.Replies(InTelegram, bot.Expect(InTelegram))[^1].Silent);
    }

    [Theory]
    [InlineData("warning", null, true)]
    [InlineData("warning", "room", false)]
    [InlineData("critical", "thread", true)]
    [InlineData("critical", "room", false)]
    public async Task A_lane_says_where_the_end_is_told(string severity, string? allClear, bool silent)
    {
        await using var bot = await BotFixture.StartAsync(options => options.Lanes.ForEach(lane => lane.AllClear = allClear));
        await bot.PostAsync(Firing("plex-0", severity: severity));
        await bot.AtAsync("12:01");
        await bot.PostAsync(Resolved("plex-0", at: 4, severity: severity));
        await bot.AtAsync("12:05");

        Assert.Equal(silent, Assert.Single(bot.Replies(InTelegram, bot.Expect(InTelegram))).Silent);
        Assert.Equal(silent ? null : true, (bool?)Assert.Single(bot.Replies(InSlack, bot.Expect(InSlack))).Versions[0]["reply_broadcast"]);
    }

    [Fact]
    public async Task A_call_that_comes_after_the_end_calls_nobody()
    {
        await using var bot = await BotFixture.StartAsync(options =>
            options.Lanes[0].Escalate = [new EscalationOptions { After = TimeSpan.FromMinutes(5), Mention = ["everyone"] }]);
        await bot.PostAsync(Firing("plex-0", severity: "critical"));
        await bot.AtAsync("12:04");
        bot.Slack.Answer(500);
        await bot.AtAsync("12:06");
        await bot.PostAsync(Resolved("plex-0", at: 7, severity: "critical"));
        bot.Slack.Recover();
        await bot.AtAsync("12:20");

        var reply = Assert.Single(bot.Replies(InSlack, bot.Expect(InSlack)));
        Assert.StartsWith("✅ RESOLVED after 7 min: PodNotReady #1, was: not ready", reply.Text, StringComparison.Ordinal);
        Assert.Contains("Escalated: nobody acknowledged for 5 min", reply.Text, StringComparison.Ordinal);
        Assert.Empty(reply.Mentions);
    }

    [Fact]
    public async Task A_critical_that_fires_again_where_nobody_is_mentioned_makes_a_sound_all_the_same()
    {
        await using var bot = await BotFixture.StartAsync(options => options.Lanes[0].Mention = []);
        await bot.PostAsync(Firing("plex-0", severity: "critical"));
        await bot.PostAsync(Resolved("plex-0", at: 1, severity: "critical"));
        await bot.AtAsync("12:02");
        await bot.PostAsync(Firing("plex-0", since: 3, severity: "critical"));
        await bot.AtAsync("12:04");

        Assert.False(bot.Replies(InTelegram, bot.Expect(InTelegram, "CRITICAL"))[^1].Silent);
        Assert.True((bool?)bot.Replies(InSlack, bot.Expect(InSlack))[^1].Versions[0]["reply_broadcast"]);
    }
}
