using IncidentBot.Loops;

namespace IncidentBot.Graph.Neo4j;

/// <summary>
/// What has to do with Neo4j and nobody waits for: asks for what could not be asked for when it was wanted, looks whether the server still
/// answers, keeps its answers over restarts, and brings it up to date when that is wanted.
/// </summary>
internal sealed partial class Neo4jLoop(
    Neo4jGate gate, Neo4jLinks links, IKeptLinks kept, Neo4jSyncing syncing, LoopBook book) : Loop("graph_neo4j", book, LongestSleep)
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    /// <summary>How often the file of a wrong password is looked at, and a server that turned something away is asked again.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    /// <summary>While the one request is under way that tries whether the server is back, nothing else is to be done.</summary>
    private static readonly TimeSpan AtTheSoonest = TimeSpan.FromSeconds(1);

    /// <summary>How often what is in use is asked for anew.</summary>
    private static readonly TimeSpan Regularly = TimeSpan.FromSeconds(20);

    /// <summary>What nobody asked for in this time is not in use.</summary>
    private static readonly TimeSpan InUse = TimeSpan.FromMinutes(15);

    private const int MostKept = 20_000;

    private bool _remembered;
    private Task _sync = Task.CompletedTask;

    /// <summary>What was known before the restart is there before anything asks.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        gate.Retarget();
        try
        {
            await RememberAsync(cancellationToken);
        }
        catch (TransientException)
        {
            // The first turn tries again, and says why it could not.
        }

        links.Late += Wake;
        await base.StartAsync(cancellationToken);
    }

    protected override async Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        if (!gate.Retarget())
        {
            return null;
        }

        if (gate.AskAgainAt is { } later && later > now)
        {
            return later;
        }

        if (gate.IsStopped)
        {
            return now + Soon;
        }

        await links.CatchUpAsync(now - InUse);
        if (gate.AskAgainAt is not null || gate.AnsweredAt is not { } answered || Clock.GetUtcNow() - answered >= LongestSleep)
        {
            await gate.TryAskAsync(new Cypher("RETURN 1"), stoppingToken);
        }

        await RememberAsync(stoppingToken);
        if (links.News() is { Count: > 0 } news)
        {
            await kept.KeepLinksAsync(news, stoppingToken);
            links.Kept(news);
        }

        await SyncAsync(stoppingToken);
        var next = Clock.GetUtcNow() + (gate.AskAgainAt is not null ? AtTheSoonest : links.IsBehind ? Soon : Regularly);
        return gate.AskAgainAt is { } again && again > next ? again : next;
    }

    /// <summary>Beside the turns: merging much takes longer than links may wait.</summary>
    private async Task SyncAsync(CancellationToken stoppingToken)
    {
        if (_sync.IsCompleted)
        {
            await _sync;
            _sync = syncing.SyncIfWantedAsync(stoppingToken);
        }
    }

    private async Task RememberAsync(CancellationToken cancellationToken)
    {
        if (!_remembered)
        {
            links.Remember(await kept.KeptLinksAsync(MostKept, cancellationToken));
            _remembered = true;
        }
    }
}
