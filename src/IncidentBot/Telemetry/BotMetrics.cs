using System.Collections.Concurrent;

namespace IncidentBot.Telemetry;

/// <summary>
/// What the program counts about itself. Every label has few values, all of them the program's own: never one that came in
/// with an alert.
/// </summary>
internal sealed class BotMetrics
{
    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    private readonly ConcurrentDictionary<int, long> _webhooks = new();
    private readonly ConcurrentDictionary<(string Channel, string Result), long> _attempts = new();
    private readonly ConcurrentDictionary<(string Source, bool Read), long> _sourceReads = new();
    private long _runbooks;
    private long _brokenRunbooks;
    private long _alerts;
    private long _overloads;

    /// <summary>From the arrival of a webhook to its answer.</summary>
    public Histogram WebhookSeconds { get; } = new(Seconds);

    /// <summary>From the moment that something was wanted in a room to the moment that the room showed it.</summary>
    public Histogram DeliverySeconds { get; } = new(Seconds);

    /// <summary>Since when the oldest post waits that nothing holds back on purpose; null when none does.</summary>
    public Func<DateTimeOffset?> OldestWaiting { get; set; } = () => null;

    public IEnumerable<KeyValuePair<int, long>> Webhooks => _webhooks;

    public IEnumerable<KeyValuePair<(string Channel, string Result), long>> Attempts => _attempts;

    public IEnumerable<KeyValuePair<(string Source, bool Read), long>> SourceReads => _sourceReads;

    public long Alerts => Interlocked.Read(ref _alerts);

    /// <summary>Webhooks that were refused because too many bytes waited for the disk.</summary>
    public long Overloads => Interlocked.Read(ref _overloads);

    public void Webhook(int status, int alerts, TimeSpan took)
    {
        _webhooks.AddOrUpdate(status, 1, (_, count) => count + 1);
        Interlocked.Add(ref _alerts, alerts);
        WebhookSeconds.Observe(took.TotalSeconds);
    }

    /// <summary>A room shows what was wanted there since a moment.</summary>
    public void Shown(TimeSpan after) => DeliverySeconds.Observe(Math.Max(0, after.TotalSeconds));

    /// <summary>One of a configured source's Alertmanagers was asked for its list.</summary>
    public void SourceRead(string source, bool read) => _sourceReads.AddOrUpdate((source, read), 1, (_, count) => count + 1);

    /// <summary>Runbooks that are served, and those among them that are broken.</summary>
    public (long Pages, long Broken) RunbookCounts => (Interlocked.Read(ref _runbooks), Interlocked.Read(ref _brokenRunbooks));

    public void Runbooks(int pages, int broken)
    {
        Interlocked.Exchange(ref _runbooks, pages);
        Interlocked.Exchange(ref _brokenRunbooks, broken);
    }

    public void Overload() => Interlocked.Increment(ref _overloads);

    /// <param name="result">One of the few ways in which an attempt ends, in snake_case.</param>
    public void Attempt(string channel, string result) => _attempts.AddOrUpdate((channel, result), 1, (_, count) => count + 1);
}

/// <summary>Counts observations by upper bounds, as Prometheus' histograms do.</summary>
internal sealed class Histogram(double[] bounds)
{
    private readonly long[] _counts = new long[bounds.Length + 1];
    private readonly Lock _lock = new();
    private double _sum;

    public void Observe(double value)
    {
        var bucket = 0;
        while (bucket < bounds.Length && value > bounds[bucket])
        {
            bucket++;
        }

        lock (_lock)
        {
            _counts[bucket]++;
            _sum += value;
        }
    }

    /// <summary>The bounds with the number of observations up to each, the number of all, and their sum.</summary>
    public (IReadOnlyList<(double Bound, long Count)> Buckets, long Count, double Sum) Read()
    {
        lock (_lock)
        {
            var total = 0L;
            var buckets = new List<(double, long)>(bounds.Length);
            for (var i = 0; i < bounds.Length; i++)
            {
                total += _counts[i];
                buckets.Add((bounds[i], total));
            }

            return (buckets, total + _counts[^1], _sum);
        }
    }
}
