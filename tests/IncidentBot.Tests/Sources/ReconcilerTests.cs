using IncidentBot.Alerts;
using IncidentBot.Delivery;
using IncidentBot.Incidents;
using IncidentBot.Settings;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Sources;

/// <summary>The store is compared with what an Alertmanager's API really answers.</summary>
public sealed class ReconcilerTests : IAsyncLifetime
{
    private AlertmanagerApiServer _api = null!;
    private SourcesBench _bench = null!;

    public static TheoryData<ApiFault, string> Faults => new()
    {
        { ApiFault.Broken, "it answered 500" },
        { ApiFault.CutOff, "connection lost" },
        { ApiFault.Html, "not Alertmanager's" },
        { ApiFault.Endless, "more than 32 MiB" },
    };

    private AlertmanagerOptions Source => _bench.Source;

    public async ValueTask InitializeAsync()
    {
        _bench = await SourcesBench.StartAsync(new AlertmanagerOptions { Source = "home" });
        _api = await AlertmanagerApiServer.StartAsync(_bench.Clock);
        Source.Urls.Add(_api.Url);
    }

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _api.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task While_it_was_down_one_alert_fired_and_stayed_and_one_was_over()
    {
        await _bench.ReceiveAsync(Group(Firing("plex-0")));
        _bench.Clock.Now = At(20);
        _api.Fires(Firing("plex-1", 5));
        await _bench.RestartAsync();

        await ReconcileAsync(20);
        Assert.Equal(["plex-0", "plex-1"], await FiringPodsAsync(1));

        await ReconcileAsync(21, 22);
        Assert.Equal(["plex-1"], await FiringPodsAsync(1));
        Assert.Equal(
            [ChangeKind.Opened, ChangeKind.Joined, ChangeKind.Gone, ChangeKind.AlertResolved],
            (await _bench.IncidentAsync(1)).Timeline.Select(line => line.Change.Kind));

        // The webhook that Alertmanager repeats at last tells nothing new.
        await _bench.ReceiveAsync(Group(Firing("plex-1", 5)));
        Assert.Equal(4, (await _bench.IncidentAsync(1)).Timeline.Count);
        Assert.Single(await _bench.IncidentsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_peer_says_just_after_an_end_is_decided_by_the_list_at_once(bool isListed)
    {
        var asked = 0;
        _bench.Heard.InDoubt += () => asked++;
        await _bench.ReceiveAsync(Group(Firing("plex-0")) with { Sender = "a" });
        _bench.Clock.Now = At(5);
        await _bench.ReceiveAsync(Group(Resolved("plex-0", at: 4)) with { Sender = "a" });
        _bench.Clock.Now = At(5.2);
        if (isListed)
        {
            _api.Fires(Firing("plex-0"));
        }

        Assert.Equal(0, asked);
        await _bench.ReceiveAsync(Group(Firing("plex-0")) with { Sender = "b" });
        Assert.Equal(1, asked);
        Assert.Equal(IncidentStatus.Resolved, (await _bench.IncidentAsync(1)).Incident.Status);

        await ReconcileAsync(5.25);
        Assert.Equal(isListed ? IncidentStatus.Firing : IncidentStatus.Resolved, (await _bench.IncidentAsync(1)).Incident.Status);
        Assert.Single(await _bench.IncidentsAsync());
    }

    [Fact]
    public async Task What_one_Alertmanager_says_in_its_order_is_in_no_doubt()
    {
        var asked = 0;
        _bench.Heard.InDoubt += () => asked++;
        foreach (var report in new[] { Firing("plex-0"), Resolved("plex-0", at: 4), Firing("plex-0"), Resolved("plex-0", at: 5), Firing("plex-0", since: 6) })
        {
            await _bench.ReceiveAsync(Group(report) with { Sender = "a" });
        }

        await _bench.ReceiveAsync(Group(Firing("plex-1")) with { Sender = "b" });
        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task An_alertmanager_that_forgot_everything_resolves_nothing()
    {
        await _bench.ReceiveAsync(Group(Firing("plex-0")));
        _api.StartedAt = At(10);
        await ReconcileAsync(10, 11, 12, 13, 14);
        Assert.Equal(["plex-0"], await FiringPodsAsync(1));

        _api.Fires(Firing("plex-0"));
        await ReconcileAsync(15, 20, 25);
        Assert.Single((await _bench.IncidentAsync(1)).Timeline);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_failed_answer_resolves_nothing_and_is_said_once(ApiFault fault, string reason)
    {
        await _bench.ReceiveAsync(Group(Firing("plex-0")));
        _api.Fault = fault;

        await ReconcileAsync(10, 11, 12, 13);

        Assert.Equal(["plex-0"], await FiringPodsAsync(1));
        Assert.Contains(reason, Assert.Single(_bench.Log.Lines, line => line.Contains("cannot be read", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_reachable_peer_is_enough_and_what_one_of_them_lists_fires()
    {
        await using var other = await AlertmanagerApiServer.StartAsync(_bench.Clock);
        Source.Urls.Add(other.Url);
        await _bench.ReceiveAsync(Group(Firing("plex-0"), Firing("plex-1")));
        _api.Fires(Firing("plex-0"));
        await ReconcileAsync(10, 11, 12);
        Assert.Equal(["plex-0"], await FiringPodsAsync(1));

        _api.Fault = ApiFault.Broken;
        other.Fires(Firing("plex-0"));
        await ReconcileAsync(13, 14, 15);
        Assert.Equal(["plex-0"], await FiringPodsAsync(1));

        other.Firing.Clear();
        await ReconcileAsync(16, 17, 18);
        Assert.Empty(await FiringPodsAsync(1));
    }

    [Fact]
    public async Task A_silence_is_shown_with_who_why_and_until_when_and_opens_nothing()
    {
        await _bench.ReceiveAsync(Group(Firing("plex-0")));
        _api.Silenced.Add(("s1", "ops <b>", "new disks", At(180)));
        _api.Fires(Firing("plex-0"), silencedBy: ["s1"]);
        _api.Fires(Firing("plex-1"), silencedBy: ["s1"]);

        await ReconcileAsync(10);

        var incident = (await _bench.IncidentAsync(1)).Incident;
        Assert.Equal(["plex-0"], await FiringPodsAsync(1));
        var writer = new MessageWriter(new Uri("http://bot.example/"), TimeZoneInfo.Utc);
        var message = writer.Write(incident, null, At(10));
        Assert.Equal(["Silenced by ops <b> until 15:00 UTC: new disks"], message.Notes);
        Assert.Empty(writer.Write(incident, null, At(181)).Notes);

        _api.Firing.Clear();
        _api.Fires(Firing("plex-0"));
        await ReconcileAsync(11);
        Assert.Empty(writer.Write((await _bench.IncidentAsync(1)).Incident, null, At(11)).Notes);
        Assert.Equal([ChangeKind.Opened, ChangeKind.Silenced, ChangeKind.Unsuppressed], (await _bench.IncidentAsync(1)).Timeline.Select(line => line.Change.Kind));
    }

    [Fact]
    public async Task What_inhibits_is_named()
    {
        await _bench.ReceiveAsync(Group(Firing("plex-0")));
        var cause = Firing("node") with { Labels = LabelSet.From(("alertname", "NodeDown")), Fingerprint = "00000000000000aa" };
        _api.Fires(cause, receiver: "other");
        _api.Fires(Firing("plex-0"), inhibitedBy: ["00000000000000aa"]);

        await ReconcileAsync(10);

        Assert.Equal(new Suppression(SuppressionKind.Inhibited, "NodeDown"), Assert.Single((await _bench.IncidentAsync(1)).Incident.Alerts.Values).Suppression);
    }

    [Fact]
    public async Task Where_nobody_can_tell_what_is_muted_nothing_is_opened()
    {
        await _bench.ReceiveAsync(Group(Firing("plex-0")));
        _api.TellsMuted = false;
        _api.Fires(Firing("plex-0"));
        _api.Fires(Firing("plex-1"));
        _api.Configuration = "route: {mute_time_intervals: [night]}";
        await ReconcileAsync(10);
        Assert.Equal(["plex-0"], await FiringPodsAsync(1));

        _api.Configuration = "route: {}";
        await ReconcileAsync(11);
        Assert.Equal(["plex-0", "plex-1"], await FiringPodsAsync(1));
    }

    [Fact]
    public async Task Only_receivers_that_post_here_are_ours()
    {
        _api.Fires(Firing("plex-0"));
        await ReconcileAsync(10);
        Assert.Empty(await _bench.IncidentsAsync());

        Source.Receivers.Add("bot");
        await ReconcileAsync(11);
        Assert.Equal(["plex-0"], await FiringPodsAsync(1));
    }

    [Fact]
    public async Task The_copies_of_a_prometheus_pair_are_one_alert_and_the_watchdog_is_none()
    {
        Source.Receivers.Add("bot");
        foreach (var replica in new[] { "a", "b" })
        {
            var labels = LabelSet.From([.. Firing("plex-0").Labels, new Label("prometheus_replica", replica)]);
            _api.Fires(Firing("plex-0", replica is "a" ? 1 : 2) with { Labels = labels, Fingerprint = Fingerprint.Of(labels) });
        }

        _api.Fires(Firing("plex-0") with { Labels = LabelSet.From(("alertname", "Watchdog")), Fingerprint = "00000000000000bb" });
        await ReconcileAsync(10);

        var alert = Assert.Single((await _bench.IncidentAsync(1)).Incident.Alerts.Values);
        Assert.Equal((Firing("plex-0").Fingerprint, At(1)), (alert.Fingerprint, alert.StartsAt));
    }

    [Fact]
    public async Task The_api_is_asked_with_its_token_which_is_in_no_log()
    {
        _api.Authorization = "Bearer hidden";
        await ReconcileAsync(10);
        Assert.Contains("it answered 401", Assert.Single(_bench.Log.Lines), StringComparison.Ordinal);

        Source.ApiToken = new Secret("hidden");
        Source.Receivers.Add("bot");
        _api.Fires(Firing("plex-0"));
        await ReconcileAsync(11);
        Assert.Single(await _bench.IncidentsAsync());

        _api.Authorization = "Basic bWU6aGlkZGVu";
        (Source.ApiToken, Source.ApiUsername, Source.ApiPassword) = (null, "me", new Secret("hidden"));
        await ReconcileAsync(12);
        Assert.DoesNotContain(_bench.Log.Lines, line => line.Contains("hidden", StringComparison.Ordinal));
        Assert.DoesNotContain("again", _bench.Log.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_listed_keeps_an_incident_from_becoming_stale()
    {
        await _bench.ReceiveAsync(Group(Firing("plex-0")));
        _api.Fires(Firing("plex-0"));
        for (var hour = 1; hour <= 12; hour++)
        {
            await ReconcileAsync(hour * 60);
            await _bench.Store.SweepAsync(default);
        }

        Assert.Single((await _bench.IncidentAsync(1)).Timeline);
    }

    private async Task ReconcileAsync(params double[] minutes)
    {
        foreach (var minute in minutes)
        {
            _bench.Clock.Now = At(minute);
            await _bench.ReconcileAsync();
        }
    }

    private async Task<IEnumerable<string?>> FiringPodsAsync(long number) =>
        [.. (await _bench.IncidentAsync(number)).Incident.Alerts.Values.Where(alert => alert.Firing).Select(alert => alert.Labels["pod"]).Order(StringComparer.Ordinal)];
}
