using IncidentBot.Probes;
using IncidentBot.Telemetry;

namespace IncidentBot.ProbeRuns;

/// <summary>A sample with all its labels.</summary>
internal readonly record struct LabelledSample(MetricFamily Family, double Value, IReadOnlyList<MetricLabel> Labels);

/// <summary>What is told of a probe's runs as metrics: that of its kind, and what is the same for all of them.</summary>
internal static class RunMetrics
{
    public static readonly MetricFamily Success = MetricFamily.Gauge(
        "incidentbot_probe_success", "Whether the last run found all as it should be: 1 or 0. Absent while it could not look.");

    public static readonly MetricFamily Duration = MetricFamily.Gauge(
        "incidentbot_probe_duration_seconds", "How long the last run took.");

    public static readonly MetricFamily LastRun = MetricFamily.Gauge(
        "incidentbot_probe_last_run_timestamp_seconds", "When the last run ended, also of one that could not look.");

    public static readonly MetricFamily LastSuccess = MetricFamily.Gauge(
        "incidentbot_probe_last_success_timestamp_seconds", "When the last run ended that found all as it should be.");

    /// <summary>All that one run says, without the labels of its group.</summary>
    public static IEnumerable<LabelledSample> Of(Probe probe, ProbeReport report) =>
        With(probe, Common(probe, report.Run, report.Run.Outcome == RunOutcome.Healthy ? report.Run.At + report.Run.Took : null),
            report.Result.Samples);

    /// <summary>
    /// All that is known of a probe, without the labels of its group: a value that the last run did not give is the one from before.
    /// </summary>
    public static IEnumerable<LabelledSample> Of(Probe probe, ProbeState state)
    {
        var families = probe.Kind.Families.ToDictionary(family => family.Name, StringComparer.Ordinal);
        return state.Last is not { } last ? [] : With(probe, Common(probe, last, state.LastSuccess),
            state.Samples.Where(sample => families.ContainsKey(sample.Name)).Select(sample => new MetricSample(families[sample.Name],
                sample.Value, [.. sample.Labels.Select(label => new MetricLabel(label.Key, label.Value))])));
    }

    /// <summary>Writes samples by family, each family once as the format asks for.</summary>
    public static void Write(PrometheusText text, IEnumerable<LabelledSample> samples)
    {
        foreach (var family in samples.GroupBy(sample => sample.Family.Name, StringComparer.Ordinal))
        {
            var first = family.First().Family;
            text.Family(first.Name, first.Type, first.Help);
            foreach (var sample in family)
            {
                text.Sample(first.Name, sample.Value, [.. sample.Labels.Select(label => (label.Name, label.Value))]);
            }
        }
    }

    /// <summary>Labels together, by name; those that come first win, as those of a group do in a Pushgateway.</summary>
    public static IReadOnlyList<MetricLabel> Together(params ReadOnlySpan<IEnumerable<MetricLabel>> sets)
    {
        var all = new List<MetricLabel>();
        foreach (var set in sets)
        {
            all.AddRange(set.Where(label => label.Value.Length > 0
                && !all.Exists(known => string.Equals(known.Name, label.Name, StringComparison.Ordinal))));
        }

        return all;
    }

    private static IEnumerable<MetricSample> Common(Probe probe, ProbeRun run, DateTimeOffset? lastSuccess)
    {
        MetricLabel[] labels = [new("probe", probe.Name), new("kind", probe.Kind.Name)];
        if (run.Outcome != RunOutcome.Unknown)
        {
            yield return Success.Is(run.Outcome == RunOutcome.Healthy, labels);
        }

        yield return Duration.Is(run.Took.TotalSeconds, labels);
        yield return LastRun.Is(Seconds(run.At + run.Took), labels);
        if (lastSuccess is { } success)
        {
            yield return LastSuccess.Is(Seconds(success), labels);
        }
    }

    private static IEnumerable<LabelledSample> With(Probe probe, IEnumerable<MetricSample> common, IEnumerable<MetricSample> own)
    {
        var labels = probe.Options.Metrics.Labels.Select(label => new MetricLabel(label.Key, label.Value)).ToList();
        return common.Concat(own).Select(sample => new LabelledSample(sample.Family, sample.Value, Together(sample.Labels, labels)));
    }

    private static double Seconds(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds() / 1000.0;
}
