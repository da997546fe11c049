using IncidentBot.Telemetry;

namespace IncidentBot.Storage;

/// <summary>What is stored, and whether it can be read and changed.</summary>
internal sealed class StoreMetrics(IIncidentStore store, SetAside setAside, StoreHealth health, TimeProvider clock) : IMetricSource
{
    /// <summary>When nothing was written for so long, a change that means nothing shows whether anything can be.</summary>
    private static readonly TimeSpan TriedWithin = TimeSpan.FromMinutes(1);

    public async ValueTask WriteAsync(PrometheusText text, CancellationToken cancellationToken)
    {
        var counts = await CountAsync(cancellationToken);
        if (counts is not null)
        {
            text.Family("incidentbot_incidents_open", "gauge", "Incidents that fire or are stale.")
                .Sample("incidentbot_incidents_open", counts.Firing, ("status", "firing"))
                .Sample("incidentbot_incidents_open", counts.Stale, ("status", "stale"));
            text.Family("incidentbot_posts_pending", "gauge", "Posts that do not show what they should.")
                .Sample("incidentbot_posts_pending", counts.Waiting, ("state", "waiting"))
                .Sample("incidentbot_posts_pending", counts.Refused, ("state", "refused"));
        }

        text.Single("incidentbot_incidents_set_aside", "gauge", "Incidents that met a bug and are tried again later.", setAside.Count);
        text.Single("incidentbot_incident_failures_total", "counter", "How often work on an incident met a bug.", setAside.Failures);
        text.Single("incidentbot_store_up", "gauge", "1 when the store can be read and changes become durable.",
            counts is not null && await WritesAsync(cancellationToken) ? 1 : 0);
    }

    private async Task<bool> WritesAsync(CancellationToken cancellationToken)
    {
        if (health.Problem is null && clock.GetUtcNow() - health.WroteAt < TriedWithin)
        {
            return true;
        }

        try
        {
            await store.CheckAsync(cancellationToken);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    private async Task<StoreCounts?> CountAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await store.CountAsync(cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }
}
