using System.Text.Json;
using IncidentBot.Outgoing;

namespace IncidentBot.Probes.ImmichSearch;

/// <summary>
/// Searches as people do, by Immich's API; once more when it took long, because a model that has to be loaded first is not slow.
/// </summary>
internal sealed class ImmichApiProbe(ImmichOptions options) : IProbe
{
    private const int LargestAnswer = 1024 * 1024;

    /// <summary>Loading the model takes up to a minute on a small machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(80);

    public async Task<ProbeResult> LookAsync(ProbeLook look, CancellationToken cancellationToken)
    {
        look.Hide(options.ApiKey);
        List<MetricSample> samples = [ImmichMetrics.LastRun.Is(look.NowSeconds)];
        look.Step($"searching at {options.Url!.Authority}");
        var (first, failure) = await SearchAsync(look, cancellationToken);
        var second = first;
        if (failure is null && first > options.SlowAfter)
        {
            look.Step("searching again");
            (second, failure) = await SearchAsync(look, cancellationToken);
        }

        samples.Add(ImmichMetrics.Success.Is(failure is null));
        if (failure is not null)
        {
            return new ProbeResult(failure, samples) { Latency = first };
        }

        samples.Add(ImmichMetrics.ApiSeconds.Is(first.TotalSeconds));
        samples.Add(ImmichMetrics.WarmSeconds.Is(second.TotalSeconds));
        samples.Add(ImmichMetrics.Cold.Is(first > options.SlowAfter && second <= options.SlowAfter));
        return new ProbeResult(Judge(first, second), samples) { Latency = first };
    }

    private ProbeOutcome Judge(TimeSpan first, TimeSpan second)
    {
        if (second > options.SlowAfter)
        {
            var got = $"{Words(first)}, and {Words(second)} right after";
            return new ProbeOutcome.Unhealthy(
                $"{options.Url!.Authority}: a search is slow, and not for being cold: {got}. Look at the database first, then at the machine-learning container",
                "searching again", $"at most {Words(options.SlowAfter)}", got);
        }

        return new ProbeOutcome.Healthy($"{Words(first)}", first <= options.SlowAfter ? null
            : $"cold: the same search right after took {Words(second)}; the model or the index had to be loaded first");
    }

    /// <summary>One search, and what is wrong with its answer; null when nothing is.</summary>
    private async Task<(TimeSpan Took, ProbeOutcome.Unhealthy? Failure)> SearchAsync(ProbeLook look, CancellationToken cancellationToken)
    {
        var api = new ApiClient<IImmichApi>(look.Http, ProbeLook.ApiClientName, ImmichJson.Default, look.Clock);
        using var call = api.Begin(options.Url, null, Patience, cancellationToken);
        look.Transcript.Sent($"POST {options.Path} {options.Query}");
        var began = look.Clock.GetTimestamp();
        var answer = await call.AskAsync((immich, stop) => immich.SearchAsync(
            options.Path.TrimStart('/'), options.ApiKey!.Reveal(), new SearchQuestion(options.Query, 1), LargestAnswer, stop));
        var took = look.Clock.GetElapsedTime(began);
        var host = options.Url!.Authority;
        var said = answer.Content?.Message is { ValueKind: JsonValueKind.String } message ? $": {look.Transcript.Clean(message.GetString()!)}" : "";
        look.Transcript.Got(answer.Failure?.Reason ?? FormattableString.Invariant($"{answer.Status} in {took.TotalMilliseconds:0} ms{said}"));
        var problem = answer switch
        {
            { Failure: { } no } => no.Reason,
            { Status: 401 } => $"it refuses the API key (401){said}",
            { Status: 403 } => $"the API key lacks the permission asset.read (403){said}",
            { Status: 404 } => $"it has no {options.Path} (404); name the path of your version in path",
            { Status: < 200 or > 299 } => FormattableString.Invariant($"it answers {answer.Status}{said}"),
            { Content: null or { Assets: null or { Items: null } } } => "it answers something else than Immich; is the address right?",
            { Content.Assets.Items.Count: 0 } => "it finds nothing: no photo has been indexed, or smart search is off",
            _ => null,
        };
        return (took, problem is null ? null : new ProbeOutcome.Unhealthy($"{host}: the search cannot be measured: {problem}", "searching",
            "at least one photo", problem));
    }

    private static string Words(TimeSpan time) => time.TotalSeconds >= 1
        ? FormattableString.Invariant($"{time.TotalSeconds:0.0} s") : FormattableString.Invariant($"{time.TotalMilliseconds:0} ms");
}
