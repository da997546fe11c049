using System.Net;
using IncidentBot.Alerts;
using IncidentBot.Incidents;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Sources;

/// <summary>What is turned away at the door is an incident too.</summary>
public sealed class RefusalTests
{
    private static readonly IPAddress Cluster = IPAddress.Parse("10.0.0.5");
    private static readonly IPAddress Stranger = IPAddress.Parse("203.0.113.7");

    [Fact]
    public async Task A_refused_notification_is_one_incident_until_the_sender_is_heard_again()
    {
        await using var bench = await SourcesBench.StartAsync(new AlertmanagerOptions { Source = "home" });
        bench.Refusals.Refused("home", Cluster, "$.alerts: expected an array of alerts");
        await bench.LookAtRefusalsAsync();
        bench.Clock.Now = At(1);
        bench.Refusals.Refused("home", Cluster, "$: not valid JSON");
        await bench.LookAtRefusalsAsync();

        var incident = Assert.Single(await bench.IncidentsAsync());
        Assert.Equal((IncidentStatus.Firing, "critical"), (incident.Status, incident.Severity.Word));
        Assert.Equal("A notification of Alertmanager home was refused: its alerts are lost", incident.Summary);
        Assert.Equal(1, (await bench.IncidentAsync(1)).Incident.Version);

        bench.Refusals.Taken("home", Cluster);
        await bench.LookAtRefusalsAsync();
        Assert.Equal(IncidentStatus.Resolved, Assert.Single(await bench.IncidentsAsync()).Status);
    }

    [Fact]
    public async Task It_ends_an_hour_after_the_last_one_and_over_a_restart_too()
    {
        await using var bench = await SourcesBench.StartAsync(new AlertmanagerOptions { Source = "home" });
        bench.Refusals.Refused("home", Cluster, "too large");
        await bench.LookAtRefusalsAsync();
        bench.Clock.Now = At(30);
        await bench.RestartAsync();
        await bench.LookAtRefusalsAsync();
        Assert.Equal(IncidentStatus.Firing, Assert.Single(await bench.IncidentsAsync()).Status);

        bench.Clock.Now = At(61);
        await bench.LookAtRefusalsAsync();
        Assert.Equal(IncidentStatus.Resolved, Assert.Single(await bench.IncidentsAsync()).Status);
    }

    [Fact]
    public async Task A_known_address_with_a_wrong_token_is_named_and_a_stranger_is_not()
    {
        await using var bench = await SourcesBench.StartAsync(new AlertmanagerOptions { Source = "home" });
        bench.Refusals.WrongCredentials(Stranger, "curl/8.5");
        bench.Refusals.WrongCredentials(Cluster, "curl/8.5");
        await bench.LookAtRefusalsAsync();
        Assert.Empty(bench.Refusals.Recent);

        bench.Refusals.Taken("home", Cluster);
        bench.Clock.Now = At(10);
        bench.Refusals.WrongCredentials(Cluster.MapToIPv6(), "curl/8.5");
        bench.Refusals.WrongCredentials(Stranger, "Alertmanager/0.34.2");
        await bench.LookAtRefusalsAsync();

        Assert.Equal(
            ["Alertmanager at 10.0.0.5 uses a wrong token since 12:10 UTC: its alerts are lost", "Alertmanager at 203.0.113.7 uses a wrong token since 12:10 UTC: its alerts are lost"],
            (await bench.IncidentsAsync()).Select(incident => incident.Summary).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_watchdog_does_not_take_a_refusal_for_its_own()
    {
        await using var bench = await SourcesBench.StartAsync(new AlertmanagerOptions { Source = "home", Watchdog = new WatchdogOptions() });
        bench.Refusals.Refused("home", Cluster, "too large");
        await bench.LookAtRefusalsAsync();
        await bench.RestartAsync();
        await bench.WatchAsync();
        await bench.LookAtRefusalsAsync();

        Assert.Equal(IncidentStatus.Firing, Assert.Single(await bench.IncidentsAsync()).Status);
    }

    [Fact]
    public async Task Alerts_that_were_left_out_are_told_but_raise_no_incident_because_the_others_are_shown()
    {
        await using var bench = await SourcesBench.StartAsync(new AlertmanagerOptions { Source = "home" });
        var remarks = new ReadRemarks();
        remarks.LeaveOut(new ReadProblem("$.alerts[1]", "expected an object, found a number"));
        bench.Refusals.LeftOut("home", Cluster, remarks);
        bench.Refusals.LeftOut("home", Cluster, remarks);
        await bench.LookAtRefusalsAsync();

        var refusal = Assert.Single(bench.Refusals.Recent);
        Assert.Equal((RefusalKind.Alerts, 2, "$.alerts[1]: expected an object, found a number"), (refusal.Kind, refusal.Count, refusal.Reason));
        Assert.Empty(await bench.IncidentsAsync());
    }

    [Fact]
    public async Task Many_senders_push_out_the_oldest_and_a_long_reason_is_cut()
    {
        await using var bench = await SourcesBench.StartAsync(new AlertmanagerOptions { Source = "home" });
        for (var sender = 0; sender < 1000; sender++)
        {
            bench.Clock.Now = At(sender / 100.0);
            bench.Refusals.Refused("home", new IPAddress(0x0A000000 + sender), new string('x', 10_000));
        }

        Assert.Equal(100, bench.Refusals.Recent.Count);
        Assert.All(bench.Refusals.Recent, refusal => Assert.Equal(300, refusal.Reason.Length));
        Assert.Equal(At(9.99), bench.Refusals.Recent[0].Last);
    }
}
