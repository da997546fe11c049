using IncidentBot.Lanes;
using IncidentBot.Rooms;
using IncidentBot.Settings;
using IncidentBot.Storage;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.BotFixture;
using static IncidentBot.Support.Say;

namespace IncidentBot.Line;

/// <summary>When nobody answers, others are told; when somebody does, nobody is.</summary>
public sealed class EscalationTests
{
    private const string OnCall = "matrix:!oncall:localhost";

    [Fact]
    public async Task After_five_minutes_the_room_of_the_step_has_the_incident_and_the_others_are_told_why()
    {
        await using var bot = await BotFixture.StartAsync(Escalating);
        await bot.PostAsync(Firing("plex-0", severity: "critical"));
        await bot.AtAsync("12:04");
        bot.Expect(InSlack, "Escalates at 12:05 UTC unless acknowledged");
        Assert.Empty(bot.Shown(OnCall));

        await bot.AtAsync("12:06");

        var called = bot.Expect(OnCall, "PodNotReady", "Escalated at 12:05 UTC");
        Assert.Equal(["@room"], called.Mentions);
        Assert.Empty(bot.Replies(OnCall, called));
        var reply = Assert.Single(bot.Replies(InSlack, bot.Expect(InSlack, "Escalated at 12:05 UTC")));
        Assert.StartsWith("🛑 ESCALATED, nobody acknowledged for 5 min: not ready · PodNotReady #1, critical", reply.Text, StringComparison.Ordinal);
        Assert.True((bool?)reply.Versions[0]["reply_broadcast"], "a mention within a thread alone need not ring");
        Assert.Equal(["!channel"], reply.Mentions);
        Assert.False(Assert.Single(bot.Replies(InTelegram, bot.Expect(InTelegram))).Silent);
        Assert.Contains("escalated", await TimelineAsync(bot), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_who_takes_it_on_stops_it_and_is_named_everywhere()
    {
        await using var bot = await BotFixture.StartAsync(Escalating);
        await bot.PostAsync(Firing("plex-0", severity: "critical"));
        await bot.AtAsync("12:03");
        Assert.Equal(DeedOutcome.Done, await bot.Store.AcknowledgeAsync(1, "ada", "on my way", default));
        await bot.AtAsync("13:00");

        Assert.Empty(bot.Shown(OnCall));
        var message = bot.Expect(InSlack, "Acknowledged by ada at 12:03 UTC", "1 firing", "CRITICAL");
        Assert.DoesNotContain("Escalates", message.Text, StringComparison.Ordinal);
        Assert.Contains("Acknowledged by ada: on my way", Assert.Single(bot.Replies(InSlack, message)).Text, StringComparison.Ordinal);
        Assert.Equal("ada", (await bot.ApiAsync("api/v1/incidents"))["incidents"]![0]!.Text("acknowledged_by"));
    }

    [Fact]
    public async Task A_restart_in_between_and_one_across_the_moment_change_nothing()
    {
        await using var bot = await BotFixture.StartAsync(Escalating);
        await bot.PostAsync(Firing("plex-0", severity: "critical"));
        await bot.AtAsync("12:03");
        await bot.RestartAsync();
        await bot.AtAsync("12:04");
        await bot.StopAsync();
        bot.Clock.Advance(TimeSpan.FromMinutes(20));
        await bot.StartAgainAsync();
        await bot.AtAsync("12:25");

        bot.Expect(OnCall, "Escalated at 12:24 UTC");
        Assert.Contains("nobody acknowledged for 24 min", Assert.Single(bot.Replies(InSlack, bot.Expect(InSlack))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_suspend_of_three_hours_a_step_and_a_reminder_are_done_once()
    {
        await using var bot = await BotFixture.StartAsync(options =>
        {
            Escalating(options);
            options.Lanes[0].RemindEvery = TimeSpan.FromMinutes(10);
        });
        await bot.PostAsync(Firing("plex-0", severity: "critical"));
        await bot.AtAsync("12:02");
        bot.Clock.Jump(TimeSpan.FromHours(3));
        await bot.AtAsync("15:03");
        Assert.Single(bot.Replies(InSlack, bot.Expect(InSlack)));

        await bot.AtAsync("15:13");
        var replies = bot.Replies(InSlack, bot.Expect(InSlack));
        Assert.Equal(2, replies.Count);
        Assert.Contains("🛑 STILL WAITING, nobody acknowledged for 3 h 12 min: not ready · PodNotReady #1, critical", replies[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_are_reminded_until_somebody_answers()
    {
        await using var bot = await BotFixture.StartAsync(options => options.Lanes[0].RemindEvery = TimeSpan.FromMinutes(15));
        await bot.PostAsync(Firing("plex-0", severity: "critical"));
        await bot.AtAsync("12:50");
        var replies = bot.Replies(InSlack, bot.Expect(InSlack));
        Assert.Equal(3, replies.Count);
        Assert.All(replies, reply => Assert.Equal(["!channel"], reply.Mentions));

        await bot.Store.AcknowledgeAsync(1, "ada", "", default);
        await bot.AtAsync("15:00");
        Assert.Equal(4, bot.Replies(InSlack, bot.Expect(InSlack)).Count);
    }

    [Fact]
    public async Task Without_steps_of_its_own_a_lane_calls_its_people_again_by_severity()
    {
        await using var bot = await BotFixture.StartAsync(options => options.Lanes.ForEach(lane => lane.Escalate = null));
        await bot.PostAloneAsync(Firing("plex-0", severity: "critical"));
        await bot.AtAsync("12:06");
        Assert.Equal(["!channel"], Assert.Single(bot.Replies(InSlack, bot.Expect(InSlack))).Mentions);
        await bot.PostAloneAsync(Resolved("plex-0", severity: "critical", at: 6));
        await bot.PostAloneAsync(Firing("plex-1", since: 7));
        await bot.PostAloneAsync(Firing("plex-2", since: 7, severity: "info"));
        await bot.AtAsync("12:40");

        var warning = bot.Shown(InSlack).Single(message => message.Text.Contains("plex-1", StringComparison.Ordinal));
        Assert.Contains("nobody acknowledged for 30 min", Assert.Single(bot.Replies(InSlack, warning)).Text, StringComparison.Ordinal);
        Assert.Empty(bot.Replies(InSlack, bot.Shown(InSlack).Single(message => message.Text.Contains("plex-2", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_room_that_a_step_brought_in_is_called_when_the_incident_moves_up_to_a_lane_of_that_room()
    {
        await using var bot = await BotFixture.StartAsync(options =>
        {
            options.Lanes[0].Rooms = [Room.Parse(InSlack), Room.Parse(InTelegram)];
            options.Lanes[0].Mention = ["everyone", "telegram:12345"];
            options.Lanes[1].Rooms = [Room.Parse(InSlack)];
            options.Lanes[1].Escalate = [new EscalationOptions { After = TimeSpan.FromMinutes(30), Rooms = [Room.Parse(InTelegram)] }];
        });
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:31");
        Assert.Equal(1, Assert.Single(await bot.PostsAsync(), post => post.Room == Room.Parse(InTelegram)).Step);

        await bot.PostAsync(Firing("plex-0"), Firing("plex-1", since: 31, severity: "critical"));
        await bot.AtAsync("12:32");

        var reply = Assert.Single(bot.Replies(InTelegram, bot.Expect(InTelegram, "CRITICAL")));
        Assert.Contains("Moved up from lane rest to critical", reply.Text, StringComparison.Ordinal);
        Assert.Equal((false, "12345"), (reply.Silent, Assert.Single(reply.Mentions)));
        Assert.Equal(0, Assert.Single(await bot.PostsAsync(), post => post.Room == Room.Parse(InTelegram)).Step);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_burns_while_its_lane_is_renamed_escalates_as_before_and_is_not_announced_again(bool restart)
    {
        await using var bot = await BotFixture.StartAsync(Escalating);
        await bot.PostAsync(Firing("plex-0", severity: "critical"));
        await bot.AtAsync("12:02");
        if (restart)
        {
            await bot.StopAsync();
            await bot.StartAgainAsync(Renamed);
        }
        else
        {
            bot.Reload(Renamed);
        }

        await bot.AtAsync("12:04");
        Assert.Empty(bot.Replies(InSlack, bot.Expect(InSlack, "Escalates at 12:05 UTC")));
        await bot.AtAsync("12:06");

        Assert.Equal(["@room"], bot.Expect(OnCall, "Escalated at 12:05 UTC").Mentions);
        Assert.Equal(["!channel"], Assert.Single(bot.Replies(InSlack, bot.Expect(InSlack))).Mentions);
        Assert.Equal("crit", (await bot.ApiAsync("api/v1/incidents/1")).Text("lane"));

        static void Renamed(BotOptions options)
        {
            Escalating(options);
            options.Lanes[0].Name = "crit";
        }
    }

    [Fact]
    public async Task What_waits_while_its_lane_is_renamed_is_announced_with_a_call()
    {
        await using var bot = await BotFixture.StartAsync();
        bot.Slack.Answer(500);
        await bot.PostAsync(Firing("plex-0", severity: "critical"));
        await bot.RunUntilIdleAsync();
        bot.Reload(options => options.Lanes[0].Name = "crit");
        bot.Slack.Recover();
        await bot.AtAsync("12:10");

        Assert.Equal(["!channel"], bot.Expect(InSlack).Mentions);
    }

    [Fact]
    public async Task Other_steps_after_a_reload_hold_for_what_burns_already()
    {
        await using var bot = await BotFixture.StartAsync(Escalating);
        await bot.PostAsync(Firing("plex-0", severity: "critical"));
        await bot.AtAsync("12:01");

        bot.Reload(options =>
        {
            Escalating(options);
            options.Lanes[0].Escalate![0].After = TimeSpan.FromMinutes(2);
        });
        await bot.AtAsync("12:03");

        bot.Expect(OnCall, "Escalated at 12:02 UTC");

        bot.Reload(options =>
        {
            Escalating(options);
            options.Lanes[0].Escalate!.Add(new EscalationOptions { After = TimeSpan.FromMinutes(20), Mention = ["everyone"] });
        });
        await bot.AtAsync("12:04");
        bot.Expect(InSlack, "Escalates at 12:20 UTC");
    }

    [Fact]
    public async Task What_is_over_before_the_step_escalates_no_more()
    {
        await using var bot = await BotFixture.StartAsync(Escalating);
        await bot.PostAsync(Firing("plex-0", severity: "critical"));
        await bot.AtAsync("12:04");
        await bot.PostAsync(Resolved("plex-0", severity: "critical", at: 4));
        await bot.AtAsync("13:00");

        Assert.Empty(bot.Shown(OnCall));
        Assert.DoesNotContain("Escalate", bot.Expect(InSlack, "RESOLVED").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_fails_at_the_moment_makes_a_step_late_and_not_lost()
    {
        await using var bot = await BotFixture.StartAsync(Escalating, FailingStore.Use);
        var store = (FailingStore)bot.Store;
        await bot.PostAsync(Firing("plex-0", severity: "critical"));
        await bot.AtAsync("12:04");
        store.Fail(nameof(IIncidentStore.TakeDueAsync));
        await bot.AtAsync("12:07");
        Assert.Empty(bot.Shown(OnCall));

        store.Recover();
        await bot.AtAsync("12:08");
        bot.Expect(OnCall, "Escalated at 12:07 UTC");
    }

    private static void Escalating(BotOptions options) =>
        options.Lanes[0].Escalate = [new EscalationOptions { After = TimeSpan.FromMinutes(5), Rooms = [Room.Parse(OnCall)], Mention = ["everyone"] }];

    private static async Task<string> TimelineAsync(BotFixture bot) => (await bot.ApiAsync("api/v1/incidents/1"))["timeline"]!.ToJsonString();
}
