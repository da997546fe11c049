using System.Globalization;

namespace IncidentBot.Graph.Neo4j;

/// <summary>Brings the server up to date while the program serves: at the start and whenever the files have changed.</summary>
/// <param name="wanted">What the files say now, and whether all of them could be read; null when nothing is to be merged.</param>
internal sealed partial class Neo4jSyncing(
    Neo4jSync sync, Func<(ServiceGraph Graph, bool IsWhole)?> wanted, Neo4jMetrics metrics, TimeProvider clock, ILogger logger)
{
    /// <summary>A graph may be large, and what was wrong with it is seldom mended within seconds.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private ServiceGraph? _synced;
    private string? _problem;
    private DateTimeOffset _notBefore;

    /// <summary>It is wanted and to be done now.</summary>
    public bool IsDue => wanted() is var (graph, _) && !ReferenceEquals(_synced, graph) && clock.GetUtcNow() >= _notBefore;

    /// <summary>Once for each state of the files; again when it failed.</summary>
    public async Task SyncIfWantedAsync(CancellationToken stoppingToken)
    {
        if (!IsDue || wanted() is not var (graph, isWhole))
        {
            return;
        }

        var outcome = await sync.RunAsync(graph, isWhole, dryRun: false, stoppingToken);
        if (outcome.Problem is { } problem)
        {
            if (!string.Equals(problem, _problem, StringComparison.Ordinal))
            {
                LogProblem(problem);
            }

            (_problem, _notBefore) = (problem, clock.GetUtcNow() + Pause);
            return;
        }

        (_problem, _synced) = (null, graph);
        metrics.Synced(clock.GetUtcNow(), outcome.Changes.Count);
        LogSynced(outcome.IsNothing ? "nothing was to be changed"
            : string.Create(CultureInfo.InvariantCulture, $"{outcome.Changes.Count} nodes and relationships were changed"));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The graph was merged into Neo4j: {What}")]
    private partial void LogSynced(string what);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The graph cannot be merged into Neo4j and is tried again, this is logged once: {Problem}")]
    private partial void LogProblem(string problem);
}
