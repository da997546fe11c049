using System.Globalization;
using IncidentBot.Incidents;
using IncidentBot.ProbeRuns;

namespace IncidentBot.Web;

/// <summary>How often a probe was healthy, of the runs that could look; null when none could.</summary>
internal sealed record Availability(double? Day, double? Week, double? Month)
{
    /// <summary>A share as people read it; never 100 % when a run has failed.</summary>
    public static string Words(double? share) => share switch
    {
        null => "–",
        1 => "100 %",
        { } part => string.Create(CultureInfo.InvariantCulture, $"{Math.Min(99.99, Math.Floor(part * 10000) / 100):0.##} %"),
    };
}

/// <summary>A probe as pages and the API show it.</summary>
internal sealed record ProbeView(WatchedProbe Probe, ProbeState State, IReadOnlyList<ProbeRun> Recent, Availability Availability)
{
    public string Name => Probe.Name;

    public Look Look => State.Last is not { } last ? new Look("none", "not run yet") : last.Outcome switch
    {
        RunOutcome.Healthy when State.Warning is not null => new Look("warning", "warning"),
        RunOutcome.Healthy => new Look("resolved", "healthy"),
        RunOutcome.Unhealthy => new Look("critical", "failing"),
        RunOutcome.Unknown => new Look("stale", "unknown"),
    };

    /// <summary>Failing first, then those that need a look.</summary>
    public int Rank => Look.Class switch { "critical" => 0, "stale" => 1, "warning" => 2, "none" => 3, _ => 4 };

    /// <summary>The address of its page.</summary>
    public string Path => $"/probes/{Uri.EscapeDataString(Name)}";

    public static string Milliseconds(TimeSpan took) => took.TotalSeconds >= 10
        ? string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds:0.#} s")
        : string.Create(CultureInfo.InvariantCulture, $"{took.TotalMilliseconds:0} ms");
}

/// <summary>Runs drawn as bars: how tall by latency, which colour and which shape by outcome. All of it is said in words too.</summary>
internal sealed record RunChart(IReadOnlyList<ProbeRun> Runs, int Width, int Height)
{
    private const double Gap = 1.5;

    private readonly double _most = Runs.Select(run => (run.Latency ?? run.Took).TotalMilliseconds).DefaultIfEmpty(1).Max();

    private double Step => (double)Width / Math.Max(1, Runs.Count);

    /// <summary>What the chart shows, for those who do not see it.</summary>
    public string Words
    {
        get
        {
            var (healthy, unhealthy, unknown) = (Count(RunOutcome.Healthy), Count(RunOutcome.Unhealthy), Count(RunOutcome.Unknown));
            var times = Runs.Where(run => run.Outcome == RunOutcome.Healthy).Select(run => run.Latency ?? run.Took).Order().ToList();
            var latency = times.Count == 0 ? ""
                : $"; healthy ones took {ProbeView.Milliseconds(times[0])} to {ProbeView.Milliseconds(times[^1])}, half of them at most {ProbeView.Milliseconds(times[(times.Count - 1) / 2])}";
            return string.Create(CultureInfo.InvariantCulture,
                $"Last {Runs.Count} runs: {healthy} healthy, {unhealthy} failed, {unknown} unknown{latency}");
        }
    }

    /// <summary>The longest of all runs.</summary>
    public string Longest => ProbeView.Milliseconds(TimeSpan.FromMilliseconds(_most));

    public IEnumerable<(string Class, string X, string Y, string Width, string Height, string Title)> Bars => Runs.Select((run, i) =>
    {
        var height = run.Outcome == RunOutcome.Healthy
            ? Math.Max(3, Height * (run.Latency ?? run.Took).TotalMilliseconds / Math.Max(_most, 1)) : Height;
        return (run.Outcome switch { RunOutcome.Healthy => "good", RunOutcome.Unhealthy => "bad", RunOutcome.Unknown => "blind" },
            Number(i * Step), Number(Height - height), Number(Math.Max(1, Step - Gap)), Number(height),
            $"{run.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC: {Headline.Cut(run.Words, 120)}");
    });

    private int Count(RunOutcome outcome) => Runs.Count(run => run.Outcome == outcome);

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
