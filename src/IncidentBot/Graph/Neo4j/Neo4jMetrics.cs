using System.Collections.Concurrent;
using IncidentBot.Telemetry;

namespace IncidentBot.Graph.Neo4j;

/// <summary>How Neo4j is and how often it was asked. Nothing is written while none is configured.</summary>
internal sealed class Neo4jMetrics : IMetricSource
{
    private readonly ConcurrentDictionary<string, long> _requests = new(StringComparer.Ordinal);
    private readonly Histogram _seconds = new(Histogram.Seconds);
    private readonly Histogram _waits = new(Histogram.Seconds);
    private volatile bool _isUsed;
    private volatile bool _works;
    private volatile int _outstanding;
    private volatile int _known;
    private long _syncedAt;
    private long _changes;

    /// <summary>A server is configured.</summary>
    public void Use() => _isUsed = true;

    public void Works(bool works) => _works = works;

    public void Outstanding(int count) => _outstanding = count;

    public void Known(int rules) => _known = rules;

    /// <summary>A request was not made: too many were under way, or the server is left alone.</summary>
    public void TurnedAway() => Count("turned_away");

    public void Ended(Neo4jTrouble? trouble, TimeSpan took)
    {
        Count(trouble?.Word ?? "answered");
        _seconds.Observe(took.TotalSeconds);
    }

    /// <summary>A message was held up until its links were known.</summary>
    public void Waited(TimeSpan time) => _waits.Observe(time.TotalSeconds);

    /// <summary>Our graph was merged into the server.</summary>
    public void Synced(DateTimeOffset at, int changes)
    {
        Interlocked.Exchange(ref _syncedAt, at.ToUnixTimeSeconds());
        Interlocked.Add(ref _changes, changes);
    }

    public ValueTask WriteAsync(PrometheusText text, CancellationToken cancellationToken)
    {
        if (!_isUsed)
        {
            return ValueTask.CompletedTask;
        }

        text.Single("incidentbot_graph_up", "gauge", "Whether Neo4j answered when it was asked last.", _works ? 1 : 0);
        text.Family("incidentbot_graph_requests_total", "counter", "Requests to Neo4j by how they ended; turned_away was not made.");
        foreach (var (result, count) in _requests)
        {
            text.Sample("incidentbot_graph_requests_total", count, ("result", result));
        }

        text.Histogram("incidentbot_graph_request_seconds", "How long requests to Neo4j took.", _seconds);
        text.Histogram("incidentbot_graph_wait_seconds", "How long messages were held up for an answer of Neo4j's.", _waits);
        text.Single("incidentbot_graph_requests_outstanding", "gauge", "Requests to Neo4j that are under way.", _outstanding);
        text.Single("incidentbot_graph_rules_known", "gauge", "Alert rules of which an answer of Neo4j is known.", _known);
        text.Single("incidentbot_graph_sync_changes_total", "counter", "Nodes and relationships that were changed in Neo4j.",
            Interlocked.Read(ref _changes));
        if (Interlocked.Read(ref _syncedAt) is > 0 and var at)
        {
            text.Single("incidentbot_graph_synced_timestamp_seconds", "gauge", "When Neo4j was last brought up to date.", at);
        }

        return ValueTask.CompletedTask;
    }

    private void Count(string result) => _requests.AddOrUpdate(result, 1, static (_, count) => count + 1);
}
