using IncidentBot.Telemetry;

namespace IncidentBot.Runbooks;

/// <summary>How many runbooks there are.</summary>
internal sealed class RunbookMetrics : IMetricSource
{
    private long _pages;
    private long _broken;

    /// <summary>Runbooks that are served, and those among them that are broken.</summary>
    public void Read(int pages, int broken)
    {
        Interlocked.Exchange(ref _pages, pages);
        Interlocked.Exchange(ref _broken, broken);
    }

    public ValueTask WriteAsync(PrometheusText text, CancellationToken cancellationToken)
    {
        text.Single("incidentbot_runbooks_pages", "gauge", "Runbooks that are served.", Interlocked.Read(ref _pages));
        text.Single("incidentbot_runbooks_broken", "gauge", "Runbooks that are shown with an error.", Interlocked.Read(ref _broken));
        return ValueTask.CompletedTask;
    }
}
