using IncidentBot.Channels;
using IncidentBot.Channels.Slack;
using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Storage;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.BotFixture;
using static IncidentBot.Support.Say;

namespace IncidentBot.Line;

/// <summary>What is not lost and not said twice when answers are lost, the program stops, or its configuration changes.</summary>
public sealed class RestartTests
{
    private static readonly string[] Rooms = [InSlack, InTelegram, InMatrix];

    [Fact]
    public async Task A_message_whose_answer_was_lost_is_found_in_slack_and_is_the_same_in_matrix()
    {
        await using var bot = await BotFixture.StartAsync();
        bot.Slack.Drop(processed: true, times: 1);
        bot.Telegram.Drop(processed: true, times: 1);
        bot.Matrix.Drop(processed: true, times: 1, room: "!ops:localhost");
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:05");

        bot.Expect(InSlack, "1 firing");
        bot.Expect(InMatrix, "1 firing");
        Assert.InRange(bot.Shown(InTelegram).Count, 1, 2);
        Assert.All(await bot.PostsAsync(), post => Assert.Equal(PostState.Shown, post.State));
    }

    [Fact]
    public async Task A_reply_whose_answer_was_lost_is_not_said_twice_although_the_incident_changed_meanwhile()
    {
        await using var bot = await BotFixture.StartAsync();
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:01");
        await bot.PostAsync(Firing("plex-0"), Firing("plex-1", since: 1));
        await bot.RunUntilIdleAsync();

        // The edit of Slack has gone out; its reply and Matrix' are carried out, and nobody hears of it.
        var roots = Rooms.ToDictionary(room => room, room => bot.Expect(room));
        Assert.Single(bot.Replies(InSlack, roots[InSlack]));
        await bot.AtAsync("12:02");
        bot.Slack.Drop(processed: true, times: 2);
        bot.Matrix.Drop(processed: true, times: 2);
        await bot.PostAsync(Firing("plex-0"), Firing("plex-1", since: 1), Firing("plex-2", since: 2));
        await bot.RunUntilIdleAsync();
        await bot.PostAsync(Firing("plex-0"), Firing("plex-1", since: 1), Firing("plex-2", since: 2), Firing("plex-3", since: 2));
        await bot.AtAsync("12:10");

        foreach (var room in new[] { InSlack, InMatrix })
        {
            var told = string.Join('\n', bot.Replies(room, bot.Expect(room, "4 firing")).Select(reply => reply.Text));
            Assert.All(["pod=plex-1", "pod=plex-2", "pod=plex-3"], pod => Assert.Equal(2, told.Split(pod).Length));
        }
    }

    [Fact]
    public async Task A_lost_answer_and_then_no_connection_do_not_make_matrix_show_an_old_state()
    {
        await using var bot = await BotFixture.StartAsync(options => options.Lanes.ForEach(lane => lane.Rooms = [Room.Parse(InMatrix)]));
        bot.Matrix.Answer(404, """{"errcode":"M_NOT_FOUND"}""", times: 1);
        bot.Matrix.Drop(processed: true, times: 1);
        bot.Matrix.Answer(429, times: 2);
        await bot.PostAsync(Firing("plex-0"));
        await bot.RunUntilIdleAsync();
        await bot.PostAsync(Firing("plex-0"), Firing("plex-1"));
        await bot.AtAsync("12:10");

        bot.Expect(InMatrix, "2 firing");
    }

    [Fact]
    public async Task What_waits_when_the_program_stops_is_sent_after_the_start_once()
    {
        await using var bot = await BotFixture.StartAsync();
        await bot.PostAloneAsync(Firing("first"));
        await bot.AtAsync("12:01");
        bot.Slack.Answer(500);
        bot.Matrix.Refuse("M_FORBIDDEN");
        await bot.PostAloneAsync(Firing("first", summary: "changed"));
        await bot.PostAloneAsync(Firing("second"));
        await bot.RunUntilIdleAsync();
        await bot.StopAsync();
        bot.Slack.Recover();
        bot.Matrix.Recover();
        await bot.StartAgainAsync();
        await bot.AtAsync("12:03");

        Assert.All(Rooms, room => Assert.Equal(2, bot.Shown(room).Count));
        Assert.All(await bot.PostsAsync(), post => Assert.Equal(PostState.Shown, post.State));
    }

    [Fact]
    public async Task A_stop_waits_for_the_request_that_is_under_way()
    {
        await using var bot = await BotFixture.StartAsync();
        bot.Slack.Hang(times: 1);
        await bot.PostAsync(Firing("plex-0"));
        await bot.Slack.WaitForRequestsAsync(1, TestContext.Current.CancellationToken);
        var stop = bot.StopAsync();
        Assert.False(stop.IsCompleted);
        bot.Slack.Recover();
        await stop;
        await bot.StartAgainAsync();
        await bot.AtAsync("12:02");

        Assert.Equal(1, bot.Slack.Count("chat.postMessage"));
        bot.Expect(InSlack, "1 firing");
    }

    [Fact]
    public async Task A_repetition_after_a_restart_opens_nothing_although_an_older_incident_of_the_group_still_waits()
    {
        await using var bot = await BotFixture.StartAsync();
        bot.Slack.Refuse("is_archived");
        await bot.PostAsync(Firing("plex-0"));
        await bot.PostAsync(Resolved("plex-0", at: 1));
        await bot.AtAsync("13:00");
        await bot.PostAsync(Firing("plex-0", since: 60));
        await bot.AtAsync("13:01");
        await bot.RestartAsync();
        await bot.AtAsync("13:02");

        await bot.PostAsync(Firing("plex-0", since: 60));
        await bot.PostAsync(Firing("plex-0", since: 60), Firing("plex-1", since: 61));
        await bot.RunUntilIdleAsync();

        Assert.Equal(2, (await bot.Store.ListAsync(new IncidentFilter(), CancellationToken.None)).Count);
    }

    [Fact]
    public async Task A_reload_that_takes_a_channel_away_says_so_and_bringing_it_back_sends_at_once()
    {
        await using var bot = await BotFixture.StartAsync();
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:01");
        bot.Reload(options =>
        {
            options.Channels.Slack = null;
            options.Lanes.ForEach(lane => lane.Rooms.RemoveAll(room => room.Kind == "slack"));
        });
        await bot.PostAsync(Firing("plex-0"), Firing("plex-1"));
        await bot.AtAsync("12:02");
        Assert.Contains("no channel", Assert.Single(await bot.PostsAsync(), post => post.State == PostState.Refused).Reason!, StringComparison.Ordinal);

        bot.Reload(_ => { });
        await bot.RunUntilIdleAsync();
        bot.Expect(InSlack, "2 firing");
    }

    [Fact]
    public async Task A_channel_that_a_reload_brings_keeps_within_its_limits_from_the_beginning()
    {
        await using var bot = await BotFixture.StartAsync(options => options.Channels.Slack = null);
        for (var i = 0; i < 10; i++)
        {
            await bot.PostAloneAsync(Firing($"pod-{i}"));
        }

        await bot.AtAsync("12:01");
        bot.Reload(_ => { });
        await bot.AtAsync("12:02");

        Assert.Equal(10, bot.Shown(InSlack).Count);
        Assert.Equal(0, bot.Slack.RateLimited);
    }

    [Fact]
    public async Task A_room_that_a_reload_adds_is_not_told_old_history()
    {
        await using var bot = await BotFixture.StartAsync(options => options.Lanes.ForEach(lane => lane.Rooms = []));
        await bot.PostAsync(Firing("plex-0"));
        await bot.PostAsync(Firing("plex-0"), Firing("plex-1"));
        bot.Reload(options => options.Lanes.ForEach(lane => lane.Rooms = [Room.Parse(InSlack)]));
        await bot.PostAsync(Firing("plex-0", summary: "changed"), Firing("plex-1"));
        await bot.AtAsync("12:01");
        await bot.PostAsync(Firing("plex-0"), Firing("plex-1"), Firing("plex-2"));
        await bot.AtAsync("12:02");

        var reply = Assert.Single(bot.Replies(InSlack, bot.Expect(InSlack, "3 firing")));
        Assert.DoesNotContain("plex-1", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_lanes_of_a_reload_are_for_what_changes_then()
    {
        await using var bot = await BotFixture.StartAsync(options => options.Lanes.ForEach(lane => lane.Rooms = [Room.Parse(InSlack)]));
        await bot.PostAloneAsync(Firing("first"));
        await bot.AtAsync("12:01");
        bot.Reload(options =>
        {
            options.Lanes.Clear();
            options.Lanes.Add(new() { Name = "all", Rooms = [Room.Parse(InMatrix)] });
        });
        await bot.PostAloneAsync(Firing("first", summary: "changed"));
        await bot.PostAloneAsync(Firing("second"));
        await bot.AtAsync("12:02");

        bot.Expect(InSlack, "changed");
        Assert.Equal(2, bot.Shown(InMatrix).Count);
    }
}
