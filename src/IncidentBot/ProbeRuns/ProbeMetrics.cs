using IncidentBot.Telemetry;

namespace IncidentBot.ProbeRuns;

/// <summary>
/// What the probes found, for those without a Pushgateway: the same metrics with the same labels, job among them, which Prometheus takes as
/// they are with honor_labels. And how the probes themselves fare.
/// </summary>
internal sealed class ProbeMetrics(ProbeBook probes, ProbePushing pushing) : IMetricSource
{
    private static readonly (RunOutcome Outcome, string Word)[] Outcomes =
        [(RunOutcome.Healthy, "healthy"), (RunOutcome.Unhealthy, "unhealthy"), (RunOutcome.Unknown, "unknown")];

    public ValueTask WriteAsync(PrometheusText text, CancellationToken cancellationToken)
    {
        var all = probes.All;
        if (all.Count == 0)
        {
            return ValueTask.CompletedTask;
        }

        RunMetrics.Write(text, all.SelectMany(probe =>
        {
            var group = probe.Probe.Group;
            return RunMetrics.Of(probe.Probe, probe.State)
                .Select(sample => sample with { Labels = RunMetrics.Together(group, sample.Labels) });
        }));

        text.Family("incidentbot_probe_runs_total", "counter", "Runs of probes since the start, by how they ended.");
        foreach (var (outcome, word) in Outcomes)
        {
            text.Sample("incidentbot_probe_runs_total", probes.Runs(outcome), ("outcome", word));
        }

        text.Single("incidentbot_probe_runs_skipped_total", "counter",
            "Runs that did not begin because the one before had not ended.", probes.Skipped);
        text.Family("incidentbot_probe_pushes_total", "counter", "Pushes to the Pushgateway since the start, by whether it took them.")
            .Sample("incidentbot_probe_pushes_total", pushing.Pushed, ("result", "taken"))
            .Sample("incidentbot_probe_pushes_total", pushing.Failed, ("result", "failed"));
        return ValueTask.CompletedTask;
    }
}
