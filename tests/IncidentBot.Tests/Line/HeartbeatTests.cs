using IncidentBot.Delivery;
using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Settings;
using IncidentBot.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static IncidentBot.Support.BotFixture;
using static IncidentBot.Support.Say;

namespace IncidentBot.Line;

/// <summary>When the heartbeat stops because nobody gets what they should, and when it goes on although not everything is shown.</summary>
public sealed class HeartbeatTests
{
    [Fact]
    public async Task It_stops_when_a_critical_is_refused_everywhere_and_goes_on_once_one_room_has_it()
    {
        await using var bot = await BotFixture.StartAsync();
        RefuseEverywhere(bot);
        await bot.PostAsync(Firing("plex-0", severity: "critical"));
        await bot.AtAsync("12:04");
        Assert.Equal("", await BeatAsync(bot));

        await bot.AtAsync("12:06");
        Assert.Equal($"withheld, because what waits for {InMatrix}, {InSlack}, {InTelegram} is shown nowhere; the page /deliveries says why", await BeatAsync(bot));

        bot.Matrix.Recover();
        await bot.AtAsync("12:25");
        bot.Expect(InMatrix, "CRITICAL");
        Assert.Equal("", await BeatAsync(bot));
    }

    [Theory]
    [InlineData("answers 500")]
    [InlineData("drops")]
    public async Task It_stops_after_a_quarter_of_an_hour_in_which_nothing_gets_anywhere(string outage)
    {
        await using var bot = await BotFixture.StartAsync();
        Array.ForEach<VendorServer>([bot.Slack, bot.Telegram, bot.Matrix], vendor =>
        {
            if (outage == "drops")
            {
                vendor.Drop(processed: false);
            }
            else
            {
                vendor.Answer(500);
            }
        });
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:14");
        Assert.Equal("", await BeatAsync(bot));
        await bot.AtAsync("12:16");
        Assert.Contains("is shown nowhere", await BeatAsync(bot), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_stops_while_a_token_is_refused_although_what_nobody_got_is_over()
    {
        await using var bot = await BotFixture.StartAsync();
        RefuseEverywhere(bot);
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:02");
        await bot.PostAsync(Resolved("plex-0", at: 2));
        await bot.AtAsync("12:30");

        Assert.Contains("is shown nowhere", await BeatAsync(bot), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_goes_on_after_a_message_was_refused_by_itself_unless_it_is_critical()
    {
        await using var bot = await BotFixture.StartAsync(options => options.Lanes.ForEach(lane => lane.Rooms.RemoveRange(1, 2)));
        bot.Slack.Refuse("invalid_blocks", times: 2);
        await bot.PostAloneAsync(Firing("odd"));
        await bot.AtAsync("12:30");
        Assert.Equal("", await BeatAsync(bot));

        bot.Slack.Refuse("invalid_blocks", times: 2);
        await bot.PostAloneAsync(Firing("odd-too", since: 30, severity: "critical"));
        await bot.AtAsync("12:40");
        Assert.Contains("is shown nowhere", await BeatAsync(bot), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_quiet_hours_hold_is_no_reason_to_stop()
    {
        await using var bot = await BotFixture.StartAsync(options => options.Lanes.ForEach(lane =>
            lane.QuietHours = [new QuietHoursOptions { From = new TimeOnly(11, 0), To = new TimeOnly(14, 0), Posts = "held" }]));
        await bot.PostAsync(Firing("plex-0", severity: "critical"));
        await bot.AtAsync("13:00");

        Assert.Empty(bot.Shown(InSlack));
        Assert.Equal("", await BeatAsync(bot));
    }

    [Fact]
    [Slow]
    public async Task What_waits_its_turn_in_a_storm_is_no_reason_to_stop()
    {
        await using var bot = await BotFixture.StartAsync(options => options.Lanes.ForEach(lane => lane.Rooms.RemoveAll(room => room.Kind is not "telegram")));
        for (var i = 0; i < 600; i++)
        {
            await bot.PostAloneAsync(Firing($"pod-{i}"));
        }

        await bot.AtAsync("12:20");
        Assert.Contains(await bot.PostsAsync(), post => post.State == PostState.Waiting);
        Assert.Equal("", await BeatAsync(bot));
    }

    private static void RefuseEverywhere(BotFixture bot)
    {
        bot.Slack.Refuse("token_revoked");
        bot.Telegram.Refuse("kicked");
        bot.Matrix.Refuse("M_UNKNOWN_TOKEN");
    }

    /// <summary>Beats to the program's own address, which takes it. Returns why it did not beat, or empty.</summary>
    private static async Task<string> BeatAsync(BotFixture bot)
    {
        await bot.RunUntilIdleAsync();
        return await bot.Services.GetRequiredService<OwnHeartbeat>().BeatAsync(new Secret($"{bot.Address}-/healthy"), TestContext.Current.CancellationToken);
    }
}
