using IncidentBot.Delivery;
using IncidentBot.Lanes;
using IncidentBot.Loops;
using IncidentBot.Settings;
using IncidentBot.Sources;
using IncidentBot.Storage;
using IncidentBot.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static IncidentBot.Support.BotFixture;
using static IncidentBot.Support.Say;

namespace IncidentBot.Line;

/// <summary>A bug that a background loop meets turn after turn: the program lives, the line goes on, and people can see which loop it is.</summary>
public sealed class FailingLoopTests
{
    [Theory]
    [InlineData("housekeeping", nameof(IIncidentStore.SweepAsync))]
    [InlineData("escalations", nameof(IIncidentStore.NextDueAsync))]
    [InlineData("escalations", nameof(IIncidentStore.TakeDueAsync))]
    [InlineData("digests", nameof(IIncidentStore.DigestAsync))]
    [InlineData("watchdog", nameof(IIncidentStore.OpenAlertsAsync))]
    [InlineData("reconcile", nameof(IIncidentStore.OpenAlertsAsync))]
    [InlineData("heartbeat", nameof(IIncidentStore.UntoldAsync))]
    public async Task A_bug_in_one_turn_does_not_end_the_loop(string loop, string step)
    {
        await using var alertmanager = await AlertmanagerApiServer.StartAsync(TimeProvider.System);
        await using var bot = await AllLoops.StartAsync(
            options => Busy(options, loop is "watchdog" ? null : alertmanager), services => FailingStore.Use(services, step));
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:11");

        var ready = await GetAsync(bot, "-/ready");
        Assert.StartsWith("IncidentBot is ready.\n", ready, StringComparison.Ordinal);
        Assert.Contains($"\nThe loop {loop} has failed ", ready, StringComparison.Ordinal);
        Assert.DoesNotContain($"incidentbot_loop_failures_total{{loop=\"{loop}\"}} 0\n", await GetAsync(bot, "metrics"), StringComparison.Ordinal);
        Assert.Contains("incidentbot_loop_failures_total{loop=\"runbooks\"} 0\n", await GetAsync(bot, "metrics"), StringComparison.Ordinal);
        Assert.Single(bot.Log, line => line.Contains($"The loop {loop} met a bug", StringComparison.Ordinal));
        bot.Expect(InSlack, "1 firing");
        if (loop is not "heartbeat")
        {
            Assert.EndsWith(" fails again and again: see the log", await BeatAsync(bot), StringComparison.Ordinal);
        }

        ((FailingStore)bot.Store).Recover();
        await bot.AtAsync("12:13");
        Assert.Equal("IncidentBot is ready.\n", await GetAsync(bot, "-/ready"));
        Assert.Equal("", await BeatAsync(bot));
    }

    [Fact]
    public void Whatever_runs_in_the_background_is_a_loop()
    {
        Report.None(typeof(Loop).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Microsoft.Extensions.Hosting.BackgroundService)))
            .Where(type => type != typeof(Loop) && !type.IsSubclassOf(typeof(Loop))).Select(type => $"{type.Name} is no {nameof(Loop)}: a bug in it would end the program"));
    }

    /// <summary>Options by which every loop has something to do.</summary>
    private static void Busy(BotOptions options, AlertmanagerApiServer? alertmanager)
    {
        options.Heartbeat = new HeartbeatOptions { Url = new Secret("http://127.0.0.1:1/"), Every = TimeSpan.FromSeconds(30) };
        if (alertmanager is null)
        {
            options.Alertmanagers[0].Watchdog = new WatchdogOptions { MissingAfter = TimeSpan.FromHours(1) };
        }
        else
        {
            options.Alertmanagers[0].Urls.Add(alertmanager.Url);
        }

        options.Lanes.ForEach(lane => lane.Escalate = [new EscalationOptions { After = TimeSpan.FromMinutes(5), Rooms = [Rooms.Room.Parse(InSlack)] }]);
        options.Lanes.Add(new LaneOptions { Name = "often", Digest = TimeSpan.FromMinutes(5), Rooms = [Rooms.Room.Parse(InMatrix)] });
    }

    private static Task<string> GetAsync(BotFixture bot, string path) => bot.Client.GetStringAsync(new Uri(path, UriKind.Relative));

    private static async Task<string> BeatAsync(BotFixture bot)
    {
        await bot.RunUntilIdleAsync();
        return await bot.Services.GetRequiredService<OwnHeartbeat>().BeatAsync(new Secret($"{bot.Address}-/healthy"), TestContext.Current.CancellationToken);
    }
}
