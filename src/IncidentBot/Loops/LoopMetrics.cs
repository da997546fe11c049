using IncidentBot.Telemetry;

namespace IncidentBot.Loops;

/// <summary>How often the turns of each loop failed.</summary>
internal sealed class LoopMetrics(LoopBook book) : IMetricSource
{
    public ValueTask WriteAsync(PrometheusText text, CancellationToken cancellationToken)
    {
        text.Family("incidentbot_loop_failures_total", "counter", "Turns of background loops that failed and were tried again.");
        foreach (var loop in book.Loops)
        {
            text.Sample("incidentbot_loop_failures_total", loop.Failures, ("loop", loop.Name));
        }

        return ValueTask.CompletedTask;
    }
}
