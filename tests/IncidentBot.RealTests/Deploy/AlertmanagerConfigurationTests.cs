using System.Text.Json;
using IncidentBot.Settings;
using IncidentBot.Sources;
using IncidentBot.Support;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace IncidentBot.Deploy;

/// <summary>The configurations of Alertmanager and of IncidentBot that come along, held against each other and against the rules.</summary>
public sealed class AlertmanagerConfigurationTests
{
    /// <summary>No machine has taken this pod yet.</summary>
    private const string WithoutMachine = "PodUnschedulable";

    public static TheoryData<string> Versions => AlertmanagerServer.Versions;

    private static readonly string Path = Repository.PathOf("deploy", "alertmanager", "alertmanager.yml");

    private static YamlNode Alertmanager => YamlText.Parse(File.ReadAllText(Path));

    private static YamlNode Bot => YamlText.Parse(File.ReadAllText(Repository.PathOf("deploy", "incidentbot.yml")));

    [Fact]
    public async Task The_heartbeat_that_IncidentBot_waits_for_is_sent_to_it_in_time()
    {
        var source = Assert.Single(Bot.Items("alertmanagers"));
        var heartbeat = source.At("watchdog").Text("alertname");

        var receiver = await ReceiverOfAsync($"alertname={heartbeat}");

        Assert.Contains(receiver, source.Words("receivers"));
        Assert.NotEmpty(Assert.Single(Alertmanager.Items("receivers"), one => one.Text("name") == receiver).Items("webhook_configs"));
        var route = Assert.Single(Alertmanager.At("route").Items("routes"), one => one.Words("matchers").Contains($"alertname = {heartbeat}"));
        Assert.True(Time(route, "group_interval") + Time(route, "repeat_interval") < Time(source.At("watchdog")!, "missing_after") / 2);
    }

    [Fact]
    public void The_incident_of_a_heartbeat_that_is_missing_has_a_page() =>
        Assert.Single(RunbookPage.All, page => page.Aliases.Contains(WatchdogWatch.AlertName));

    [Fact]
    public async Task Alerts_without_a_route_of_their_own_reach_IncidentBot() =>
        Assert.Equal(await ReceiverOfAsync("alertname=Watchdog"), await ReceiverOfAsync("alertname=Anything"));

    [Fact]
    public void A_machine_that_is_down_explains_the_alerts_of_its_own_pods_in_both_files()
    {
        string[] same = ["cluster", "node"];
        Assert.Contains(Bot.Items("inhibit"), rule => rule.At("source").Text("alertname") == "NodeDown" && rule.Words("equal").SequenceEqual(same));
        Assert.Contains(Alertmanager.Items("inhibit_rules"), rule =>
            rule.Words("source_matchers").Contains("alertname = NodeDown") && rule.Words("equal").SequenceEqual(same));
        Report.None(
            from rule in AlertRule.All
            where rule.Name == "NodeDown" || (rule.Label("service") == "kubernetes" && rule.Annotation("summary").Contains("$labels.pod ", StringComparison.Ordinal))
            where rule.Label("node").Length == 0 && rule.Name != WithoutMachine
            select $"{rule} has no label node, by which NodeDown explains it");
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Alertmanager_holds_back_the_pods_of_the_machine_that_is_down_and_no_others(string version)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var alertmanager = await AlertmanagerServer.StartAsync(version, File.ReadAllText(Path), cancel);

        await alertmanager.PostAlertsAsync(
            """
            [
              { "labels": { "alertname": "NodeDown", "severity": "critical", "service": "nodes", "cluster": "home", "node": "worker-1" } },
              { "labels": { "alertname": "PodNotReady", "severity": "warning", "service": "kubernetes", "cluster": "home", "node": "worker-1" } },
              { "labels": { "alertname": "PodNotReady", "severity": "warning", "service": "kubernetes", "cluster": "home", "node": "worker-2" } },
              { "labels": { "alertname": "PodNotReady", "severity": "warning", "service": "kubernetes", "cluster": "lab", "node": "worker-1" } },
              { "labels": { "alertname": "PodCrashLooping", "severity": "critical", "service": "kubernetes", "cluster": "home", "node": "worker-1" } },
              { "labels": { "alertname": "PodUnschedulable", "severity": "warning", "service": "kubernetes", "cluster": "home" } }
            ]
            """, cancel);

        // It looks at what it was sent a moment later.
        var held = await HeldAsync(alertmanager, cancel);
        for (var i = 0; i < 100 && held.Count == 0; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancel);
            held = await HeldAsync(alertmanager, cancel);
        }

        Assert.Equal(["PodNotReady home worker-1"], held);
    }

    [Fact]
    public void What_is_inhibited_is_known()
    {
        var named = Alertmanager.Items("inhibit_rules")
            .SelectMany(rule => rule.Words("source_matchers").Concat(rule.Words("target_matchers")))
            .Where(matcher => matcher.StartsWith("alertname = ", StringComparison.Ordinal))
            .Select(matcher => matcher["alertname = ".Length..]).ToList();
        Assert.NotEmpty(named);
        Report.None(named.Where(name => AlertRule.All.All(rule => rule.Name != name)).Select(name => $"{Path}: no rule is called {name}"));
    }

    private static TimeSpan Time(YamlNode node, string key)
    {
        Assert.True(Duration.TryParse(node.Text(key), out var time), key);
        return time.Value;
    }

    private static async Task<List<string>> HeldAsync(AlertmanagerServer alertmanager, CancellationToken cancellationToken)
    {
        var listed = await Loopback.Client.GetStringAsync(new Uri(alertmanager.Url, "/api/v2/alerts"), cancellationToken);
        using var alerts = JsonDocument.Parse(listed);
        return
        [
            .. from alert in alerts.RootElement.EnumerateArray()
               where alert.GetProperty("status").GetProperty("inhibitedBy").GetArrayLength() > 0
               let labels = alert.GetProperty("labels")
               select string.Join(' ', from name in (string[])["alertname", "cluster", "node"] where labels.TryGetProperty(name, out _) select labels.GetProperty(name).GetString()),
        ];
    }

    private static async Task<string> ReceiverOfAsync(string label)
    {
        await using var amtool = ServerProcess.Start(
            Support.Requirements.Amtool, ["config", "routes", "test", $"--config.file={Path}", label], Repository.Root);
        Assert.True(await amtool.WaitAsync(TestContext.Current.CancellationToken) == 0, amtool.LogTail);
        return amtool.LogTail.Split('\n').Last(line => line.Length > 0 && !line.StartsWith("Warning", StringComparison.Ordinal));
    }
}
