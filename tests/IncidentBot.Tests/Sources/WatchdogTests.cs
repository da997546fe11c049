using IncidentBot.Alerts;
using IncidentBot.Incidents;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Sources;

/// <summary>Hearing nothing is an incident too.</summary>
public sealed class WatchdogTests
{
    private static AlertmanagerOptions Watched => new() { Source = "home", Watchdog = new WatchdogOptions() };

    [Fact]
    public async Task The_watchdog_is_never_shown_whether_it_is_watched_or_not()
    {
        await using var watched = await SourcesBench.StartAsync(Watched);
        await using var unwatched = await SourcesBench.StartAsync(new AlertmanagerOptions { Source = "home" });
        foreach (var bench in new[] { watched, unwatched })
        {
            await bench.ReceiveAsync(Beat());
            await bench.ReceiveAsync(Beat() with { Alerts = [Beat().Alerts[0] with { EndsAt = At(1) }] });
            Assert.Empty(await bench.IncidentsAsync());

            await bench.ReceiveAsync(Group(Beat().Alerts[0], Firing("plex-0")));
            Assert.Equal(["plex-0"], (await bench.IncidentAsync(1)).Incident.Alerts.Values.Select(alert => alert.Labels["pod"]));
        }
    }

    [Fact]
    public async Task What_kube_prometheus_sends_to_nobody_is_never_shown_also_where_another_alert_is_the_watchdog()
    {
        await using var bench = await SourcesBench.StartAsync(
            new AlertmanagerOptions { Source = "home", Watchdog = new WatchdogOptions { Alertname = "DeadMansSwitch" } });
        foreach (var name in new[] { "InfoInhibitor", "Watchdog", "DeadMansSwitch" })
        {
            var labels = LabelSet.From(("alertname", name), ("namespace", "netbox"), ("severity", "none"));
            var alert = new AlertReport(Fingerprint.Of(labels), labels, LabelSet.Empty, Noon, null, "");
            await bench.ReceiveAsync(new Notification("home", "bot", LabelSet.From(("alertname", name)), [alert], "", 0));
        }

        Assert.Empty(await bench.IncidentsAsync());
    }

    [Fact]
    public async Task Its_absence_is_one_incident_in_the_most_urgent_lane_and_its_return_resolves_it()
    {
        await using var bench = await SourcesBench.StartAsync(Watched);
        await bench.WatchAsync();
        await bench.ReceiveAsync(Beat());
        await bench.WatchUntilAsync(4.75);
        Assert.Empty(await bench.IncidentsAsync());

        await bench.WatchUntilAsync(30);
        var incident = Assert.Single(await bench.IncidentsAsync());
        Assert.Equal("security", incident.Lane);
        Assert.Equal(IncidentStatus.Firing, incident.Status);
        Assert.Equal("No word from Alertmanager home for 5m: alerts may be lost", incident.Summary);
        Assert.Equal(1, (await bench.IncidentAsync(1)).Incident.Version);

        await bench.ReceiveAsync(Beat());
        await bench.WatchUntilAsync(31);
        Assert.Equal(IncidentStatus.Resolved, Assert.Single(await bench.IncidentsAsync()).Status);
        Assert.Equal([ChangeKind.Opened, ChangeKind.Resolved], (await bench.IncidentAsync(1)).Timeline.Select(line => line.Change.Kind));
    }

    [Fact]
    public async Task Other_webhooks_and_a_resolved_watchdog_are_no_word()
    {
        await using var bench = await SourcesBench.StartAsync(Watched);
        await bench.WatchAsync();
        for (var minute = 1; minute <= 6; minute++)
        {
            await bench.ReceiveAsync(Group(Firing("plex-0")));
            await bench.ReceiveAsync(Beat() with { Alerts = [Beat().Alerts[0] with { EndsAt = At(1) }] });
            await bench.WatchUntilAsync(minute);
        }

        Assert.Contains(await bench.IncidentsAsync(), incident => incident.Title is WatchdogWatch.AlertName);
    }

    [Fact]
    public async Task A_start_gives_grace_and_a_restart_keeps_what_was_missing()
    {
        await using var bench = await SourcesBench.StartAsync(Watched);
        await bench.WatchUntilAsync(4.75);
        Assert.Empty(await bench.IncidentsAsync());
        await bench.WatchUntilAsync(5.25);
        Assert.Single(await bench.IncidentsAsync());

        await bench.RestartAsync();
        await bench.WatchUntilAsync(7);
        Assert.Equal(IncidentStatus.Firing, Assert.Single(await bench.IncidentsAsync()).Status);

        await bench.ReceiveAsync(Beat());
        await bench.WatchUntilAsync(7.5);
        Assert.Equal(IncidentStatus.Resolved, Assert.Single(await bench.IncidentsAsync()).Status);
    }

    [Fact]
    public async Task After_a_suspend_of_three_hours_there_is_grace_again()
    {
        await using var bench = await SourcesBench.StartAsync(Watched);
        await bench.WatchAsync();
        await bench.ReceiveAsync(Beat());
        await bench.WatchUntilAsync(3);
        bench.Clock.Now += TimeSpan.FromHours(3);
        await bench.WatchUntilAsync(187);
        Assert.Empty(await bench.IncidentsAsync());
        await bench.WatchUntilAsync(189);
        Assert.Single(await bench.IncidentsAsync());
    }

    [Fact]
    public async Task A_watchdog_that_is_not_watched_any_more_is_not_missing()
    {
        await using var bench = await SourcesBench.StartAsync(Watched);
        await bench.WatchUntilAsync(6);
        bench.Source.Watchdog = null;

        await bench.WatchAsync();

        Assert.Equal(IncidentStatus.Resolved, Assert.Single(await bench.IncidentsAsync()).Status);
    }

    [Fact]
    public async Task What_is_missing_for_a_day_does_not_become_stale()
    {
        await using var bench = await SourcesBench.StartAsync(Watched);
        await bench.WatchUntilAsync(6);
        for (; bench.Clock.Now < At(24 * 60); bench.Clock.Now += TimeSpan.FromMinutes(2))
        {
            await bench.WatchAsync();
            await bench.Store.SweepAsync(default);
        }

        Assert.Equal(IncidentStatus.Firing, Assert.Single(await bench.IncidentsAsync()).Status);
    }

    [Fact]
    public async Task A_word_ends_the_silence_also_when_the_clock_was_set_back_behind_its_beginning()
    {
        await using var bench = await SourcesBench.StartAsync(Watched);
        await bench.WatchUntilAsync(6);
        Assert.Single(await bench.IncidentsAsync());

        bench.Clock.Now -= TimeSpan.FromHours(1);
        await bench.WatchAsync();
        Assert.Equal(IncidentStatus.Firing, Assert.Single(await bench.IncidentsAsync()).Status);
        await bench.ReceiveAsync(Beat());
        await bench.WatchAsync();
        Assert.Equal(IncidentStatus.Resolved, Assert.Single(await bench.IncidentsAsync()).Status);
    }

    [Fact]
    public async Task A_word_ends_the_silence_also_when_a_machine_without_a_clock_starts_in_the_past()
    {
        await using var bench = await SourcesBench.StartAsync(Watched);
        await bench.WatchUntilAsync(6);
        bench.Clock.Now -= TimeSpan.FromHours(5);
        await bench.RestartAsync();
        await bench.ReceiveAsync(Beat());
        await bench.WatchAsync();

        Assert.Equal(IncidentStatus.Resolved, Assert.Single(await bench.IncidentsAsync()).Status);
    }

    [Fact]
    public void A_clock_that_goes_backwards_gives_grace()
    {
        var timer = new WatchdogTimer();
        timer.Hear(At(60));
        Assert.False(timer.IsMissing(TimeSpan.FromMinutes(5), At(0)));
        Assert.False(timer.IsMissing(TimeSpan.FromMinutes(5), At(1)));
    }

    private static Notification Beat()
    {
        var labels = LabelSet.From(("alertname", "Watchdog"), ("severity", "none"));
        return new Notification("home", "bot", LabelSet.From(("alertname", "Watchdog")),
            [new AlertReport(Fingerprint.Of(labels), labels, LabelSet.Empty, At(-1000), null, "")], "http://alertmanager.example:9093", 0);
    }
}
