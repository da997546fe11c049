using System.Collections.Concurrent;
using IncidentBot.Telemetry;

namespace IncidentBot.Delivery;

/// <summary>How attempts to deliver ended, and how long rooms were behind.</summary>
internal sealed class DeliveryMetrics : IMetricSource
{
    private readonly ConcurrentDictionary<(string Channel, string Result), long> _attempts = new();
    private readonly Histogram _seconds = new(Histogram.Seconds);

    /// <summary>A room shows what was wanted there since a moment.</summary>
    public void Shown(TimeSpan after) => _seconds.Observe(Math.Max(0, after.TotalSeconds));

    /// <param name="result">One of the few ways in which an attempt ends, in snake_case.</param>
    public void Attempt(string channel, string result) => _attempts.AddOrUpdate((channel, result), 1, (_, count) => count + 1);

    public ValueTask WriteAsync(PrometheusText text, CancellationToken cancellationToken)
    {
        text.Family("incidentbot_delivery_attempts_total", "counter", "Requests to chat vendors by channel and how they ended.");
        foreach (var ((channel, result), count) in _attempts)
        {
            text.Sample("incidentbot_delivery_attempts_total", count, ("channel", channel), ("result", result));
        }

        text.Histogram("incidentbot_delivery_delay_seconds",
            "From the moment that something was wanted in a room to the moment that the room showed it.", _seconds);
        return ValueTask.CompletedTask;
    }
}

/// <summary>How long the oldest post waits.</summary>
internal sealed class WaitingMetrics(DeliveryLoop delivery, TimeProvider clock) : IMetricSource
{
    public ValueTask WriteAsync(PrometheusText text, CancellationToken cancellationToken)
    {
        text.Single("incidentbot_oldest_waiting_post_seconds", "gauge",
            "How long the oldest post has waited that neither quiet hours nor a storm hold back.",
            delivery.State.OldestWaiting is { } oldest ? Math.Max(0, (clock.GetUtcNow() - oldest).TotalSeconds) : 0);
        return ValueTask.CompletedTask;
    }
}
