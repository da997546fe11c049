using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.BotFixture;
using static IncidentBot.Support.Say;

namespace IncidentBot.Line;

/// <summary>One incident is one message in each room, whatever happens to it.</summary>
public sealed class OnePostTests
{
    private static readonly string[] Rooms = [InSlack, InTelegram, InMatrix];

    [Fact]
    public async Task Attempts_are_counted_by_how_they_ended()
    {
        await using var bot = await BotFixture.StartAsync();
        bot.Slack.Refuse("not_in_channel", times: 1);
        bot.Slack.Hang();
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:05");

        var metrics = await bot.Client.GetStringAsync(new Uri("metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Contains("incidentbot_delivery_attempts_total{channel=\"slack\",result=\"refused\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("{channel=\"slack\",result=\"delivered\"}", metrics, StringComparison.Ordinal);
        Assert.Contains("incidentbot_delivery_attempts_total{channel=\"telegram\",result=\"delivered\"} 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_incident_is_one_message_in_each_room_with_all_its_states()
    {
        await using var bot = await BotFixture.StartAsync();

        await bot.PostAsync(Firing("plex-0"));
        await bot.RunUntilIdleAsync();
        Assert.All(Rooms, room => bot.Expect(room, "PodNotReady", "1 firing"));

        await bot.AtAsync("12:05");
        await bot.PostAsync(Resolved("plex-0"));
        await bot.AtAsync("12:06");
        Assert.All(Rooms, room =>
        {
            var message = bot.Expect(room, "RESOLVED, lasted 5 min", "was: not ready");
            Assert.Equal(1, message.Edits);
            Assert.StartsWith("✅ RESOLVED after 5 min: PodNotReady #1, was: not ready", Assert.Single(bot.Replies(room, message)).Text, StringComparison.Ordinal);
        });
        Report.None([.. bot.Slack.Violations, .. bot.Telegram.Violations, .. bot.Matrix.Violations]);
    }

    [Fact]
    public async Task A_second_alert_is_one_edit_and_one_reply()
    {
        await using var bot = await BotFixture.StartAsync();
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:01");

        await bot.PostAsync(Firing("plex-0"), Firing("plex-1", since: 1));
        await bot.AtAsync("12:02");

        Assert.All(Rooms, room =>
        {
            var message = bot.Expect(room, "2 firing", "plex-1");
            Assert.Equal(1, message.Edits);
            var reply = Assert.Single(bot.Replies(room, message));
            Assert.Contains("1 alert joined: pod=plex-1", reply.Text, StringComparison.Ordinal);
            Assert.Empty(reply.Mentions);
        });
    }

    [Fact]
    public async Task A_raised_severity_calls_people_in_the_thread()
    {
        await using var bot = await BotFixture.StartAsync();
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:01");

        await bot.PostAsync(Firing("plex-0"), Firing("plex-1", since: 1, severity: "critical"));
        await bot.AtAsync("12:02");

        var message = bot.Expect(InSlack, "CRITICAL");
        Assert.Empty(message.Mentions);
        var reply = Assert.Single(bot.Replies(InSlack, message));
        Assert.Contains("Severity raised from warning to critical", reply.Text, StringComparison.Ordinal);
        Assert.Equal(["!channel"], reply.Mentions);
        Assert.Equal(["@room"], Assert.Single(bot.Replies(InMatrix, bot.Expect(InMatrix))).Mentions);
        Assert.False(Assert.Single(bot.Replies(InTelegram, bot.Expect(InTelegram))).Silent);
    }

    [Fact]
    public async Task What_fires_again_within_a_quarter_of_an_hour_is_the_same_message()
    {
        await using var bot = await BotFixture.StartAsync();
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:05");
        await bot.PostAsync(Resolved("plex-0"));
        await bot.AtAsync("12:10");
        await bot.PostAsync(Firing("plex-0", since: 10));
        await bot.AtAsync("12:11");

        Assert.All(Rooms, room => Assert.Equal(2, bot.Replies(room, bot.Expect(room, "1 firing", "Came back once")).Count));

        await bot.PostAsync(Resolved("plex-0", since: 10, at: 11));
        await bot.AtAsync("12:40");
        await bot.PostAsync(Firing("plex-0", since: 40));
        await bot.RunUntilIdleAsync();

        Assert.All(Rooms, room => Assert.Equal(2, bot.Shown(room).Count));
    }

    [Fact]
    public async Task Repetition_sends_nothing()
    {
        await using var bot = await BotFixture.StartAsync();
        await bot.PostAsync(Firing("plex-0"), Firing("plex-1"));
        await bot.AtAsync("12:01");
        var before = bot.Slack.Requests.Count + bot.Telegram.Requests.Count + bot.Matrix.Requests.Count;

        for (var i = 0; i < 5; i++)
        {
            await bot.PostAsync(Firing("plex-0"), Firing("plex-1"));
            await bot.PostAsync(Group(Firing("plex-1"), Firing("plex-0")) with { ExternalUrl = "http://alertmanager-1.example:9093" });
            await bot.GoOnAsync(TimeSpan.FromHours(1));
        }

        Assert.Equal(before, bot.Slack.Requests.Count + bot.Telegram.Requests.Count + bot.Matrix.Requests.Count);
        Assert.All(Rooms, room => bot.Expect(room, "2 firing"));
    }

    [Fact]
    public async Task What_is_on_the_web_page_is_what_rooms_show()
    {
        await using var bot = await BotFixture.StartAsync();
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:01");

        var incident = Assert.Single((await bot.ApiAsync("api/v1/incidents"))["incidents"]!.AsArray())!;
        Assert.Equal(["shown", "shown", "shown", "shown"], incident["posts"]!.AsArray().Select(post => post.Text("state")));
        Assert.Contains("PodNotReady", await bot.Client.GetStringAsync(new Uri("", UriKind.Relative)), StringComparison.Ordinal);
        var metrics = await bot.Client.GetStringAsync(new Uri("metrics", UriKind.Relative));
        Assert.Contains("incidentbot_delivery_delay_seconds_count 3\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_programs_side_by_side_know_nothing_of_each_other()
    {
        await using var one = await BotFixture.StartAsync();
        await using var other = await BotFixture.StartAsync();

        await Task.WhenAll(one.PostAsync(Firing("plex-0")), other.PostAsync(Firing("plex-1"), Firing("plex-2")));
        await Task.WhenAll(one.AtAsync("12:01"), other.AtAsync("12:01"));

        Assert.All(Rooms, room => one.Expect(room, "1 firing"));
        Assert.All(Rooms, room => other.Expect(room, "2 firing"));
    }
}
