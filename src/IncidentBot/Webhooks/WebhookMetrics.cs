using System.Collections.Concurrent;
using System.Globalization;
using IncidentBot.Telemetry;

namespace IncidentBot.Webhooks;

/// <summary>How many webhooks came, how they were answered, and how long that took.</summary>
internal sealed class WebhookMetrics : IMetricSource
{
    private readonly ConcurrentDictionary<int, long> _webhooks = new();
    private readonly Histogram _seconds = new(Histogram.Seconds);
    private long _alerts;
    private long _overloads;

    /// <summary>A webhook was answered.</summary>
    /// <param name="alerts">How many alerts of it were taken.</param>
    public void Answered(int status, int alerts, TimeSpan took)
    {
        _webhooks.AddOrUpdate(status, 1, (_, count) => count + 1);
        Interlocked.Add(ref _alerts, alerts);
        _seconds.Observe(took.TotalSeconds);
    }

    /// <summary>A webhook was refused because too many bytes waited for the disk.</summary>
    public void Overload() => Interlocked.Increment(ref _overloads);

    public ValueTask WriteAsync(PrometheusText text, CancellationToken cancellationToken)
    {
        text.Family("incidentbot_webhooks_total", "counter", "Alertmanager webhooks by the HTTP status of their answer.");
        foreach (var (status, count) in _webhooks)
        {
            text.Sample("incidentbot_webhooks_total", count, ("code", status.ToString(CultureInfo.InvariantCulture)));
        }

        text.Single("incidentbot_webhook_alerts_total", "counter", "Alerts in webhooks that were taken.", Interlocked.Read(ref _alerts));
        text.Single("incidentbot_webhook_overloads_total", "counter", "Webhooks answered 503 because too many bytes waited for the disk.",
            Interlocked.Read(ref _overloads));
        text.Histogram("incidentbot_webhook_duration_seconds", "From the arrival of a webhook to its answer.", _seconds);
        return ValueTask.CompletedTask;
    }
}
