using System.Globalization;
using IncidentBot.Incidents;
using IncidentBot.Storage;
using IncidentBot.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace IncidentBot.Sources;

/// <summary>What real Alertmanagers say by webhooks alone.</summary>
public sealed partial class SourcesAgainstAlertmanagerTests
{
    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_alert_that_comes_back_with_its_old_start_burns_again_at_once(string version)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var port = Loopback.FreePort();
        await using var alertmanager = await AlertmanagerServer.StartAsync(version, AlertmanagerServer.Posting(Webhook(port)), cancel);
        await using var bot = await StartAsync(ByWebhooks(folder), port);

        await alertmanager.PostAlertsAsync(Alerts(("NodeDown", true)), cancel);
        await UntilAsync(bot, incidents => Firing(incidents) is ["NodeDown"], cancel);
        await alertmanager.PostAlertsAsync(Alerts(("NodeDown", false)), cancel);
        await UntilAsync(bot, incidents => incidents is [{ Incident.Status: IncidentStatus.Resolved }], cancel);
        await alertmanager.PostAlertsAsync(Alerts(("NodeDown", true)), cancel);
        await UntilAsync(bot, incidents => Firing(incidents) is ["NodeDown"], cancel);

        var found = await FindAsync(bot, "NodeDown");
        Assert.Equal([ChangeKind.Opened, ChangeKind.Resolved, ChangeKind.Reopened], found.Timeline.Select(line => line.Change.Kind));
        Assert.Equal(Began.ToUnixTimeSeconds(), Assert.Single(found.Incident.Alerts.Values).StartsAt.ToUnixTimeSeconds());
        await bot.StopAsync(cancel);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_end_of_one_Prometheus_of_a_pair_does_not_end_what_the_other_fires_in_a_group_of_its_own(string version)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var port = Loopback.FreePort();
        await using var alertmanager = await AlertmanagerServer.StartAsync(
            version, AlertmanagerServer.Posting(Webhook(port), groupBy: "'...'"), cancel);
        await using var bot = await StartAsync(ByWebhooks(folder), port);

        await alertmanager.PostAlertsAsync(Copies(("a", true), ("b", true)), cancel);
        await UntilAsync(bot, incidents => incidents is [{ Incident: var one }] && one.Alerts.Values.Single().Copies.Count == 2, cancel);
        await alertmanager.PostAlertsAsync(Copies(("a", false)), cancel);
        await UntilAsync(bot, incidents => incidents[0].Incident.Alerts.Values.Single().Copies.Count(copy => !copy.Firing) == 1, cancel);
        Assert.Equal(["NodeDown"], Firing(await ListAsync(bot)));

        await alertmanager.PostAlertsAsync(Copies(("b", false)), cancel);
        await UntilAsync(bot, incidents => incidents is [{ Incident.Status: IncidentStatus.Resolved }], cancel);
        Assert.Equal([ChangeKind.Opened, ChangeKind.Resolved], (await FindAsync(bot, "NodeDown")).Timeline.Select(line => line.Change.Kind));
        await bot.StopAsync(cancel);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task What_is_repeated_every_12_hours_stays_believed_and_is_stale_when_two_repetitions_are_missed(string version)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var port = Loopback.FreePort();
        await using var alertmanager = await AlertmanagerServer.StartAsync(
            version, AlertmanagerServer.Posting(Webhook(port)).Replace("repeat_interval: 1h", "repeat_interval: 2s", StringComparison.Ordinal), cancel);
        var clock = new ShiftedClock();
        await using var bot = await StartAsync(ByWebhooks(folder), port, clock);
        var store = bot.Services.GetRequiredService<IIncidentStore>();
        await alertmanager.PostAlertsAsync(Alerts(("NodeDown", true)), cancel);
        await UntilAsync(bot, incidents => Firing(incidents) is ["NodeDown"], cancel);

        // Alertmanager repeats every 2 s, and 12 hours pass for the program between two of its words.
        for (var i = 0; i < 4; i++)
        {
            var since = clock.Shift(TimeSpan.FromHours(12));
            await store.SweepAsync(cancel);
            await UntilAsync(bot, incidents => incidents[0].Incident.Repeats!.SaidAt >= since, cancel);
        }

        var found = await FindAsync(bot, "NodeDown");
        Assert.Equal([ChangeKind.Opened], found.Timeline.Select(line => line.Change.Kind));
        Assert.True(found.Incident.Repeats!.IsLearnt);

        await alertmanager.KillAsync();
        clock.Shift(TimeSpan.FromHours(24));
        await store.SweepAsync(cancel);
        Assert.Equal(IncidentStatus.Firing, (await FindAsync(bot, "NodeDown")).Incident.Status);
        clock.Shift(TimeSpan.FromHours(1));
        await store.SweepAsync(cancel);
        Assert.Equal(IncidentStatus.Stale, (await FindAsync(bot, "NodeDown")).Incident.Status);
        await bot.StopAsync(cancel);
    }

    private static Uri Webhook(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/webhooks/alertmanager"));

    private static Settings.BotOptions ByWebhooks(TemporaryFolder folder)
    {
        var options = Options(folder, new Uri("http://127.0.0.1:1"));
        options.Alertmanagers[0].Urls.Clear();
        return options;
    }

    private static string Copies(params (string Replica, bool Firing)[] copies)
    {
        var now = TimeProvider.System.GetUtcNow();
        var text = copies.Select(copy => string.Create(CultureInfo.InvariantCulture,
            $$"""{"labels":{"alertname":"NodeDown","instance":"n1","prometheus_replica":"{{copy.Replica}}"},"startsAt":"{{Began:yyyy-MM-ddTHH:mm:ssZ}}","endsAt":"{{now.AddSeconds(copy.Firing ? 3600 : -1):yyyy-MM-ddTHH:mm:ssZ}}"}"""));
        return $"[{string.Join(",", text)}]";
    }

    /// <summary>The real clock, some time ahead.</summary>
    private sealed class ShiftedClock : TimeProvider
    {
        private long _ahead;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));

        /// <summary>Lets time pass, and returns the moment after it.</summary>
        public DateTimeOffset Shift(TimeSpan time)
        {
            Interlocked.Add(ref _ahead, time.Ticks);
            return GetUtcNow();
        }
    }
}
