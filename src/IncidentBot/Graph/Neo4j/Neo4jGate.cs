using IncidentBot.Settings;

namespace IncidentBot.Graph.Neo4j;

/// <summary>
/// The only way to Neo4j while the program serves. It has few requests under way and turns the rest away, leaves a server alone that does
/// not answer, stops for good after a wrong password until user, password or address are others, and knows how the server is. Any number
/// of threads may ask.
/// </summary>
/// <param name="options">As they are in force now; null when no server is configured any more.</param>
internal sealed partial class Neo4jGate(
    Neo4jClient client, Func<Neo4jOptions?> options, Neo4jMetrics metrics, TimeProvider clock, ILogger logger)
{
    /// <summary>Requests under way at the most: the server does not stop what nobody waits for any more.</summary>
    public const int MostOutstanding = 8;

    private readonly Lock _lock = new();
    private readonly Neo4jBreaker _breaker = new();
    private int _outstanding;
    private Neo4jTarget? _target;
    private Neo4jTarget? _refused;
    private (Secret Before, Secret After)? _exchanged;
    private Neo4jTrouble? _trouble;
    private GraphHealth? _health;

    /// <summary>How the server is; null before it was asked for the first time.</summary>
    public GraphHealth? Health
    {
        get
        {
            lock (_lock)
            {
                return _health;
            }
        }
    }

    /// <summary>When it answered last.</summary>
    public DateTimeOffset? AnsweredAt { get; private set; }

    /// <summary>It was asked with a wrong user or password, and is not asked again until they are others.</summary>
    public bool IsStopped
    {
        get
        {
            lock (_lock)
            {
                return _refused is not null;
            }
        }
    }

    /// <summary>When it is worth asking again; null when it may be asked now, or is stopped.</summary>
    public DateTimeOffset? AskAgainAt
    {
        get
        {
            lock (_lock)
            {
                return _breaker.OpenUntil;
            }
        }
    }

    /// <summary>
    /// Takes the settings in force, and after a wrong password the one that lies in its file now. False when no server is configured.
    /// </summary>
    public bool Retarget()
    {
        if (options() is not { Url: not null } now)
        {
            return false;
        }

        lock (_lock)
        {
            var target = Neo4jTarget.Of(now) with { Password = Password(now.Password) };
            if (_target?.IsSameAs(target) != true && _refused?.IsSameAs(target) != true)
            {
                (_target, _refused, _trouble, _health) = (target, null, null, null);
                _breaker.Succeeded();
            }
        }

        return true;
    }

    /// <summary>Asks, unless that is no use now or too much is under way: then null, at once.</summary>
    /// <param name="stopping">Cancelled when the program stops. Whoever waits gives up by themselves.</param>
    public async Task<CypherAnswer?> TryAskAsync(Cypher cypher, CancellationToken stopping)
    {
        if (Begin() is not { } target)
        {
            return null;
        }

        var began = clock.GetTimestamp();
        CypherAnswer? answer = null;
        try
        {
            answer = await client.RunAsync(target, cypher, stopping);
            return answer;
        }
        finally
        {
            End(target, answer, clock.GetElapsedTime(began));
        }
    }

    /// <summary>The password that is configured, or that has taken its place in the file since it turned out to be wrong.</summary>
    private Secret? Password(Secret? configured)
    {
        if (_refused is not null && configured?.File is { } file && SecretFile.Read(file, file).Secret is { } read)
        {
            _exchanged = (configured, read);
        }

        return _exchanged is var (before, after) && ReferenceEquals(before, configured) ? after : configured;
    }

    /// <summary>The same for what waits and is tried again: that it is not asked is an answer.</summary>
    public async Task<CypherAnswer> AskAsync(Cypher cypher, CancellationToken stopping) => await TryAskAsync(cypher, stopping)
        ?? CypherAnswer.None(new Neo4jTrouble(Neo4jTroubleKind.Unreachable, "Neo4j is left alone for now, because it did not answer."));

    private Neo4jTarget? Begin()
    {
        lock (_lock)
        {
            if (_target is null || _refused is not null || _outstanding >= MostOutstanding || !_breaker.TryBegin(clock.GetUtcNow()))
            {
                metrics.TurnedAway();
                return null;
            }

            metrics.Outstanding(++_outstanding);
            return _target;
        }
    }

    private void End(Neo4jTarget target, CypherAnswer? answer, TimeSpan took)
    {
        lock (_lock)
        {
            metrics.Outstanding(--_outstanding);
            var now = clock.GetUtcNow();
            if (answer is null)
            {
                _breaker.Failed(now);
                return;
            }

            metrics.Ended(answer.Trouble, took);

            // A statement that fails says nothing about the server: it answered.
            if (answer.Trouble is null or { Kind: Neo4jTroubleKind.Statement })
            {
                _breaker.Succeeded();
                AnsweredAt = now;
            }
            else
            {
                _breaker.Failed(now);
                if (answer.Trouble.Kind == Neo4jTroubleKind.WrongPassword && _target == target)
                {
                    _refused = target;
                }
            }

            Tell(target, answer.Trouble, now);
        }
    }

    /// <summary>Says once that something is wrong, when it is something else, and when all is well again.</summary>
    private void Tell(Neo4jTarget target, Neo4jTrouble? trouble, DateTimeOffset now)
    {
        metrics.Works(trouble is null);
        if (_health is not null && _trouble?.Kind == trouble?.Kind
            && string.Equals(_trouble?.Code, trouble?.Code, StringComparison.Ordinal))
        {
            return;
        }

        if (trouble is not null)
        {
            LogTrouble(trouble.Sentence);
        }
        else if (_health is { Since: var since })
        {
            LogWorks(target, since);
        }
        else
        {
            LogAnswers(target, client.HasQueryApi(target) ? Neo4jClient.QueryApi : Neo4jClient.TransactionalApi);
        }

        _trouble = trouble;
        _health = new GraphHealth(trouble is null,
            trouble?.Sentence ?? $"Neo4j at {target.Shown} answers, by its {client.ApiName(target)}.", now);
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Sentence} Runbooks are resolved by the links that were known before and by front matter meanwhile. This is logged once until it changes")]
    private partial void LogTrouble(string sentence);

    [LoggerMessage(Level = LogLevel.Information, Message = "Neo4j at {Address} answers again; it had not since {Since:HH:mm:ss} UTC")]
    private partial void LogWorks(Neo4jTarget address, DateTimeOffset since);

    [LoggerMessage(Level = LogLevel.Information, Message = "Neo4j at {Address} answers, by its {Api}")]
    private partial void LogAnswers(Neo4jTarget address, string api);
}
