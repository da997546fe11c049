using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.BotFixture;
using static IncidentBot.Support.Say;

namespace IncidentBot.Line;

/// <summary>A vendor that refuses is believed carefully, and people are called where they can be reached meanwhile.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("invalid_auth")]
    [InlineData("not_in_channel")]
    [InlineData("account_inactive")]
    public async Task After_one_refusal_the_next_urgent_message_is_tried_at_once_and_the_refused_one_a_second_later(string error)
    {
        await using var bot = await BotFixture.StartAsync();
        bot.Slack.Refuse(error, times: 1);
        await bot.PostAloneAsync(Firing("first", severity: "critical"));
        await bot.RunUntilIdleAsync();
        Assert.Equal((PostState.Waiting, error), (await InSlackAsync(bot) is var post ? post.State : default, post.Reason!.Split(": ")[0]));

        await bot.GoOnAsync(TimeSpan.FromSeconds(1));
        await bot.PostAloneAsync(Firing("second", severity: "critical"));
        await bot.GoOnAsync(TimeSpan.FromSeconds(2));

        Assert.Equal(2, bot.Shown(InSlack).Count);
        Assert.All(await bot.PostsAsync(), shown => Assert.Equal(PostState.Shown, shown.State));
        Assert.Empty(bot.Replies(InTelegram, bot.Shown(InTelegram)[0]));
    }

    [Fact]
    public async Task A_telegram_401_is_believed_as_carefully()
    {
        await using var bot = await BotFixture.StartAsync();
        bot.Telegram.Answer(401, """{"ok":false,"error_code":401,"description":"Unauthorized"}""", times: 1);
        await bot.PostAloneAsync(Firing("first", severity: "critical"));
        await bot.GoOnAsync(TimeSpan.FromSeconds(3));

        Assert.Single(bot.Shown(InTelegram));
    }

    [Fact]
    public async Task A_room_that_refuses_again_and_again_is_given_up_within_half_a_minute_and_its_people_are_called_in_the_others_once()
    {
        await using var bot = await BotFixture.StartAsync();
        bot.Slack.Refuse("token_revoked");
        await bot.PostAsync(Firing("plex-0", severity: "critical"));
        await bot.GoOnAsync(TimeSpan.FromSeconds(30));

        Assert.Equal((PostState.Refused, "token_revoked"), (await InSlackAsync(bot) is var post ? post.State : default, post.Reason));
        foreach (var room in new[] { InTelegram, InMatrix })
        {
            var reply = Assert.Single(bot.Replies(room, bot.Expect(room, "CRITICAL")));
            Assert.StartsWith("🛑 NOT SHOWN IN slack:C01 (token_revoked): not ready · PodNotReady #1, critical", reply.Text, StringComparison.Ordinal);
            Assert.False(reply.Silent);
        }

        Assert.Equal(["@room"], bot.Replies(InMatrix, bot.Expect(InMatrix))[0].Mentions);
        Assert.Contains(bot.Log, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("token_revoked", StringComparison.Ordinal));

        // It is asked again by itself, ever more seldom, and takes everything when it can.
        await bot.GoOnAsync(TimeSpan.FromMinutes(4));
        bot.Slack.Recover();
        await bot.GoOnAsync(TimeSpan.FromMinutes(6));
        var shown = bot.Expect(InSlack, "CRITICAL");
        Assert.Equal(["!channel"], shown.Mentions);
        Assert.Empty(bot.Replies(InSlack, shown));
        Assert.Single(bot.Replies(InTelegram, bot.Expect(InTelegram)));
    }

    [Fact]
    public async Task In_a_room_that_was_given_up_something_urgent_is_tried_at_once_all_the_same()
    {
        await using var bot = await BotFixture.StartAsync();
        bot.Slack.Refuse("token_revoked");
        await bot.PostAloneAsync(Firing("first"));
        await bot.AtAsync("12:20");
        bot.Slack.Recover();
        await bot.PostAloneAsync(Firing("second", since: 20, severity: "critical"));
        await bot.RunUntilIdleAsync();

        bot.Expect(InSlack, "CRITICAL", "second");
        Assert.DoesNotContain(bot.Log, line => line.StartsWith("Error", StringComparison.Ordinal));
        Assert.Contains(bot.Log, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("token_revoked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_a_lane_has_no_other_room_the_next_step_is_taken_at_once()
    {
        await using var bot = await BotFixture.StartAsync(options =>
        {
            options.Lanes[0].Rooms = [Room.Parse(InSlack)];
            options.Lanes[0].Escalate = [new EscalationOptions { After = TimeSpan.FromHours(1), Rooms = [Room.Parse(InMatrix)], Mention = ["everyone"] }];
        });
        bot.Slack.Refuse("is_archived");
        await bot.PostAloneAsync(Firing("first", severity: "critical"));
        await bot.GoOnAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(["@room"], bot.Expect(InMatrix, "CRITICAL", "first").Mentions);

        await bot.PostAloneAsync(Firing("second", since: 1, severity: "critical"));
        await bot.GoOnAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(2, bot.Shown(InMatrix).Count);
        Assert.Contains("nobody hears of it in slack:C01 (is_archived)", (await bot.ApiAsync("api/v1/incidents/2"))["timeline"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_called_elsewhere_for_what_is_taken_or_not_urgent()
    {
        await using var bot = await BotFixture.StartAsync();
        bot.Slack.Refuse("token_revoked");
        await bot.PostAloneAsync(Firing("first", severity: "critical"));
        await bot.PostAloneAsync(Firing("second"));
        await bot.Store.AcknowledgeAsync(1, "Ada", "", default);
        await bot.GoOnAsync(TimeSpan.FromSeconds(60));

        Assert.DoesNotContain("unreached", (await bot.ApiAsync("api/v1/incidents/1"))["timeline"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("unreached", (await bot.ApiAsync("api/v1/incidents/2"))["timeline"]!.ToJsonString(), StringComparison.Ordinal);
    }

    private static async Task<Post> InSlackAsync(BotFixture bot) => (await bot.PostsAsync()).First(post => post.Room == Room.Parse(InSlack));
}
