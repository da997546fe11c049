using System.Collections.Concurrent;
using IncidentBot.Telemetry;

namespace IncidentBot.Sources;

/// <summary>How often the lists of the configured Alertmanagers were read.</summary>
internal sealed class SourceMetrics : IMetricSource
{
    private readonly ConcurrentDictionary<(string Source, bool Read), long> _reads = new();

    public IEnumerable<KeyValuePair<(string Source, bool Read), long>> Reads => _reads;

    /// <summary>One of a configured source's Alertmanagers was asked for its list.</summary>
    public void Asked(string source, bool read) => _reads.AddOrUpdate((source, read), 1, (_, count) => count + 1);

    public ValueTask WriteAsync(PrometheusText text, CancellationToken cancellationToken)
    {
        text.Family("incidentbot_alertmanager_reads_total", "counter",
            "Readings of an Alertmanager's own list of alerts by source and how they ended.");
        foreach (var ((source, read), count) in _reads)
        {
            text.Sample("incidentbot_alertmanager_reads_total", count, ("source", source), ("result", read ? "read" : "failed"));
        }

        return ValueTask.CompletedTask;
    }
}
