namespace IncidentBot.Probes;

/// <summary>A metric as rules know it. Its type is the same wherever its name is used.</summary>
/// <param name="Type"><c>gauge</c> or <c>counter</c>.</param>
internal sealed record MetricFamily(string Name, string Type, string Help)
{
    public static MetricFamily Gauge(string name, string help) => new(name, "gauge", help);

    /// <summary>A sample of it.</summary>
    public MetricSample Is(double value, params IReadOnlyList<MetricLabel> labels) => new(this, value, labels);

    /// <summary>A sample of it: 1 or 0.</summary>
    public MetricSample Is(bool value, params IReadOnlyList<MetricLabel> labels) => new(this, value ? 1 : 0, labels);
}

/// <summary>One value of a family.</summary>
internal sealed record MetricSample(MetricFamily Family, double Value, IReadOnlyList<MetricLabel> Labels);

/// <summary>A label of a metric.</summary>
internal readonly record struct MetricLabel(string Name, string Value);
