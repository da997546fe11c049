using System.Collections.Concurrent;

namespace IncidentBot.Graph.Neo4j;

/// <summary>
/// The links of alert rules as Neo4j has them, always answered from memory: what it said last, or else what the files say. An answer that
/// is older than a minute is fetched anew beside, one request for each rule, whoever asks meanwhile.
/// </summary>
/// <param name="embedded">What the files say now.</param>
/// <param name="stopping">Cancelled when the program stops.</param>
internal sealed class Neo4jLinks(
    Neo4jGate gate, Func<IRunbookLinks> embedded, Neo4jMetrics metrics, TimeProvider clock, CancellationToken stopping) : IRunbookLinks
{
    /// <summary>How long a message is held up at the most, and only while the server answers in that time.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    /// <summary>How long an answer is taken to be what the server says now.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    /// <summary>After a message was held up so long for nothing, the next ones are not for this time.</summary>
    private static readonly TimeSpan Hurry = TimeSpan.FromSeconds(30);

    /// <summary>After this time the same answer is kept once more, so that it counts as used.</summary>
    private static readonly TimeSpan KeptAnew = TimeSpan.FromDays(1);

    /// <summary>Rules of which an answer is remembered; more are asked for again each time.</summary>
    private const int MostKnown = 20_000;

    /// <summary>A label's value may be anything; no rule has a longer name.</summary>
    private const int LongestName = 500;

    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task> _flights = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _due = new(StringComparer.Ordinal);
    private long _hurryUntil;

    public event Action<IReadOnlyCollection<string>>? Changed;

    /// <summary>Something is due that could not be asked for when it was wanted.</summary>
    public event Action? Late;

    /// <summary>How many rules wait to be asked for.</summary>
    public int Owed => _due.Count;

    /// <summary>Whether something waits to be asked for.</summary>
    public bool IsBehind => !_due.IsEmpty;

    public IReadOnlyList<ResolvedBy>? Of(string alertname)
    {
        if (alertname.Length is 0 or > LongestName)
        {
            return embedded().Of(alertname);
        }

        var now = clock.GetUtcNow();
        var known = Entry(alertname);
        known.UsedAt = now;
        if (now - known.ReadAt >= Fresh)
        {
            _ = Fetch(alertname);
        }

        return known.Show() ?? embedded().Of(alertname);
    }

    public async ValueTask PrepareAsync(IReadOnlyCollection<string> alertnames, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var old = alertnames.Where(name => name.Length is > 0 and <= LongestName
            && (!_known.TryGetValue(name, out var known) || now - known.ReadAt >= Fresh)).Distinct(StringComparer.Ordinal).ToList();
        if (old.Count == 0)
        {
            return;
        }

        var flights = Task.WhenAll(old.ConvertAll(name => Fetch(name)));
        if (flights.IsCompleted || now.UtcTicks < Volatile.Read(ref _hurryUntil))
        {
            return;
        }

        var began = clock.GetTimestamp();
        try
        {
            await flights.WaitAsync(LongestWait, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            Volatile.Write(ref _hurryUntil, (clock.GetUtcNow() + Hurry).UtcTicks);
        }
        finally
        {
            metrics.Waited(clock.GetElapsedTime(began));
        }
    }

    /// <summary>Takes what was known before a restart, unless something newer is known already.</summary>
    public void Remember(IEnumerable<KeptLinks> kept)
    {
        foreach (var one in kept)
        {
            _known.TryAdd(one.Alert, new Known(one.Links, one.ReadAt));
        }

        metrics.Known(_known.Count);
    }

    /// <summary>
    /// Asks for what waits, and for what is used and has grown old, the longest known first; so many that none is turned away.
    /// </summary>
    /// <param name="usedSince">What nobody asked for since then is left alone.</param>
    public async Task CatchUpAsync(DateTimeOffset usedSince)
    {
        var now = clock.GetUtcNow();
        foreach (var (name, _) in _known.Where(pair => pair.Value.UsedAt >= usedSince && now - pair.Value.ReadAt >= Fresh)
            .OrderBy(pair => pair.Value.ReadAt).Take(Neo4jGate.MostOutstanding * 8))
        {
            Owe(name, tell: false);
        }

        // One first: a server that was left alone is tried by one request.
        for (var together = 1; _due.Keys.Take(together).ToList() is { Count: > 0 } few; together = Neo4jGate.MostOutstanding / 2)
        {
            few.ForEach(name => _due.TryRemove(name, out _));
            await Task.WhenAll(few.Select(name => Fetch(name, tell: false)));
            if (few.Exists(_due.ContainsKey))
            {
                return;
            }
        }
    }

    /// <summary>What was learned and is not kept yet.</summary>
    public IReadOnlyList<KeptLinks> News() => [.. _known.Select(pair => pair.Value.News(pair.Key)).OfType<KeptLinks>()];

    /// <summary>These are kept.</summary>
    public void Kept(IReadOnlyList<KeptLinks> news)
    {
        foreach (var one in news)
        {
            _known.GetValueOrDefault(one.Alert)?.Kept(one);
        }
    }

    /// <summary>One request for each rule. Ends when it has, at once when none is made.</summary>
    /// <param name="tell">Whether to say so when it could not be made.</param>
    private Task Fetch(string alertname, bool tell = true)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var flight = _flights.GetOrAdd(alertname, ended.Task);
        return flight == ended.Task ? FetchAsync(alertname, ended, tell) : flight;
    }

    private async Task FetchAsync(string alertname, TaskCompletionSource ended, bool tell)
    {
        // Whoever asks goes on at once.
        await Task.Yield();
        try
        {
            var began = clock.GetTimestamp();
            var answer = await gate.TryAskAsync(LinkQuery.Of(alertname), stopping);
            if (answer is not { Trouble: null })
            {
                Owe(alertname, tell);
                return;
            }

            Learn(alertname, LinkQuery.Read(alertname, answer.Rows));
            if (clock.GetElapsedTime(began) < LongestWait)
            {
                Volatile.Write(ref _hurryUntil, 0);
            }
        }
        catch (OperationCanceledException)
        {
            // The program stops.
        }
        finally
        {
            _flights.TryRemove(alertname, out _);
            ended.SetResult();
        }
    }

    private void Learn(string alertname, IReadOnlyList<ResolvedBy> links)
    {
        _due.TryRemove(alertname, out _);
        if (Entry(alertname).Learn(links, embedded().Of(alertname) ?? [], clock.GetUtcNow()))
        {
            Changed?.Invoke([alertname]);
        }

        metrics.Known(_known.Count);
    }

    private void Owe(string alertname, bool tell)
    {
        if (_due.Count < MostKnown && _due.TryAdd(alertname, true) && tell)
        {
            Late?.Invoke();
        }
    }

    private Known Entry(string alertname)
    {
        if (_known.TryGetValue(alertname, out var known))
        {
            return known;
        }

        Forget();
        return _known.GetOrAdd(alertname, static _ => new Known());
    }

    /// <summary>Makes room, of what nobody has asked for the longest.</summary>
    private void Forget()
    {
        if (_known.Count > MostKnown)
        {
            foreach (var (name, _) in _known.OrderBy(pair => pair.Value.UsedAt).Take(MostKnown / 10).ToList())
            {
                _known.TryRemove(name, out _);
            }
        }
    }

    /// <summary>What is known of one rule.</summary>
    /// <param name="links">What the server said last; null when it never did.</param>
    private sealed class Known(IReadOnlyList<ResolvedBy>? links = null, DateTimeOffset readAt = default)
    {
        private readonly Lock _lock = new();
        private DateTimeOffset _keptAt = readAt;
        private bool _isNew;

        /// <summary>Rooms may show what was made of it; they do after a restart.</summary>
        private bool _isShown = links is not null;

        public IReadOnlyList<ResolvedBy>? Links { get; private set; } = links;

        public DateTimeOffset ReadAt { get; private set; } = readAt;

        public DateTimeOffset UsedAt { get; set; }

        public IReadOnlyList<ResolvedBy>? Show()
        {
            lock (_lock)
            {
                _isShown = true;
                return Links;
            }
        }

        /// <summary>Returns whether it is another answer than the one that was given before.</summary>
        /// <param name="otherwise">What was answered while nothing was known.</param>
        public bool Learn(IReadOnlyList<ResolvedBy> links, IReadOnlyList<ResolvedBy> otherwise, DateTimeOffset now)
        {
            lock (_lock)
            {
                var isOther = !(Links ?? otherwise).Select(Meaning).SequenceEqual(links.Select(Meaning));
                _isNew |= Links is null || isOther || now - _keptAt > KeptAnew;
                (Links, ReadAt) = (links, now);
                return isOther && _isShown;
            }
        }

        /// <summary>What a link says, whoever wrote it.</summary>
        private static (string, string, LabelConditions) Meaning(ResolvedBy link) =>
            (GraphPicture.PathHere(link.Path), link.Anchor, link.Match);

        /// <summary>What is to be kept; null when it is kept already.</summary>
        public KeptLinks? News(string alertname)
        {
            lock (_lock)
            {
                return _isNew && Links is not null ? new KeptLinks(alertname, Links, ReadAt) : null;
            }
        }

        public void Kept(KeptLinks news)
        {
            lock (_lock)
            {
                _isNew &= !ReferenceEquals(news.Links, Links);
                _keptAt = news.ReadAt;
            }
        }
    }
}
