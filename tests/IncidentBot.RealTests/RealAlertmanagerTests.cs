using IncidentBot.Alerts;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot;

/// <summary>Rules in a real Prometheus, through a real Alertmanager, read from what it posts.</summary>
public sealed class RealAlertmanagerTests(ITestOutputHelper output)
{
    private const string Rules = """
        groups:
          - name: pods
            rules:
              - alert: PodNotReady
                expr: pod_ready == 0
                labels: {severity: warning}
                annotations: {summary: "Pod {{ $labels.namespace }}/{{ $labels.pod }} is not ready"}
        """;

    public static TheoryData<string> Versions => AlertmanagerServer.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_alert_that_fires_is_joined_and_resolves_is_read_as_such(string version)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var sink = await WebhookSink.StartAsync(cancel);
        await using var alertmanager = await AlertmanagerServer.StartAsync(version, AlertmanagerServer.Posting(sink.Url), cancel);
        await using var prometheus = await PrometheusServer.StartAsync(Rules, [alertmanager.Url], cancel);

        prometheus.Target.Set("pod_ready{namespace=\"media\",pod=\"plex-0\"}", 0);
        var first = await NextAsync(sink, cancel);
        Assert.Equal(["plex-0 firing"], Said(first));
        Assert.Equal("incidentbot.home", first.Receiver);
        Assert.Equal(LabelSet.From(("alertname", "PodNotReady"), ("namespace", "media")), first.GroupLabels);
        Assert.Equal("Pod media/plex-0 is not ready", first.Alerts[0].Annotations["summary"]);
        Assert.Equal(Fingerprint.Of(first.Alerts[0].Labels), first.Alerts[0].Fingerprint);
        Assert.StartsWith("http://prometheus.example:9090/graph", first.Alerts[0].GeneratorUrl, StringComparison.Ordinal);

        prometheus.Target.Set("pod_ready{namespace=\"media\",pod=\"plex-1\"}", 0);
        Assert.Equal(["plex-0 firing", "plex-1 firing"], Said(await NextAsync(sink, cancel)));

        prometheus.Target.Set("pod_ready{namespace=\"media\",pod=\"plex-0\"}", 1);
        Assert.Equal(["plex-0 resolved", "plex-1 firing"], Said(await NextAsync(sink, cancel)));

        prometheus.Target.Set("pod_ready{namespace=\"media\",pod=\"plex-1\"}", null);
        Assert.Contains("plex-1 resolved", Said(await NextAsync(sink, cancel)));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_server_that_cannot_start_fails_the_test_with_what_it_printed(string version)
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            AlertmanagerServer.StartAsync(version, "route: {receiver: nobody}", TestContext.Current.CancellationToken));

        Assert.Contains("ended with code 1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("undefined receiver", failure.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Said(Notification notification) =>
        notification.Alerts.Select(alert => $"{alert.Labels["pod"]} {(alert.Firing ? "firing" : "resolved")}").Order(StringComparer.Ordinal);

    private async Task<Notification> NextAsync(WebhookSink sink, CancellationToken cancellationToken)
    {
        var body = await sink.NextAsync(cancellationToken);
        output.WriteLine(System.Text.Encoding.UTF8.GetString(body));
        var (notification, problem) = NotificationReader.Read(body, "home", Recorded.Ignored);
        Assert.Null(problem);
        return notification!;
    }
}
