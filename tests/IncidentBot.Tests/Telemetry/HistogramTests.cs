using Xunit;

namespace IncidentBot.Telemetry;

/// <summary>Observations are counted as Prometheus counts them: a bound belongs to its bucket.</summary>
public sealed class HistogramTests
{
    [Fact]
    public void A_value_on_a_bound_is_counted_below_it_and_one_above_all_bounds_only_in_the_total()
    {
        var histogram = new Histogram([0.1, 1]);
        Array.ForEach([0, 0.1, 0.11, 1, 1.5], histogram.Observe);

        var (buckets, count, sum) = histogram.Read();

        Assert.Equal([(0.1, 2), (1, 4)], buckets);
        Assert.Equal((5, 2.71), (count, Math.Round(sum, 9)));
    }
}
