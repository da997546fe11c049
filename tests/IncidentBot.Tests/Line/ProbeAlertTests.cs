using System.Net;
using System.Net.Sockets;
using IncidentBot.Incidents;
using IncidentBot.ProbeRuns;
using IncidentBot.Probes;
using IncidentBot.Probes.Tcp;
using IncidentBot.Storage;
using IncidentBot.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace IncidentBot.Line;

/// <summary>Probes in the whole program: what they find becomes an incident as any alert does, and is still known after a restart.</summary>
public sealed class ProbeAlertTests : IAsyncDisposable
{
    private TcpListener _target = new(IPAddress.Loopback, 0);
    private TcpListener _network = new(IPAddress.Loopback, 0);
    private int _port;
    private HostPort _reference = null!;

    public ValueTask DisposeAsync()
    {
        _target.Dispose();
        _network.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_probe_that_fails_as_often_as_it_says_opens_one_incident_and_a_good_run_resolves_it()
    {
        await using var bot = await StartAsync(new ProbeAlertOptions { After = new AlertAfter(2, 3), Severity = "critical", Labels = { ["service"] = "nas" } });
        await RunAsync(bot, RunOutcome.Healthy);
        _target.Stop();
        await RunAsync(bot, RunOutcome.Unhealthy);
        Assert.Empty(await IncidentsAsync(bot));

        await RunAsync(bot, RunOutcome.Unhealthy);
        await BookedAsync(bot);
        var incident = Assert.Single(await IncidentsAsync(bot));
        Assert.Equal(("critical", IncidentStatus.Firing), (incident.Severity.Word, incident.Status));
        Assert.StartsWith("The probe nas fails: 127.0.0.1", incident.Summary, StringComparison.Ordinal);
        var detail = (await bot.Store.FindAsync(incident.Number, default))!.Incident;
        var alert = Assert.Single(detail.Alerts.Values);
        Assert.Equal("nas", alert.Labels["service"]);
        Assert.Contains("connection refused", alert.Annotations["summary"]!, StringComparison.Ordinal);
        Assert.EndsWith("/runbooks/endpoints/service-dependency-down", alert.Annotations["runbook_url"], StringComparison.Ordinal);

        // The words of a later failure do not change the incident.
        await RunAsync(bot, RunOutcome.Unhealthy);
        await BookedAsync(bot);
        Assert.Equal(incident.Number, Assert.Single(await IncidentsAsync(bot)).Number);

        _target = Again(_port);
        await RunAsync(bot, RunOutcome.Healthy);
        await RunAsync(bot, RunOutcome.Healthy);
        await BookedAsync(bot);
        Assert.Equal(IncidentStatus.Resolved, Assert.Single(await IncidentsAsync(bot)).Status);
    }

    [Fact]
    public async Task What_is_known_of_a_probe_and_its_incident_is_known_after_a_restart()
    {
        await using var bot = await StartAsync(new ProbeAlertOptions { After = new AlertAfter(1, 1) });
        _target.Stop();
        await RunAsync(bot, RunOutcome.Unhealthy);
        await RunAsync(bot, RunOutcome.Unhealthy);
        await BookedAsync(bot);
        var before = Probe(bot).State;
        Assert.Equal(2, before.Streak);

        await bot.RestartAsync();
        await BookedAsync(bot);
        var after = Probe(bot).State;
        Assert.Equal((before.Streak, before.Since, before.Last, before.AlertSince), (after.Streak, after.Since, after.Last, after.AlertSince));
        Assert.NotEmpty(after.LastFailed!.Conversation);
        Assert.Equal(2, Probe(bot).Recent.Count);
        var hours = Assert.Single(await bot.Store.Probes.HoursAsync(bot.Clock.GetUtcNow().AddDays(-1), default));
        Assert.Equal((0, 2, 0), (hours.Healthy, hours.Unhealthy, hours.Unknown));

        _target = Again(_port);
        await RunAsync(bot, RunOutcome.Healthy);
        await BookedAsync(bot);
        var incident = Assert.Single(await IncidentsAsync(bot));
        Assert.Equal(IncidentStatus.Resolved, incident.Status);
    }

    [Fact]
    public async Task With_our_own_network_down_one_incident_is_opened_for_all_and_none_for_each()
    {
        await using var bot = await StartAsync(new ProbeAlertOptions { After = new AlertAfter(1, 1) }, probes: 3);
        _target.Stop();
        _network.Stop();
        for (var i = 0; i < AlertRule.UnknownInARow; i++)
        {
            await RunAsync(bot, RunOutcome.Unknown, "nas", "nas-1", "nas-2");
        }

        await BookedAsync(bot);
        var incident = Assert.Single(await IncidentsAsync(bot));
        Assert.Contains(ProbeAlerts.CannotLook, incident.Title, StringComparison.Ordinal);

        (_network, _target) = (Again(_reference.Port), Again(_port));
        await RunAsync(bot, RunOutcome.Healthy, "nas", "nas-1", "nas-2");
        await BookedAsync(bot);
        Assert.Equal(IncidentStatus.Resolved, Assert.Single(await IncidentsAsync(bot)).Status);
    }

    [Fact]
    public async Task A_probe_that_is_taken_away_takes_its_incident_with_it()
    {
        await using var bot = await StartAsync(new ProbeAlertOptions { After = new AlertAfter(1, 1) });
        _target.Stop();
        await RunAsync(bot, RunOutcome.Unhealthy);
        await BookedAsync(bot);
        Assert.Single(await IncidentsAsync(bot));

        bot.Reload(_ => { });
        await BookedAsync(bot);
        Assert.Equal(IncidentStatus.Resolved, Assert.Single(await IncidentsAsync(bot)).Status);
    }

    private async Task<BotFixture> StartAsync(ProbeAlertOptions alert, int probes = 1)
    {
        _target.Start();
        _port = ((IPEndPoint)_target.LocalEndpoint).Port;
        _network.Start();
        _reference = new HostPort("127.0.0.1", ((IPEndPoint)_network.LocalEndpoint).Port);
        var bot = await BotFixture.StartAsync(options =>
        {
            options.Probes = new ProbesOptions { OwnNetwork = [_reference] };
            options.Probes!.Set("tcp", Enumerable.Range(0, probes).Select(i => new TcpOptions
            {
                Name = i == 0 ? "nas" : $"nas-{i}",
                Every = TimeSpan.FromDays(30),
                Address = new HostPort("127.0.0.1", _port),
                Alert = alert,
            }).ToList());
        });
        await BookedAsync(bot);
        return bot;
    }

    private static WatchedProbe Probe(BotFixture bot) => bot.Services.GetRequiredService<ProbeBook>().Find("nas")!;

    private static async Task RunAsync(BotFixture bot, RunOutcome outcome, params string[] names)
    {
        foreach (var name in names.DefaultIfEmpty("nas"))
        {
            var asked = bot.Services.GetRequiredService<ProbeRounds>().Ask(name);
            Assert.True(asked.Began);
            await asked.Run;
            Assert.Equal(outcome, asked.Probe!.State.Last!.Outcome);
        }
    }

    /// <summary>Somebody listens there once more.</summary>
    private static TcpListener Again(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return listener;
    }

    /// <summary>Lets the books be kept: what has ended is stored, and said.</summary>
    private static async Task BookedAsync(BotFixture bot)
    {
        // The turn under way may have begun before and still gather what comes together; those after it see all.
        for (var i = 0; i < 3; i++)
        {
            bot.Clock.Advance(TimeSpan.FromSeconds(1));
            await bot.Services.GetRequiredService<ProbeBookkeeping>().NextTurnAsync().WaitAsync(TimeSpan.FromSeconds(30));
        }

        await bot.RunUntilIdleAsync();
    }

    private static async Task<IReadOnlyList<IncidentSummary>> IncidentsAsync(BotFixture bot) =>
        await bot.Store.ListAsync(new IncidentFilter { Status = null, Limit = 10 }, default);
}
