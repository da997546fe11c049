using System.Globalization;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Line;

/// <summary>
/// One storm in real time through a real Alertmanager into two Slack channels that keep Slack's limits: one that IncidentBot
/// writes into, one that Alertmanager's own Slack receiver writes into.
/// </summary>
[Collection(typeof(Alone))]
public sealed class StormComparisonTests(ITestOutputHelper output)
{
    private const string Token = "a-token-of-this-test";
    private const string Channel = "C01";

    private static readonly TimeSpan Calm = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan CriticalWithin = TimeSpan.FromSeconds(2);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    [Trait(Requirements.Needs, Requirements.Alertmanager)]
    public async Task In_a_storm_no_critical_waits_nothing_is_refused_and_every_group_is_found()
    {
        await using var ours = await SlackServer.StartAsync(TimeProvider.System);
        await using var theirs = await SlackServer.StartAsync(TimeProvider.System);
        using var folder = new TemporaryFolder();
        var port = Loopback.FreePort();
        await using var alertmanager = await AlertmanagerServer.StartAsync(AlertmanagerServer.Newest, Both(port, theirs), Stop);
        await using var bot = new BotProcess(folder, Configuration(ours, alertmanager.Url));
        await bot.StartAsync(Stop, port);

        var storm = new AlertmanagerStorm(alertmanager);
        await storm.RunAsync(Stop);
        await Task.Delay(Calm, TimeProvider.System, Stop);

        var column = StormColumn.Of("IncidentBot", storm, ours, Channel);
        var other = StormColumn.Of("Alertmanager 0.34.2", storm, theirs, Channel);
        Print(storm, column, other);
        Assert.Equal(0, await bot.TerminateAsync(Stop));

        List<string> complaints = [.. ours.Violations];
        Expect(column.NeverDelivered == 0, $"{column.NeverDelivered} criticals were never delivered");
        Expect(column.Delays.All(delay => delay <= CriticalWithin), $"a critical came {StormColumn.Seconds(column.Percentile(1))} after group_wait");
        Expect(column.Refused == 0, $"{column.Refused} requests were refused");
        Expect(column.PerAlert <= 0.05, $"{column.PerAlert:0.000} messages per alert");
        Expect(column.Named == AlertmanagerStorm.Groups, $"{column.Named} of {AlertmanagerStorm.Groups} groups are named");
        Report.None(complaints);

        void Expect(bool met, string otherwise)
        {
            if (!met)
            {
                complaints.Add(otherwise);
            }
        }
    }

    /// <summary>One route that tells both receivers of every group.</summary>
    private static string Both(int port, SlackServer slack) =>
        $$"""
        route:
          receiver: nobody
          group_by: [alertname, namespace]
          group_wait: 1s
          group_interval: 1m
          repeat_interval: 4h
          routes:
            - { receiver: incidentbot, continue: true }
            - { receiver: slack }
        receivers:
          - name: nobody
          - name: incidentbot
            webhook_configs:
              - url: "http://127.0.0.1:{{port}}/webhooks/alertmanager"
                http_config: { authorization: { credentials: "{{Token}}" } }
          - name: slack
            slack_configs:
              - { api_url: "{{slack.IncomingWebhook(Channel)}}", channel: "#alerts", send_resolved: true }
        """;

    private static string Configuration(SlackServer slack, Uri alertmanager) =>
        $$"""
        server: { listen: "127.0.0.1:0", external_url: "{{Vendors.Pages}}", log_level: warning }
        alertmanagers:
          - { source: home, urls: ["{{alertmanager}}"], webhook_token: "{{Token}}" }
        channels:
          slack: { api_url: "{{slack.ApiUrl}}", bot_token: "{{SlackServer.Token}}" }
        lanes:
          - { name: critical, match: { severity: critical }, rooms: ["slack:{{Channel}}"], mention: everyone }
          - { name: warning, match: { severity: warning }, rooms: ["slack:{{Channel}}"] }
          - { name: info, match: {}, rooms: ["slack:{{Channel}}"], quiet: true }
        """;

    private void Print(AlertmanagerStorm storm, params StormColumn[] columns)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{storm.Alerts:N0} alerts in {AlertmanagerStorm.Groups:N0} groups and {storm.Criticals.Count} criticals within {storm.Took.TotalSeconds:0} s, then {Calm.TotalSeconds:0} s of calm; group_wait 1 s, group_interval 1 m"));
        foreach (var row in StormColumn.Heads.Select((head, index) => (Head: head, Index: index)))
        {
            output.WriteLine(row.Head.PadRight(34) + string.Concat(columns.Select(column => column.Cells()[row.Index].PadLeft(22))));
        }
    }
}
