namespace IncidentBot.Telemetry;

/// <summary>Counts observations by upper bounds, as Prometheus' histograms do.</summary>
internal sealed class Histogram(double[] bounds)
{
    /// <summary>Bounds for what takes from a millisecond to a minute.</summary>
    public static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

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
