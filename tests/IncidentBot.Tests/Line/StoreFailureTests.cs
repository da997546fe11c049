using IncidentBot.Alerts;
using IncidentBot.Channels;
using IncidentBot.Channels.Slack;
using IncidentBot.Loops;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Storage;
using IncidentBot.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static IncidentBot.Support.BotFixture;
using static IncidentBot.Support.Say;

namespace IncidentBot.Line;

/// <summary>A store that fails at one step, and text that means harm: the line goes on and says nothing twice.</summary>
public sealed class StoreFailureTests
{
    private static readonly string[] Rooms = [InSlack, InTelegram, InMatrix];

    [Theory]
    [InlineData(nameof(IPosts.ClaimAsync))]
    [InlineData(nameof(IPosts.EndAsync))]
    public async Task A_step_that_cannot_be_written_down_is_made_up_for_and_nothing_is_sent_twice(string step)
    {
        await using var bot = await BotFixture.StartAsync(customise: FailingStore.Use);
        var store = (FailingStore)bot.Store;
        bot.Stuck = () => store.Stuck;
        store.Fail(step);
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:03");
        await bot.PostAsync(Firing("plex-0"), Firing("plex-1"));
        store.Recover();
        await bot.AtAsync("12:10");

        Assert.All(Rooms, room => bot.Expect(room, "2 firing"));
        Assert.Equal(1, bot.Slack.Count("chat.postMessage") - bot.Replies(InSlack, bot.Expect(InSlack)).Count);
        Assert.Equal(1, bot.Telegram.Count("sendMessage") - bot.Replies(InTelegram, bot.Expect(InTelegram)).Count);
        Assert.All(await bot.PostsAsync(), post => Assert.Equal(PostState.Shown, post.State));
    }

    [Fact]
    public async Task A_post_that_meets_a_bug_does_not_hold_up_its_room()
    {
        await using var bot = await BotFixture.StartAsync(customise: FailingStore.Use);
        var store = (FailingStore)bot.Store;
        store.Fail(nameof(IPosts.ClaimAsync), new InvalidOperationException("a bug"));
        await bot.PostAloneAsync(Firing("first"));
        await bot.RunUntilIdleAsync();
        store.Recover();
        await bot.PostAloneAsync(Firing("second"));
        await bot.AtAsync("12:02");

        Assert.All(Rooms, room => bot.Expect(room, "pod=second"));
        Assert.All((await bot.PostsAsync()).Where(post => post.Incident == 1), post => Assert.Contains("bug", post.Reason!, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_waits_is_read_again_when_it_could_not_be_read_at_the_start(bool isBug)
    {
        await using var bot = await BotFixture.StartAsync(customise: FailingStore.Use);
        var store = (FailingStore)bot.Store;
        store.Fail(nameof(IIncidentStore.WaitingAsync), isBug ? new InvalidOperationException("a bug") : null);
        bot.Reload(_ => { });
        await GoOnBlindlyAsync(bot, TimeSpan.FromSeconds(5));
        store.Recover();
        await GoOnBlindlyAsync(bot, TimeSpan.FromSeconds(20));
        await bot.PostAsync(Firing("plex-0"));
        await bot.RunUntilIdleAsync();

        Assert.All(Rooms, room => bot.Expect(room, "1 firing"));
    }

    [Fact]
    public async Task A_vendor_that_cannot_be_reached_is_asked_again()
    {
        using var nowhere = new Nowhere();
        await using var bot = await BotFixture.StartAsync(options => options.Channels.Slack!.ApiUrl = nowhere.Address);
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:05");
        await bot.PostAsync(Firing("plex-0"), Firing("plex-1"));
        await bot.AtAsync("12:10");
        Assert.Equal("no connection", (await bot.PostsAsync()).Single(post => post.Room == Room.Parse(InSlack)).Reason);

        bot.Reload(_ => { });
        await bot.AtAsync("12:11");
        Assert.Equal(0, bot.Expect(InSlack, "2 firing").Edits);
        Assert.Empty(bot.Replies(InSlack, bot.Expect(InSlack)));
    }

    [Fact]
    public async Task Four_hundred_hostile_alerts_arrive_everywhere_within_the_vendors_rules()
    {
        await using var bot = await BotFixture.StartAsync();
        await bot.PostAsync(Hostile(400, firing: true));
        await bot.AtAsync("12:02");
        await bot.PostAsync(Hostile(200, firing: false));
        await bot.AtAsync("12:10");

        Assert.All(Rooms, room =>
        {
            var message = bot.Expect(room, "more");
            Assert.Single(bot.Replies(room, message));
        });
        Report.None([.. bot.Slack.Violations, .. bot.Telegram.Violations, .. bot.Matrix.Violations]);
        Assert.All(await bot.PostsAsync(), post => Assert.Equal(PostState.Shown, post.State));
    }

    private static Notification Hostile(int alerts, bool firing) => Group([.. Enumerable.Range(0, alerts).Select(i =>
    {
        var labels = LabelSet.From(("alertname", Messages.HostileLabel), ("pod", $"{Messages.HostileLabel} {i}"), ("severity", Messages.HostileLabel));
        return new AlertReport(Fingerprint.Of(labels), labels, LabelSet.From(("summary", Messages.HostileLabel), ("description", Messages.HostileLabel)),
            Noon, firing ? null : At(1), "javascript:alert(1)");
    })]);

    /// <summary>Lets time pass while what waits cannot be read.</summary>
    private static async Task GoOnBlindlyAsync(BotFixture bot, TimeSpan time)
    {
        for (var target = bot.Clock.GetUtcNow() + time; bot.Clock.GetUtcNow() < target; bot.Clock.Advance(TimeSpan.FromSeconds(1)))
        {
            await UntilAsync(() => bot.Services.GetRequiredService<LoopBook>().Loops.All(loop => loop.IsAsleep));
        }
    }
}
