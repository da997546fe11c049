using System.Globalization;
using System.Text;

namespace IncidentBot.Benchmarks;

/// <summary>What is being said: one group of ten alerts, as a webhook and as the same alerts for Alertmanager's own API.</summary>
internal sealed class Bodies
{
    public const int AlertsInWebhook = 10;

    private const string Mark = "77777777";

    private readonly DateTimeOffset _start = DateTimeOffset.UtcNow.AddMinutes(-1);
    private readonly Template _webhook, _webhookChanged, _alerts, _alertsChanged;

    public Bodies()
    {
        (_webhook, _webhookChanged) = (new Template(WebhookText(false)), new Template(WebhookText(true)));
        (_alerts, _alertsChanged) = (new Template(AlertsText(false)), new Template(AlertsText(true)));
    }

    /// <summary>The webhook of a group, in its first form or changed: three alerts resolved, the others with a new value.</summary>
    public byte[] Webhook(int group, bool changed) => (changed ? _webhookChanged : _webhook).With(group);

    /// <summary>The same alerts as Prometheus posts them to Alertmanager.</summary>
    public byte[] Alerts(int group, bool changed) => (changed ? _alertsChanged : _alerts).With(group);

    private string WebhookText(bool changed) =>
        $$"""
        {"receiver":"incidentbot","status":"firing","alerts":[{{string.Join(',', Enumerable.Range(0, AlertsInWebhook).Select(alert => WebhookAlert(alert, changed)))}}],"groupLabels":{"alertname":"PodNotReady","namespace":"n-{{Mark}}"},"commonLabels":{"alertname":"PodNotReady","cluster":"home","namespace":"n-{{Mark}}","severity":"warning"},"commonAnnotations":{},"externalURL":"http://alertmanager.example:9093","version":"4","groupKey":"{}:{alertname=\"PodNotReady\", namespace=\"n-{{Mark}}\"}","truncatedAlerts":0}
        """;

    private string AlertsText(bool changed) => $"[{string.Join(',', Enumerable.Range(0, AlertsInWebhook).Select(alert => ApiAlert(alert, changed)))}]";

    private string WebhookAlert(int alert, bool changed)
    {
        var over = changed && alert < 3;
        return $$"""{"status":"{{(over ? "resolved" : "firing")}}",{{Common(alert, changed)}},"startsAt":"{{Time(_start)}}","endsAt":"{{(over ? Time(_start.AddSeconds(30)) : "0001-01-01T00:00:00Z")}}","fingerprint":"{{alert:x8}}{{Mark}}"}""";
    }

    private string ApiAlert(int alert, bool changed) =>
        $$"""{{{Common(alert, changed)}},"startsAt":"{{Time(_start)}}","endsAt":"{{Time(changed && alert < 3 ? _start.AddSeconds(30) : _start.AddHours(2))}}"}""";

    private static string Common(int alert, bool changed) =>
        $$"""
        "labels":{"alertname":"PodNotReady","cluster":"home","container":"app","instance":"10.20.0.{{alert}}:8080","job":"kube-state-metrics","namespace":"n-{{Mark}}","pod":"app-{{Mark}}-{{alert}}","severity":"warning"},"annotations":{"description":"Pod has been in not ready state for more than 15 minutes (current: {{(changed ? 19 : 16)}} min)","runbook_url":"https://runbooks.example.org/pod-not-ready","summary":"Pod app-{{Mark}}-{{alert}} not ready"},"generatorURL":"http://prometheus.example:9090/graph?g0.expr=kube_pod_status_ready%7Bcondition%3D%22true%22%7D+%3D%3D+0&g0.tab=1"
        """;

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    /// <summary>A body in which the number of the group is written over a mark, so that making one costs the driver next to nothing.</summary>
    private sealed class Template
    {
        private readonly byte[] _text;
        private readonly List<int> _places = [];

        public Template(string text)
        {
            _text = Encoding.ASCII.GetBytes(text);
            for (var at = text.IndexOf(Mark, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Mark, at + 1, StringComparison.Ordinal))
            {
                _places.Add(at);
            }
        }

        public byte[] With(int group)
        {
            var body = _text.AsSpan().ToArray();
            Span<byte> digits = stackalloc byte[Mark.Length];
            System.Buffers.Text.Utf8Formatter.TryFormat(group, digits, out _, new System.Buffers.StandardFormat('D', (byte)Mark.Length));
            foreach (var place in _places)
            {
                digits.CopyTo(body.AsSpan(place));
            }

            return body;
        }
    }
}
