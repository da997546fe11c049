using IncidentBot.Telemetry;

namespace IncidentBot.Sources;

/// <summary>What was refused at the door lately, and what of notifications had to be repaired or left out.</summary>
internal sealed class RefusalMetrics(WebhookRefusals refusals) : IMetricSource
{
    public ValueTask WriteAsync(PrometheusText text, CancellationToken cancellationToken)
    {
        var recent = refusals.Recent;
        text.Family("incidentbot_webhook_refusals_recent", "gauge",
            "Notifications (credentials, body) or alerts that were refused, of senders that were refused within the last hour.");
        foreach (var (kind, word) in new[]
            { (RefusalKind.Credentials, "credentials"), (RefusalKind.Body, "body"), (RefusalKind.Alerts, "alerts") })
        {
            text.Sample("incidentbot_webhook_refusals_recent",
                recent.Where(refusal => refusal.Kind == kind).Sum(refusal => refusal.Count), ("kind", word));
        }

        text.Single("incidentbot_webhook_values_repaired_total", "counter", "Odd values in notifications that were repaired and shown.",
            refusals.Repaired);
        text.Single("incidentbot_webhook_alerts_left_out_total", "counter", "Alerts of notifications that could not be used.",
            refusals.LeftOutInAll);
        return ValueTask.CompletedTask;
    }
}
