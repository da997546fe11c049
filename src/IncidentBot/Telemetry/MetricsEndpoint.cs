using System.Diagnostics;
using IncidentBot.Loops;
using IncidentBot.Storage;

namespace IncidentBot.Telemetry;

/// <summary><c>GET /metrics</c>: what is counted, as Prometheus reads it.</summary>
internal static class MetricsEndpoint
{
    public static void MapMetrics(this IEndpointRouteBuilder routes) => routes.MapRead("/metrics", ScrapeAsync);

    private static async Task<IResult> ScrapeAsync(
        BotMetrics metrics, IIncidentStore store, LoopBook loops, TimeProvider clock, CancellationToken cancellationToken)
    {
        var text = new PrometheusText();
        text.Family("incidentbot_build_info", "gauge", "Always 1; the version is in the label.")
            .Sample("incidentbot_build_info", 1, ("version", BotVersion.Text));
        text.Family("incidentbot_webhooks_total", "counter", "Alertmanager webhooks by the HTTP status of their answer.");
        foreach (var (status, count) in metrics.Webhooks)
        {
            text.Sample("incidentbot_webhooks_total", count, ("code", status.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }

        text.Single("incidentbot_webhook_alerts_total", "counter", "Alerts in webhooks that were taken.", metrics.Alerts);
        text.Single("incidentbot_webhook_overloads_total", "counter", "Webhooks answered 503 because too many bytes waited for the disk.", metrics.Overloads);
        text.Histogram("incidentbot_webhook_duration_seconds", "From the arrival of a webhook to its answer.", metrics.WebhookSeconds);
        text.Family("incidentbot_delivery_attempts_total", "counter", "Requests to chat vendors by channel and how they ended.");
        foreach (var ((channel, result), count) in metrics.Attempts)
        {
            text.Sample("incidentbot_delivery_attempts_total", count, ("channel", channel), ("result", result));
        }

        text.Family("incidentbot_alertmanager_reads_total", "counter", "Readings of an Alertmanager's own list of alerts by source and how they ended.");
        foreach (var ((source, read), count) in metrics.SourceReads)
        {
            text.Sample("incidentbot_alertmanager_reads_total", count, ("source", source), ("result", read ? "read" : "failed"));
        }

        text.Histogram("incidentbot_delivery_delay_seconds", "From the moment that something was wanted in a room to the moment that the room showed it.", metrics.DeliverySeconds);
        text.Single("incidentbot_runbooks_pages", "gauge", "Runbooks that are served.", metrics.RunbookCounts.Pages);
        text.Single("incidentbot_runbooks_broken", "gauge", "Runbooks that are shown with an error.", metrics.RunbookCounts.Broken);
        text.Single("incidentbot_oldest_waiting_post_seconds", "gauge", "How long the oldest post has waited that neither quiet hours nor a storm hold back.",
            metrics.OldestWaiting() is { } oldest ? Math.Max(0, (clock.GetUtcNow() - oldest).TotalSeconds) : 0);
        text.Family("incidentbot_loop_failures_total", "counter", "Turns of background loops that failed and were tried again.");
        foreach (var loop in loops.Loops)
        {
            text.Sample("incidentbot_loop_failures_total", loop.Failures, ("loop", loop.Name));
        }

        await StoreAsync(text, store, cancellationToken);
        using var process = Process.GetCurrentProcess();
        text.Single("process_resident_memory_bytes", "gauge", "Resident memory.", process.WorkingSet64);
        text.Single("process_cpu_seconds_total", "counter", "Processor time used.", process.TotalProcessorTime.TotalSeconds);
        return Results.Text(text.ToString(), PrometheusText.ContentType);
    }

    private static async Task StoreAsync(PrometheusText text, IIncidentStore store, CancellationToken cancellationToken)
    {
        try
        {
            var counts = await store.CountAsync(cancellationToken);
            text.Family("incidentbot_incidents_open", "gauge", "Incidents that fire or are stale.")
                .Sample("incidentbot_incidents_open", counts.Firing, ("status", "firing"))
                .Sample("incidentbot_incidents_open", counts.Stale, ("status", "stale"));
            text.Family("incidentbot_posts_pending", "gauge", "Posts that do not show what they should.")
                .Sample("incidentbot_posts_pending", counts.Waiting, ("state", "waiting"))
                .Sample("incidentbot_posts_pending", counts.Refused, ("state", "refused"));
            text.Single("incidentbot_store_up", "gauge", "1 when the store can be read.", 1);
        }
        catch (StoreUnavailableException)
        {
            text.Single("incidentbot_store_up", "gauge", "1 when the store can be read.", 0);
        }
    }
}
