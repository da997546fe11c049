using System.Globalization;
using Npgsql;

namespace IncidentBot.Probes.ImmichSearch;

/// <summary>
/// Measures the vector query in Immich's database, twice: what is slow only the first time was not in memory. Then reads how much of the
/// index is, and from time to time reads it into memory.
/// </summary>
internal sealed class ImmichDatabaseProbe(ImmichOptions options, ImmichPostgresOptions postgres) : IProbe
{
    private readonly string _target = ConnectionText.Target(postgres.ConnectionString!);
    private readonly List<MetricSample> _samples = [];
    private readonly List<ProbeDetail> _details = [];
    private string? _remember;

    public async Task<ProbeResult> LookAsync(ProbeLook look, CancellationToken cancellationToken)
    {
        look.Hide(postgres.ConnectionString);
        if (ConnectionText.Problem(postgres.ConnectionString!) is { } problem)
        {
            return new ProbeResult(new ProbeOutcome.Unknown($"The connection string cannot be used: {problem}"), []);
        }

        look.Transcript.Hide(ConnectionText.Password(postgres.ConnectionString!));
        _samples.Add(ImmichMetrics.LastRun.Is(look.NowSeconds));
        TimeSpan? latency = null;
        ProbeOutcome outcome;
        try
        {
            look.Step($"connecting to {_target}");
            await using var source = ConnectionText.Source(postgres.ConnectionString!);
            await using var database = new ImmichDatabase(await source.OpenConnectionAsync(cancellationToken), look);
            (outcome, latency) = await MeasureAsync(database, look, cancellationToken);
            await PrewarmAsync(database, look, cancellationToken);
        }
        catch (Exception failure) when (DatabaseTrouble.Of(failure, _target, postgres.StatementTimeout) is not null)
        {
            var trouble = look.Transcript.Clean(DatabaseTrouble.Of(failure, _target, postgres.StatementTimeout)!);
            outcome = new ProbeOutcome.Unhealthy($"The vector query cannot be measured. {trouble}", look.Transcript.CurrentStep,
                "an answer of Immich's database", trouble);
        }

        _samples.Add(ImmichMetrics.Success.Is(latency is not null));
        return new ProbeResult(outcome, _samples) { Latency = latency, Details = _details, Remember = _remember };
    }

    private async Task<(ProbeOutcome Outcome, TimeSpan? Latency)> MeasureAsync(
        ImmichDatabase database, ProbeLook look, CancellationToken cancellationToken)
    {
        look.Step("choosing a photo");
        if (await database.ChooseAsync(postgres.StatementTimeout, cancellationToken) is not { } photo)
        {
            return (new ProbeOutcome.Unhealthy($"{_target}: smart_search is empty, so that no search finds anything; run Immich's job Smart Search",
                "choosing a photo", "at least one photo that has been indexed", "none"), null);
        }

        // Before the search, which would make it look warmer than people find it.
        look.Step("reading how much of the index is in memory");
        var (percent, unknown) = await ResidencyAsync(database, cancellationToken);
        var size = await database.SizeAsync(postgres.StatementTimeout, cancellationToken);
        look.Step("searching");
        var (first, _) = await database.SearchAsync(photo, postgres.StatementTimeout, cancellationToken);
        var (second, _) = await database.SearchAsync(photo, postgres.StatementTimeout, cancellationToken);
        var cold = first > options.SlowAfter && second <= options.SlowAfter;
        _samples.Add(ImmichMetrics.DbSeconds.Is(first.TotalSeconds));
        _samples.Add(ImmichMetrics.WarmSeconds.Is(second.TotalSeconds));
        _samples.Add(ImmichMetrics.CachedPercent.Is(percent ?? -1));
        _samples.Add(ImmichMetrics.Cold.Is(cold));
        if (unknown is not null)
        {
            _details.Add(new ProbeDetail("How much of clip_index is in memory is unknown", [look.Transcript.Clean(unknown)]));
        }

        return (Judge(first, second, percent, size), first);
    }

    /// <summary>What is cold is told, and is no failure by itself: the rules decide how long it may be.</summary>
    private ProbeOutcome Judge(TimeSpan first, TimeSpan second, double? percent, long? size)
    {
        var memory = (size, percent) switch
        {
            (null, _) => "there is no clip_index",
            (_, { } some) => string.Create(CultureInfo.InvariantCulture, $"{some:0} % of clip_index ({size / 1048576.0:0.#} MiB) in memory"),
            _ => string.Create(CultureInfo.InvariantCulture, $"clip_index has {size / 1048576.0:0.#} MiB, how much of it is in memory is unknown"),
        };
        if (second > options.SlowAfter)
        {
            var got = $"{Words(first)}, and {Words(second)} right after; {memory}";
            return new ProbeOutcome.Unhealthy(
                size is null ? $"{_target}: the vector query reads every photo, because there is no clip_index: {got}; Immich makes it again when it starts"
                    : $"{_target}: the vector query is slow, and not for being cold: {got}. Look at the load of its machine and disk",
                "searching", $"at most {Words(options.SlowAfter)}", got);
        }

        var warning = size is null ? "there is no clip_index; Immich makes it again when it starts"
            : first > options.SlowAfter ? $"cold: the next search right after took {Words(second)}; read the index into memory with prewarm_every"
            : null;
        return new ProbeOutcome.Healthy($"{Words(first)}, {memory}", warning);
    }

    /// <summary>That it is unknown is no reason not to measure the query.</summary>
    private async Task<(double? Percent, string? Unknown)> ResidencyAsync(ImmichDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            return (await database.ResidencyAsync(postgres.StatementTimeout, cancellationToken), null);
        }
        catch (PostgresException failure)
        {
            return (null, DatabaseTrouble.Of(failure, _target, postgres.StatementTimeout));
        }
    }

    private async Task PrewarmAsync(ImmichDatabase database, ProbeLook look, CancellationToken cancellationToken)
    {
        if (postgres.PrewarmEvery is not { } every || !PrewarmTimes.IsDue(look.Now, every, options.Every, look.Remembered))
        {
            return;
        }

        look.Step("reading the index into memory");
        try
        {
            var blocks = await database.PrewarmAsync(cancellationToken);
            _remember = PrewarmTimes.Remember(look.Now);
            _samples.Add(ImmichMetrics.Prewarmed.Is(look.NowSeconds));
            _details.Add(new ProbeDetail("Read into memory", [FormattableString.Invariant($"{blocks} blocks of clip_index")]));
        }
        catch (PostgresException failure)
        {
            _details.Add(new ProbeDetail("Not read into memory", [look.Transcript.Clean(DatabaseTrouble.Of(failure, _target, postgres.StatementTimeout)!)]));
        }
    }

    private static string Words(TimeSpan time) => time.TotalSeconds >= 1
        ? FormattableString.Invariant($"{time.TotalSeconds:0.0} s") : FormattableString.Invariant($"{time.TotalMilliseconds:0} ms");
}
