using IncidentBot.Delivery;
using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.BotFixture;
using static IncidentBot.Support.Say;

namespace IncidentBot.Line;

/// <summary>What rooms show after a vendor did not answer, refused, limited, or lost what was sent.</summary>
[Slow]
public sealed class OutageTests
{
    private static readonly string[] Rooms = [InSlack, InTelegram, InMatrix];

    public static TheoryData<string> Outages => ["answers 500", "answers 503", "hangs", "drops before"];

    [Theory]
    [MemberData(nameof(Outages))]
    public async Task After_ten_minutes_without_chat_each_incident_is_one_message_with_its_newest_state(string outage)
    {
        await using var bot = await BotFixture.StartAsync();
        await bot.PostAloneAsync(Firing("before"));
        await bot.AtAsync("12:01");
        VendorServer[] vendors = [bot.Slack, bot.Telegram, bot.Matrix];
        Array.ForEach(vendors, vendor => Break(vendor, outage));

        await bot.PostAloneAsync(Resolved("before", at: 2));
        await bot.PostAloneAsync(Firing("stays", since: 2));
        await bot.PostAloneAsync(Firing("passes", since: 2));
        await bot.AtAsync("12:04");
        await bot.PostAloneAsync(Resolved("passes", since: 2, at: 4));
        await bot.PostAloneAsync(Resolved("stays", since: 2, at: 4));
        await bot.AtAsync("12:08");
        await bot.PostAloneAsync(Firing("stays", since: 7, summary: "newest"));
        await bot.AtAsync("12:11");
        Array.ForEach(vendors, vendor => vendor.Recover());
        await bot.AtAsync("12:15");

        foreach (var room in Rooms)
        {
            Assert.Equal(3, bot.Shown(room).Count);
            Assert.Contains("resolved", Message(bot, room, "pod=before").Text, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("resolved", Message(bot, room, "pod=passes").Text, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("1 firing", Message(bot, room, "pod=stays").Text, StringComparison.Ordinal);
            Assert.All(bot.Shown(room), message => Assert.InRange(message.Edits, 0, 1));
            Assert.All(bot.Shown(room), message => Assert.InRange(bot.Replies(room, message).Count, 0, 1));
        }

        Assert.All(await bot.PostsAsync(), post => Assert.Equal(PostState.Shown, post.State));
    }

    [Fact]
    public async Task Slack_and_telegram_announce_what_is_new_after_an_outage_as_it_is_then()
    {
        await using var bot = await BotFixture.StartAsync();
        bot.Slack.Hang();
        bot.Telegram.Hang();
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:02");
        await bot.PostAsync(Firing("plex-0"), Firing("plex-1", since: 2));
        await bot.AtAsync("12:10");
        bot.Slack.Recover();
        bot.Telegram.Recover();
        await bot.AtAsync("12:12");

        Assert.All([InSlack, InTelegram], room =>
        {
            var message = bot.Expect(room, "2 firing");
            Assert.Equal(0, message.Edits);
            Assert.Empty(bot.Replies(room, message));
        });
    }

    [Fact]
    public async Task Nothing_is_sent_before_slack_wants_it_and_then_one_edit_for_each_incident()
    {
        await using var bot = await BotFixture.StartAsync(options =>
        {
            options.Lanes.ForEach(lane => lane.Rooms = [Room.Parse(InSlack)]);
            options.Storm.ShowWithin = TimeSpan.FromMinutes(2);
        });
        for (var i = 0; i < 60; i++)
        {
            await bot.PostAloneAsync(Firing($"pod-{i}"));
        }

        await bot.AtAsync("12:10");
        var announced = bot.Slack.Requests.Count;
        bot.Slack.RateLimit(30);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 60; i++)
            {
                await bot.PostAloneAsync(Firing($"pod-{i}", summary: $"round {round}"));
            }
        }

        await bot.GoOnAsync(TimeSpan.FromSeconds(29));
        Assert.Equal(announced + 1, bot.Slack.Requests.Count);
        Assert.Equal(1, bot.Slack.RateLimited);

        await bot.GoOnAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(1, bot.Slack.RateLimited);
        Assert.Equal(61, bot.Slack.Count("chat.update"));
        Assert.All(bot.Shown(InSlack), message => Assert.Contains("round 2", message.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_room_that_hangs_does_not_delay_another()
    {
        await using var bot = await BotFixture.StartAsync();
        bot.Slack.Hang();
        bot.Telegram.Answer(500);
        await bot.PostAloneAsync(Firing("first"));
        await bot.RunUntilIdleAsync();
        await bot.PostAloneAsync(Firing("second", severity: "critical"));
        await bot.RunUntilIdleAsync();

        Assert.Equal(2, bot.Shown(InMatrix).Count);
        Assert.Equal(Noon, bot.Clock.GetUtcNow());
    }

    [Fact]
    public async Task A_refused_room_says_why_and_is_asked_again_ever_more_seldom()
    {
        await using var bot = await BotFixture.StartAsync();
        bot.Slack.Refuse("not_in_channel");
        await bot.PostAloneAsync(Firing("first"));
        await bot.PostAloneAsync(Firing("second"));
        await bot.AtAsync("12:05");
        await bot.PostAloneAsync(Firing("third", since: 5));
        await bot.RunUntilIdleAsync();

        Assert.All((await bot.PostsAsync()).Where(post => post.Room == Room.Parse(InSlack)),
            post => Assert.Equal((PostState.Refused, "not_in_channel"), (post.State, post.Reason![..14])));
        Assert.Contains("not_in_channel", await bot.Client.GetStringAsync(new Uri("deliveries", UriKind.Relative)), StringComparison.Ordinal);
        var posts = (await bot.ApiAsync("api/v1/incidents/3"))["posts"]!.AsArray();
        Assert.Equal(["shown", "refused", "shown", "shown"], posts.Select(post => post.Text("state")));
        var asked = bot.Slack.Requests.Count;
        Assert.InRange(asked, 8, 16);

        await bot.AtAsync("12:31");
        Assert.InRange(bot.Slack.Requests.Count - asked, 2, 5);

        bot.Slack.Recover();
        await bot.SendAgain.SendAgainAsync(null, Room.Parse(InSlack), CancellationToken.None);
        await bot.GoOnAsync(TimeSpan.FromSeconds(1));
        Assert.NotEmpty(bot.Shown(InSlack));
        await bot.GoOnAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(3, bot.Shown(InSlack).Count);
        Assert.All(await bot.PostsAsync(), post => Assert.Equal((PostState.Shown, (string?)null), (post.State, post.Reason)));
    }

    [Fact]
    public async Task A_message_that_is_refused_by_itself_does_not_hold_up_others()
    {
        await using var bot = await BotFixture.StartAsync();
        bot.Slack.Refuse("invalid_blocks", times: 2);
        await bot.PostAloneAsync(Firing("first"));
        await bot.PostAloneAsync(Firing("second"));
        await bot.AtAsync("12:05");

        Assert.Contains("pod=second", bot.Expect(InSlack).Text, StringComparison.Ordinal);
        var refused = Assert.Single(await bot.PostsAsync(), post => post.State == PostState.Refused);
        Assert.Equal(1, refused.Incident);

        await bot.PostAloneAsync(Firing("first", summary: "something new"));
        await bot.AtAsync("12:06");
        Assert.Equal(2, bot.Shown(InSlack).Count);
    }

    [Fact]
    public async Task A_message_that_somebody_deleted_is_made_anew()
    {
        await using var bot = await BotFixture.StartAsync();
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:01");
        bot.Slack.Delete(bot.Expect(InSlack));
        bot.Telegram.Delete(bot.Expect(InTelegram));

        await bot.PostAsync(Firing("plex-0"), Firing("plex-1", since: 1));
        await bot.AtAsync("12:03");

        Assert.All([InSlack, InTelegram], room => Assert.Empty(bot.Replies(room, bot.Expect(room, "2 firing"))));
        Assert.All(await bot.PostsAsync(), post => Assert.Equal(PostState.Shown, post.State));
    }

    [Fact]
    public async Task A_telegram_group_that_moves_is_followed_and_not_asked_again()
    {
        await using var bot = await BotFixture.StartAsync();
        await bot.PostAloneAsync(Firing("first"));
        await bot.AtAsync("12:01");
        bot.Telegram.MigrateTo("-1001", -2002);

        await bot.PostAloneAsync(Firing("first", summary: "changed"));
        await bot.AtAsync("12:02");
        Assert.Contains("changed", Assert.Single(bot.Shown("telegram:-2002")).Text, StringComparison.Ordinal);

        var asked = bot.Telegram.Requests.Count(request => request.Room == "-1001");
        await bot.RestartAsync();
        await bot.PostAloneAsync(Firing("second"));
        await bot.PostAloneAsync(Firing("first", summary: "changed again"));
        await bot.AtAsync("12:05");
        Assert.Equal(asked, bot.Telegram.Requests.Count(request => request.Room == "-1001"));
        Assert.Equal(2, bot.Shown("telegram:-2002").Count);
    }

    [Fact]
    public async Task A_telegram_group_that_moves_to_where_an_incident_is_shown_already_stays_one_message()
    {
        await using var bot = await BotFixture.StartAsync(options => options.Lanes.ForEach(lane => lane.Rooms.Add(Room.Parse("telegram:-2002"))));
        bot.Telegram.MigrateTo("-1001", -2002);
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:02");
        await bot.PostAsync(Firing("plex-0"), Firing("plex-1"));
        await bot.AtAsync("12:04");

        Assert.Contains("2 firing", Assert.Single(bot.Shown("telegram:-2002")).Text, StringComparison.Ordinal);
        Assert.Single(bot.Telegram.Requests, request => request.Room == "-1001");
        Assert.All(await bot.PostsAsync(), post => Assert.Equal(PostState.Shown, post.State));
    }

    private static ShownMessage Message(BotFixture bot, string room, string word) =>
        Assert.Single(bot.Shown(room), message => message.Text.Contains(word, StringComparison.Ordinal));

    private static void Break(VendorServer vendor, string how)
    {
        switch (how)
        {
            case "answers 500":
                vendor.Answer(500);
                break;
            case "answers 503":
                vendor.Answer(503);
                break;
            case "hangs":
                vendor.Hang();
                break;
            default:
                vendor.Drop(processed: false);
                break;
        }
    }
}
