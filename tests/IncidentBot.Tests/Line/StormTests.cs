using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.BotFixture;
using static IncidentBot.Support.Say;

namespace IncidentBot.Line;

/// <summary>What a room shows when more comes than it can announce, and afterwards.</summary>
[Slow]
public sealed class StormTests
{
    private const string OnCall = "slack:C09";

    [Fact]
    public async Task One_summary_stands_for_all_that_is_not_critical_and_names_each()
    {
        await using var bot = await OneRoomAsync();
        for (var i = 0; i < 100; i++)
        {
            await bot.PostAloneAsync(Firing($"pod-{i}"));
        }

        await bot.PostAloneAsync(Firing("worst", severity: "critical"));
        await bot.GoOnAsync(TimeSpan.FromSeconds(2));
        Assert.Contains(bot.Shown(InSlack), message => message.Text.Contains("pod=worst", StringComparison.Ordinal));

        await bot.GoOnAsync(TimeSpan.FromSeconds(45));
        var summary = Assert.Single(bot.Shown(InSlack), IsSummary);

        // The first was announced before anybody knew that there would be more.
        Assert.Contains("100 incidents: 100 open, 0 resolved", summary.Text, StringComparison.Ordinal);
        Assert.Contains("99 open", summary.Text, StringComparison.Ordinal);
        Assert.True(Position(summary, "(critical)") < Position(summary, "(warning)"));
        Assert.InRange(bot.Shown(InSlack).Count, 2, 4);
        Assert.Equal(0, bot.Slack.RateLimited);

        // What the last refresh left for more to come is named when it calms down.
        await bot.GoOnAsync(TimeSpan.FromSeconds(60));
        var names = string.Join('\n', bot.Replies(InSlack, summary).Select(reply => reply.Text)).Split('\n');
        Assert.All(Enumerable.Range(0, 100), i => Assert.Contains(names, name => name.Contains($"pod=pod-{i} ", StringComparison.Ordinal)
            || bot.Shown(InSlack).Any(message => message.Text.Contains($"pod=pod-{i}\n", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_the_first_lane_asks_for_comes_on_its_own_and_a_critical_of_a_quiet_lane_waits(bool quiet)
    {
        await using var bot = await BotFixture.StartAsync(options =>
        {
            options.Lanes.Clear();
            options.Lanes.Add(new() { Name = "first", Match = new(StringComparer.Ordinal) { ["severity"] = "high" }, Rooms = [Room.Parse(InSlack)], Quiet = quiet });
            options.Lanes.Add(new() { Name = "noise", Match = new(StringComparer.Ordinal) { ["pod"] = "noise" }, Rooms = [Room.Parse(InSlack)], Quiet = true });
            options.Lanes.Add(new() { Name = "rest", Rooms = [Room.Parse(InSlack)], Escalate = [] });
        });
        for (var i = 0; i < 100; i++)
        {
            await bot.PostAloneAsync(Firing($"pod-{i}", severity: i % 2 == 0 ? "high" : "warning"));
        }

        await bot.AtAsync("12:00:05");
        await bot.PostAloneAsync(Firing("noise", severity: "critical"));
        await bot.AtAsync("12:00:55");

        var announced = bot.Shown(InSlack).Where(message => !IsSummary(message)).ToList();
        Assert.InRange(announced.Count, quiet ? 1 : 40, quiet ? 4 : 60);
        Assert.DoesNotContain(announced, message => message.Text.Contains("pod=noise", StringComparison.Ordinal));
        Assert.Equal(0, bot.Slack.RateLimited);
    }

    [Fact]
    public async Task When_it_calms_down_only_what_is_still_open_is_announced()
    {
        await using var bot = await OneRoomAsync();
        for (var i = 0; i < 60; i++)
        {
            await bot.PostAloneAsync(Firing($"pod-{i}"));
        }

        await bot.AtAsync("12:00:20");
        for (var i = 10; i < 60; i++)
        {
            await bot.PostAloneAsync(Resolved($"pod-{i}", at: 0.3));
        }

        await bot.AtAsync("12:05");
        var shown = bot.Shown(InSlack).Where(message => !IsSummary(message)).ToList();
        Assert.Equal(10, shown.Count(message => message.Text.Contains("1 firing", StringComparison.Ordinal)));
        Assert.InRange(shown.Count, 10, 12);
        var summary = Assert.Single(bot.Shown(InSlack), IsSummary);
        Assert.Contains("over", summary.Text, StringComparison.OrdinalIgnoreCase);
        Assert.All(await bot.PostsAsync(), post => Assert.Equal(PostState.Shown, post.State));

        // What comes back is announced, although its end was only in the summary.
        await bot.PostAloneAsync(Firing("pod-59", since: 5));
        await bot.AtAsync("12:06");
        Assert.Single(bot.Shown(InSlack), message => message.Text.Contains("pod=pod-59\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_storm_goes_on_after_a_restart_in_the_same_summary()
    {
        await using var bot = await OneRoomAsync();
        for (var i = 0; i < 60; i++)
        {
            await bot.PostAloneAsync(Firing($"pod-{i}"));
        }

        await bot.AtAsync("12:00:15");
        await bot.RestartAsync();
        for (var i = 60; i < 90; i++)
        {
            await bot.PostAloneAsync(Firing($"pod-{i}"));
        }

        await bot.AtAsync("12:10");
        Assert.Contains("89 open", Assert.Single(bot.Shown(InSlack), IsSummary).Text, StringComparison.Ordinal);
        Assert.Equal(91, bot.Shown(InSlack).Count);
    }

    [Fact]
    public async Task A_store_that_fails_for_a_moment_does_not_lose_the_summary()
    {
        await using var bot = await OneRoomAsync(FailingStore.Use);
        var store = (FailingStore)bot.Store;
        store.Fail(nameof(Storage.IIncidentStore.SummarizeAsync));
        for (var i = 0; i < 60; i++)
        {
            await bot.PostAloneAsync(Firing($"pod-{i}"));
        }

        await bot.AtAsync("12:00:05");
        Assert.DoesNotContain(bot.Shown(InSlack), IsSummary);
        store.Recover();
        await bot.AtAsync("12:00:15");
        Assert.Single(bot.Shown(InSlack), IsSummary);
    }

    [Fact]
    public async Task What_was_over_before_a_storm_began_does_not_keep_it_from_ending()
    {
        await using var bot = await OneRoomAsync();
        bot.Slack.RateLimit(seconds: 20);
        await bot.PostAloneAsync(Firing("first"));
        await bot.RunUntilIdleAsync();
        await bot.PostAloneAsync(Firing("early"));
        await bot.PostAloneAsync(Resolved("early", at: 0.1));
        await FireAsync(bot, 0, 40);
        await EndsAsync(bot, "12:05");
        Assert.Contains("41 open, 1 resolved", Assert.Single(bot.Shown(InSlack), IsSummary).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_may_have_been_announced_before_a_storm_and_is_over_does_not_keep_it_from_ending()
    {
        await using var bot = await OneRoomAsync();
        bot.Slack.Hang(times: 1);
        await bot.PostAloneAsync(Firing("unclear"));
        await bot.RunUntilIdleAsync();
        await FireAsync(bot, 0, 40);
        await bot.AtAsync("12:00:05");
        await bot.PostAloneAsync(Resolved("unclear", at: 0.1));
        await EndsAsync(bot, "12:05");
    }

    [Fact]
    public async Task What_one_storm_settled_belongs_to_the_next_when_it_fires_again_in_it()
    {
        await using var bot = await OneRoomAsync();
        await FireAsync(bot, 0, 60);
        await bot.AtAsync("12:00:20");
        await bot.PostAloneAsync(Resolved("pod-59", at: 0.3));
        await EndsAsync(bot, "12:05");
        await FireAsync(bot, 100, 60, since: 5);
        await bot.AtAsync("12:05:05");
        await bot.PostAloneAsync(Firing("pod-59", since: 5));
        await bot.AtAsync("12:05:40");
        await bot.PostAloneAsync(Resolved("pod-59", since: 5, at: 5.6));
        await EndsAsync(bot, "12:10");
        var second = bot.Shown(InSlack).Last(IsSummary);
        Assert.Contains(bot.Replies(InSlack, second), reply => reply.Text.Contains("pod=pod-59 ", StringComparison.Ordinal));
        Assert.DoesNotContain(bot.Shown(InSlack), message => message.Text.Contains("pod=pod-59\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_storm_ends_although_something_new_comes_now_and_then()
    {
        await using var bot = await OneRoomAsync();
        await FireAsync(bot, 0, 40);
        for (var i = 40; i < 50; i++)
        {
            await bot.GoOnAsync(TimeSpan.FromSeconds(50));
            await bot.PostAloneAsync(Firing($"pod-{i}", severity: i % 2 == 0 ? "info" : "critical"));
        }

        await EndsAsync(bot, "12:09");
        Assert.Equal(51, bot.Shown(InSlack).Count);
        Assert.Single(bot.Shown(InSlack), IsSummary);
    }

    [Fact]
    public async Task Who_is_called_because_nobody_acknowledges_is_called_in_a_storm_too()
    {
        await using var bot = await StartAsync(options =>
        {
            options.Lanes[0].Match = new(StringComparer.Ordinal) { ["pod"] = "called" };
            options.Lanes[0].Rooms = [Room.Parse(InSlack)];
            options.Lanes[0].Escalate = [new() { After = TimeSpan.FromMinutes(5), Rooms = [Room.Parse(OnCall)], Mention = ["everyone"] }];
            options.Lanes[1].Rooms = [Room.Parse(InSlack), Room.Parse(OnCall)];
        });
        await bot.PostAloneAsync(Firing("called"));
        await bot.AtAsync("12:03");
        for (var i = 0; i < 30; i++)
        {
            await FireAsync(bot, 10 * i, 10, since: 3);
            await bot.GoOnAsync(TimeSpan.FromSeconds(5));
        }

        Assert.All(await bot.Store.OpenSummariesAsync(CancellationToken.None), summary => Assert.Equal(StormPhase.Storm, summary.Phase));
        var told = Assert.Single(bot.Shown(OnCall), message => message.Text.Contains("pod=called\n", StringComparison.Ordinal));
        Assert.Equal(["!channel"], told.Mentions);
        Assert.InRange(told.At, At(5), At(5.05));
        var root = Assert.Single(bot.Shown(InSlack), message => message.Text.Contains("pod=called\n", StringComparison.Ordinal));
        Assert.InRange(Assert.Single(bot.Replies(InSlack, root)).At, At(5), At(5.05));
    }

    [Fact]
    public async Task A_storm_goes_on_and_ends_where_its_group_has_moved()
    {
        await using var bot = await StartAsync(options => options.Lanes.ForEach(lane => lane.Rooms = [Room.Parse(InTelegram)]));
        await FireAsync(bot, 0, 60);
        await bot.AtAsync("12:00:10");
        bot.Telegram.MigrateTo("-1001", -2002);
        for (var i = 20; i < 60; i++)
        {
            await bot.PostAloneAsync(Resolved($"pod-{i}", at: 0.2));
        }

        await bot.AtAsync("12:15");
        Assert.All(await bot.PostsAsync(), post => Assert.Equal(PostState.Shown, post.State));
        Assert.Empty(await bot.Store.OpenSummariesAsync(CancellationToken.None));
        Assert.Single(bot.Shown("telegram:-2002"), IsSummary);
        Assert.Contains("OVER", bot.Shown("telegram:-2002").Single(IsSummary).Text, StringComparison.Ordinal);
    }

    private static async Task FireAsync(BotFixture bot, int from, int count, double since = 0)
    {
        for (var i = from; i < from + count; i++)
        {
            await bot.PostAloneAsync(Firing($"pod-{i}", since: since));
        }
    }

    /// <summary>Goes on to a time at which nothing waits any more and every storm is over.</summary>
    private static async Task EndsAsync(BotFixture bot, string time)
    {
        await bot.AtAsync(time);
        Assert.All(await bot.PostsAsync(), post => Assert.Equal(PostState.Shown, post.State));
        Assert.All(bot.Shown(InSlack).Where(IsSummary), summary => Assert.Contains("OVER", summary.Text, StringComparison.Ordinal));
        Assert.Empty(await bot.Store.OpenSummariesAsync(CancellationToken.None));
    }

    private static Task<BotFixture> OneRoomAsync(Action<Microsoft.Extensions.DependencyInjection.IServiceCollection>? customise = null) =>
        StartAsync(options => options.Lanes.ForEach(lane => lane.Rooms = [Room.Parse(InSlack)]), customise);

    private static bool IsSummary(ShownMessage message) => message.Text.Contains("Alert storm", StringComparison.Ordinal);

    private static int Position(ShownMessage message, string word)
    {
        var at = message.Text.IndexOf(word, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{word} is not in {message.Text}");
        return at;
    }
}
