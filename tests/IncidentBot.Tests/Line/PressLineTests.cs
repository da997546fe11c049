using System.Text;
using IncidentBot.Channels;
using IncidentBot.Channels.Slack;
using IncidentBot.Rooms;
using IncidentBot.Settings;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Line;

/// <summary>From a button below a live post to what the post then shows.</summary>
public sealed class PressLineTests
{
    private const string Ada = "UADA";

    [Fact]
    public async Task A_press_is_shown_by_every_post_before_the_clock_moves()
    {
        await using var bot = await BotFixture.StartAsync(Signed);
        await bot.PostAsync(Say.Firing("web-0", severity: "critical"));
        await bot.RunUntilIdleAsync();
        var post = bot.Expect(BotFixture.InSlack, "CRITICAL");
        await bot.GoOnAsync(TimeSpan.FromSeconds(5));
        var asked = bot.Clock.GetUtcNow();
        Assert.Equal(200, await PressAsync(bot, post, Ada, SlackServer.Pressable(post)[0].Data));
        await bot.RunUntilIdleAsync();
        Assert.Equal(asked, bot.Clock.GetUtcNow());
        Assert.Contains("ada has it", bot.Expect(BotFixture.InSlack).Text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("ada has it", bot.Expect(BotFixture.InTelegram).Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("I am on it", SlackServer.Pressable(bot.Expect(BotFixture.InSlack)).Select(button => button.Label));
    }

    [Fact]
    public async Task Pressing_twice_and_pressing_what_an_old_post_offered_is_harmless()
    {
        await using var bot = await BotFixture.StartAsync(Signed);
        await bot.PostAsync(Say.Firing("web-0", severity: "critical"));
        await bot.RunUntilIdleAsync();
        var post = bot.Expect(BotFixture.InSlack);
        var data = SlackServer.Pressable(post)[0].Data;
        for (var press = 0; press < 3; press++)
        {
            Assert.Equal(200, await PressAsync(bot, post, Ada, data));
        }

        await bot.RunUntilIdleAsync();
        await bot.RestartAsync();
        Assert.Equal(200, await PressAsync(bot, post, Ada, data));
        await bot.RunUntilIdleAsync();
        var incident = await bot.ApiAsync("api/v1/incidents/1");
        Assert.Single(incident["timeline"]!.AsArray(), line => line!.ToJsonString().Contains("acknowledged", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_strangers_press_a_forwarded_button_and_a_button_of_another_app_change_nothing()
    {
        await using var bot = await BotFixture.StartAsync(Signed);
        await bot.PostAsync(Say.Firing("web-0", severity: "critical"));
        await bot.RunUntilIdleAsync();
        var post = bot.Expect(BotFixture.InSlack);
        var data = SlackServer.Pressable(post)[0].Data;
        Assert.Equal(200, await PressAsync(bot, post, "UEVE", data));
        Assert.Equal(200, await PressAsync(bot, post, Ada, "c29tZWJvZHkncyBvd24"));
        Assert.Equal(200, await PressAsync(bot, new ShownMessage { Id = "9.9", Room = "C99", At = Say.Noon }, Ada, data));
        await bot.RunUntilIdleAsync();
        Assert.Null((await bot.ApiAsync("api/v1/incidents/1"))["acknowledged_by"]);
        var metrics = await bot.Client.GetStringAsync(new Uri("metrics", UriKind.Relative));
        foreach (var reason in new[] { "not_allowed", "unknown_button", "unknown_room" })
        {
            Assert.Contains($$"""incidentbot_chat_refused_total{reason="{{reason}}"} 1""", metrics, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task No_button_is_shown_where_nobody_would_hear_it()
    {
        await using var bot = await BotFixture.StartAsync(options => options.People.Operators = [new Person("slack", Ada)]);
        await bot.PostAsync(Say.Firing("web-0", severity: "critical"));
        await bot.RunUntilIdleAsync();
        Assert.Empty(SlackServer.Pressable(bot.Expect(BotFixture.InSlack)));
        Assert.Empty(TelegramServer.Pressable(bot.Expect(BotFixture.InTelegram)));
        Assert.DoesNotContain("!ib", bot.Expect(BotFixture.InMatrix).Text, StringComparison.Ordinal);
    }

    private static void Signed(BotOptions options)
    {
        options.Channels.Slack!.SigningSecret = new Secret(SlackServer.SigningSecret);
        options.People.Operators = [new Person("slack", Ada)];
    }

    private static async Task<int> PressAsync(BotFixture bot, ShownMessage post, string user, string data)
    {
        var body = "payload=" + Uri.EscapeDataString(bot.Slack.Interaction(post.Room, post.Id, user, data).ToJsonString());
        var (timestamp, signature) = SlackServer.Sign(body, bot.Clock.GetUtcNow());
        using var request = new HttpRequestMessage(HttpMethod.Post, "webhooks/slack/interactions") { Content = new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded") };
        request.Headers.Add("X-Slack-Request-Timestamp", timestamp);
        request.Headers.Add("X-Slack-Signature", signature);
        using var answer = await bot.Client.SendAsync(request);
        return (int)answer.StatusCode;
    }
}
