using System.Text;
using IncidentBot.Alerts;
using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Runbooks;
using IncidentBot.Settings;
using IncidentBot.Support;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static IncidentBot.Support.BotFixture;
using static IncidentBot.Support.Say;

namespace IncidentBot.Line;

/// <summary>What fails because something fails that it needs: said with its cause, and held where a lane says so.</summary>
public sealed class CascadeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("incidentbot-cascade-");
    private readonly ITestOutputHelper _output;

    public CascadeTests(ITestOutputHelper output)
    {
        _output = output;
        File.Copy(Repository.PathOf("runbooks", "services.yml"), Path.Combine(_folder.FullName, "services.yml"));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_machine_that_dies_is_one_announcement_that_names_what_it_drags_along()
    {
        var (without, _) = await PlayAsync(_ => { });
        var (with, message) = await PlayAsync(Holding);
        _output.WriteLine($"A machine dies, 44 alerts: {with} announcement with the graph, {without} without it. The one says:\n{message}");

        Assert.Equal((44, 1), (without, with));
        Assert.Contains("NodeDown", message, StringComparison.Ordinal);
        Assert.Contains("Also burning because of this: 43 incidents: #2 EmailRoundtripFailing, #44 TraefikDown, #3 ImmichSearchProbeFailing, 40 × PodNotReady", message, StringComparison.Ordinal);

        async Task<(int Announced, string First)> PlayAsync(Action<BotOptions> configure)
        {
            await using var bot = await BotFixture.StartAsync(configure);
            foreach (var notification in Cascade("firing"))
            {
                await bot.PostAsync(notification);
            }

            await bot.AtAsync("12:03");
            var announced = (await bot.PostsAsync()).Count(post => post.Subject is PostSubject.OfIncident && post.Room.ToString() == InSlack);
            return (announced, bot.Shown(InSlack)[0].Text);
        }
    }

    [Fact]
    public async Task What_recovers_within_the_grace_after_its_cause_is_never_announced()
    {
        await using var bot = await BotFixture.StartAsync(Holding);
        foreach (var notification in Cascade("firing"))
        {
            await bot.PostAsync(notification);
        }

        await bot.AtAsync("12:10");
        var ends = Cascade("resolved", 10);
        await bot.PostAsync(ends[0]);
        await bot.AtAsync("12:11:30");
        foreach (var end in ends.Skip(1))
        {
            await bot.PostAsync(end);
        }

        await bot.AtAsync("12:30");
        var message = bot.Expect(InSlack, "RESOLVED", "NodeDown");
        Assert.StartsWith("✅ RESOLVED after 10 min: NodeDown #1", Assert.Single(bot.Replies(InSlack, message)).Text, StringComparison.Ordinal);
        Assert.Single(await bot.PostsAsync(), post => post.Room.ToString() == InSlack);
        Assert.Empty((await bot.ApiAsync("api/v1/incidents"))["incidents"]!.AsArray());
    }

    [Fact]
    public async Task What_still_fires_after_the_grace_is_announced_then()
    {
        await using var bot = await BotFixture.StartAsync(Holding);
        await bot.PostAsync(Alert("NodeDown", 0, ("instance", "ruapehu:9100"), ("severity", "critical")));
        await bot.PostAsync(Alert("TraefikDown", 0, ("service", "traefik"), ("severity", "critical")));
        await bot.AtAsync("12:10");
        bot.Expect(InSlack, "NodeDown", "Also burning because of this: #2 TraefikDown");

        await bot.PostAsync(Alert("NodeDown", 0, 10, ("instance", "ruapehu:9100"), ("severity", "critical")));
        await bot.AtAsync("12:11:50");
        Assert.Single(bot.Shown(InSlack));
        await bot.AtAsync("12:12:30");
        Assert.Equal(2, bot.Shown(InSlack).Count);
        Assert.Contains("TraefikDown", bot.Shown(InSlack)[1].Text, StringComparison.Ordinal);
        Assert.NotEmpty(bot.Shown(InSlack)[1].Mentions);
    }

    [Fact]
    public async Task Without_holding_the_cause_is_named_in_message_thread_page_and_programs_answer()
    {
        await using var bot = await BotFixture.StartAsync(Knowing);
        await bot.PostAsync(Alert("ImmichSearchProbeFailing", 0, ("service", "immich"), ("severity", "warning")));
        await bot.AtAsync("12:00:40");
        await bot.PostAsync(Alert("TraefikDown", 0.66, ("service", "traefik"), ("severity", "critical")));
        await bot.AtAsync("12:02");

        var (photos, traefik) = (bot.Shown(InSlack)[0], bot.Shown(InSlack)[1]);
        Assert.Contains("Probably caused by #2 TraefikDown (immich → traefik)", photos.Text, StringComparison.Ordinal);
        Assert.Contains("Also burning because of this: #1 ImmichSearchProbeFailing", traefik.Text, StringComparison.Ordinal);
        var told = Assert.Single(bot.Replies(InSlack, photos));
        Assert.Contains("Probably caused by #2 TraefikDown (immich → traefik)", told.Text, StringComparison.Ordinal);
        Assert.Empty(told.Mentions);
        var answer = await bot.ApiAsync("api/v1/incidents/1");
        Assert.Equal("[2]", answer["caused_by"]!.ToJsonString());
        Assert.Equal(("#2 TraefikDown (immich → traefik)", false), ((string?)answer["cause"], (bool)answer["held"]!));
        var page = await bot.Client.GetStringAsync(new Uri("incidents/1", UriKind.Relative));
        Assert.Contains("Probably caused by", page, StringComparison.Ordinal);
        Assert.DoesNotContain("so it is not announced", page, StringComparison.Ordinal);

        await bot.PostAsync(Alert("TraefikDown", 0.66, 5, ("service", "traefik"), ("severity", "critical")));
        await bot.AtAsync("12:06");
        Assert.DoesNotContain("Probably caused", bot.Shown(InSlack)[0].Text, StringComparison.Ordinal);
        Assert.Contains("Still firing, though its probable cause is over: #2 TraefikDown (immich → traefik)", bot.Replies(InSlack, bot.Shown(InSlack)[0])[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_child_that_came_first_is_edited_and_calls_nobody_again()
    {
        await using var bot = await BotFixture.StartAsync(options =>
        {
            Holding(options);
            options.Lanes[0].Escalate = [new EscalationOptions { After = TimeSpan.FromMinutes(10), Mention = ["everyone"] }];
            options.Lanes[0].RemindEvery = TimeSpan.FromMinutes(15);
        });
        await bot.PostAsync(Alert("EmailRoundtripFailing", 0, ("service", "mail"), ("severity", "critical")));
        await bot.AtAsync("12:00:40");
        await bot.PostAsync(Alert("NodeDown", 0.66, ("instance", "ruapehu:9100"), ("severity", "critical")));
        await bot.AtAsync("12:50");

        var mail = bot.Shown(InSlack)[0];
        Assert.NotEmpty(mail.Mentions);
        Assert.Contains("Probably caused by #2 NodeDown (mail → prod-cluster → ruapehu)", mail.Text, StringComparison.Ordinal);
        Assert.All(bot.Replies(InSlack, mail), reply => Assert.Empty(reply.Mentions));
        Assert.DoesNotContain(bot.Replies(InSlack, mail), reply => reply.Text.Contains("Escalated", StringComparison.Ordinal));

        // Its own end is told at once, also while the cause burns.
        await bot.PostAsync(Alert("EmailRoundtripFailing", 0, 50, ("service", "mail"), ("severity", "critical")));
        await bot.AtAsync("12:51");
        Assert.Contains("RESOLVED", bot.Shown(InSlack)[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redundant_services_explain_nothing_until_all_of_them_are_down()
    {
        await using var bot = await BotFixture.StartAsync(Holding);
        await bot.PostAsync(Alert("PrometheusRuleEvaluationFailing", 0, ("service", "prometheus"), ("severity", "critical")));
        await bot.PostAsync(Alert("GrafanaDown", 0, ("service", "grafana"), ("severity", "warning")));
        await bot.AtAsync("12:02");
        Assert.Equal(2, bot.Shown(InSlack).Count);
        Assert.Null((string?)(await bot.ApiAsync("api/v1/incidents/2"))["cause"]);

        await bot.PostAsync(Alert("PrometheusRemoteWriteFailing", 2, ("service", "victoriametrics"), ("severity", "warning")));
        await bot.AtAsync("12:04");
        Assert.Equal("#1 PrometheusRuleEvaluationFailing (grafana → prometheus)", (string?)(await bot.ApiAsync("api/v1/incidents/2"))["cause"]);

        await bot.PostAsync(Alert("PrometheusRemoteWriteFailing", 2, 4, ("service", "victoriametrics"), ("severity", "warning")));
        await bot.AtAsync("12:08");
        Assert.Null((string?)(await bot.ApiAsync("api/v1/incidents/2"))["cause"]);
    }

    [Fact]
    public async Task A_cause_that_somebody_has_is_still_the_cause_and_says_so()
    {
        await using var bot = await BotFixture.StartAsync(Holding);
        await bot.PostAsync(Alert("NodeDown", 0, ("instance", "ruapehu:9100"), ("severity", "critical")));
        await bot.PostAsync(Alert("TraefikDown", 0, ("service", "traefik"), ("severity", "critical")));
        await bot.Store.AcknowledgeAsync(1, "Ada", "", CancellationToken.None);
        await bot.AtAsync("12:02");

        Assert.Equal("#1 NodeDown (traefik → prod-cluster → ruapehu, acknowledged by Ada)", (string?)(await bot.ApiAsync("api/v1/incidents/2"))["cause"]);
        bot.Expect(InSlack, "NodeDown", "Also burning because of this: #2 TraefikDown");
    }

    [Fact]
    public async Task What_is_worse_than_its_cause_is_announced_all_the_same()
    {
        await using var bot = await BotFixture.StartAsync(Holding);
        await bot.PostAsync(Alert("HighLatency", 0, ("service", "traefik"), ("severity", "warning")));
        await bot.PostAsync(Alert("AuthentikDown", 0, ("service", "authentik"), ("severity", "critical")));
        await bot.AtAsync("12:02");

        Assert.Equal(2, bot.Shown(InSlack).Count);
        Assert.Contains("Probably caused by #1 HighLatency (authentik → traefik)", bot.Shown(InSlack)[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_keeps_what_is_held_and_a_list_without_the_service_announces_it()
    {
        await using var bot = await BotFixture.StartAsync(Holding);
        await bot.PostAsync(Alert("NodeDown", 0, ("instance", "ruapehu:9100"), ("severity", "critical")));
        await bot.PostAsync(Alert("TraefikDown", 0, ("service", "traefik"), ("severity", "critical")));
        await bot.AtAsync("12:02");
        await bot.RestartAsync();
        await bot.AtAsync("12:20");
        Assert.Single(bot.Shown(InSlack));

        File.WriteAllText(Path.Combine(_folder.FullName, "services.yml"), "services: [{ name: traefik, tier: 1 }]\n");
        bot.Services.GetRequiredService<RunbookLibrary>().Look();
        await bot.AtAsync("12:24");
        Assert.Equal(2, bot.Shown(InSlack).Count);
    }

    private void Knowing(BotOptions options) => options.Runbooks.Path = [_folder.FullName];

    private void Holding(BotOptions options)
    {
        Knowing(options);
        options.Lanes.ForEach(lane => lane.Cascade = "hold");
    }

    /// <summary>What a real Alertmanager posted when a machine died, the machine's own first.</summary>
    private static List<Notification> Cascade(string name, double minute = 0)
    {
        var bodies = File.ReadAllLines(Repository.PathOf("webhooks", "cascade", $"{name}.jsonl"));
        return [.. bodies.Select(Read).OrderByDescending(notification => notification.Alerts[0].Labels["alertname"] is "NodeDown")];

        Notification Read(string body)
        {
            var (notification, problem) = NotificationReader.Read(Encoding.UTF8.GetBytes(body), "home", Recorded.Ignored);
            Assert.Null(problem);
            return notification! with
            {
                Alerts = [.. notification!.Alerts.Select(alert => alert with { StartsAt = Noon, EndsAt = alert.EndsAt is null ? null : At(minute) })],
            };
        }
    }

    private static Notification Alert(string name, double begin, params (string Name, string Value)[] labels) => Alert(name, begin, null, labels);

    private static Notification Alert(string name, double begin, double? end, params (string Name, string Value)[] labels)
    {
        var all = LabelSet.From([("alertname", name), .. labels]);
        var report = new AlertReport(Fingerprint.Of(all), all, LabelSet.Empty, At(begin), end is { } minutes ? At(minutes) : null, "");
        return Group(report) with { GroupLabels = LabelSet.From(("alertname", name)) };
    }
}
