using System.Text.Json;
using System.Text.Json.Serialization;
using IncidentBot.Probes;

namespace IncidentBot.ProbeRuns;

/// <summary>What is known of a probe, also after a restart.</summary>
internal sealed record ProbeState
{
    /// <summary>Its newest run; null when it has never run.</summary>
    public ProbeRun? Last { get; init; }

    /// <summary>Since when it is as it is: the first run of the streak.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>So many runs in a row have ended as the last one.</summary>
    public int Streak { get; init; }

    /// <summary>What will need a hand soon; null for nothing.</summary>
    public string? Warning { get; init; }

    /// <summary>More than a sentence about the last run.</summary>
    public IReadOnlyList<ProbeDetail> Details { get; init; } = [];

    /// <summary>When it last succeeded; null for never.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>What its last run gave to be remembered.</summary>
    public string? Remembered { get; init; }

    /// <summary>The last run that failed, with its conversation; null when none has.</summary>
    public FailedRun? LastFailed { get; init; }

    /// <summary>The newest value of each sample: a metric that a run does not give keeps the one from before.</summary>
    public IReadOnlyList<KeptSample> Samples { get; init; } = [];

    /// <summary>Since when as many of its last runs have failed as its alert asks for; null when they have not.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Since when its own alert fires; null when it does not.</summary>
    public DateTimeOffset? AlertSince { get; init; }

    /// <summary>The state after one more run.</summary>
    public ProbeState After(ProbeReport report)
    {
        var (run, result) = (report.Run, report.Result);
        var same = Last is not null && Last.Outcome == run.Outcome;
        var failed = result.Outcome is ProbeOutcome.Unhealthy broken
            ? new FailedRun(run, broken.Step, broken.Expected, broken.Got, report.Conversation)
            : null;
        return this with
        {
            Last = run,
            Since = same ? Since : run.At,
            Streak = same ? Streak + 1 : 1,
            Warning = (result.Outcome as ProbeOutcome.Healthy)?.Warning,
            Details = result.Details,
            LastSuccess = run.Outcome == RunOutcome.Healthy ? run.At + run.Took : LastSuccess,
            Remembered = result.Remember ?? Remembered,
            LastFailed = failed ?? LastFailed,
            Samples = Merge(Samples, result.Samples),
        };
    }

    public string ToJson() => JsonSerializer.Serialize(this, ProbeJson.Default.ProbeState);

    /// <summary>What was stored; a fresh state when it cannot be read, as after a change of its form.</summary>
    public static ProbeState OfJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ProbeJson.Default.ProbeState) ?? new ProbeState();
        }
        catch (JsonException)
        {
            return new ProbeState();
        }
    }

    /// <summary>All samples of a family are replaced together, as a Pushgateway does when they are POSTed.</summary>
    private static IReadOnlyList<KeptSample> Merge(IReadOnlyList<KeptSample> old, IReadOnlyList<MetricSample> news)
    {
        if (news.Count == 0)
        {
            return old;
        }

        var given = news.Select(sample => sample.Family.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. old.Where(sample => !given.Contains(sample.Name)),
            .. news.Where(sample => double.IsFinite(sample.Value)).Select(sample => new KeptSample(sample.Family.Name, sample.Value,
                sample.Labels.ToDictionary(label => label.Name, label => label.Value, StringComparer.Ordinal))),
        ];
    }
}

/// <summary>A run that failed, with all that a person wants to know of it.</summary>
internal sealed record FailedRun(ProbeRun Run, string Step, string Expected, string Got, IReadOnlyList<string> Conversation);

/// <summary>A sample without its family, which its kind knows.</summary>
internal sealed record KeptSample(string Name, double Value, Dictionary<string, string> Labels);

/// <summary>How what is known of probes is stored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProbeState))]
internal sealed partial class ProbeJson : JsonSerializerContext;
