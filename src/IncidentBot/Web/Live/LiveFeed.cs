using System.Diagnostics.CodeAnalysis;
using IncidentBot.Storage;

namespace IncidentBot.Web.Live;

/// <summary>
/// Tells open pages which incidents changed. It keeps the latest changes in one ring that all readers share, so a slow reader
/// costs nothing: it misses the oldest changes, is told so, and reads the page anew.
/// </summary>
internal sealed class LiveFeed
{
    /// <summary>How many changes are kept for readers that are behind.</summary>
    public const int Kept = 1024;

    /// <summary>How many pages may listen at the same time.</summary>
    public const int MostReaders = 500;

    private readonly Lock _lock = new();
    private readonly long[] _ring = new long[Kept];
    private long _written;
    private long _anew;
    private int _readers;
    private TaskCompletionSource _news = NewSignal();

    public LiveFeed(ChangeFeed feed) => feed.Subscribe(change =>
    {
        if (change.Incidents.Count > 0)
        {
            Changed(change.Incidents);
        }
    });

    public void Changed(IReadOnlyList<long> numbers)
    {
        TaskCompletionSource news;
        lock (_lock)
        {
            foreach (var number in numbers)
            {
                _ring[_written++ % Kept] = number;
            }

            news = _news;
            _news = NewSignal();
        }

        news.SetResult();
    }

    /// <summary>Has every open page read anew: something that is not an incident changed.</summary>
    public void Anew()
    {
        lock (_lock)
        {
            _anew = _written + 1;
        }

        Changed([0]);
    }

    /// <summary>Begins to listen from now on; false when too many listen already. Dispose the reader to make room again.</summary>
    public bool TryListen([NotNullWhen(true)] out LiveReader? reader)
    {
        lock (_lock)
        {
            reader = _readers < MostReaders ? new LiveReader(this, _written) : null;
            _readers += reader is null ? 0 : 1;
            return reader is not null;
        }
    }

    /// <summary>What came after a place in the feed; a task that ends with the next change when nothing did.</summary>
    internal (LiveNews? News, Task Next) After(ref long seen)
    {
        lock (_lock)
        {
            if (seen == _written)
            {
                return (null, _news.Task);
            }

            var missed = _written - seen > Kept || seen < _anew;
            var numbers = new SortedSet<long>();
            for (var at = Math.Max(seen, _written - Kept); at < _written; at++)
            {
                numbers.Add(_ring[at % Kept]);
            }

            numbers.Remove(0);
            seen = _written;
            return (new LiveNews([.. numbers], missed), Task.CompletedTask);
        }
    }

    internal void Leave()
    {
        lock (_lock)
        {
            _readers--;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Numbers of incidents that changed since the last news, each once.</summary>
/// <param name="Missed">There were more changes than are kept, or of something else: all is to be read anew.</param>
internal sealed record LiveNews(IReadOnlyList<long> Incidents, bool Missed);

/// <summary>One page's place in the feed; for one caller at a time.</summary>
internal sealed class LiveReader(LiveFeed feed, long seen) : IDisposable
{
    private long _seen = seen;
    private bool _left;

    /// <summary>Waits for changes and returns all that came since the last call.</summary>
    public async Task<LiveNews> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (news, next) = feed.After(ref _seen);
            if (news is not null)
            {
                return news;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        if (!_left)
        {
            _left = true;
            feed.Leave();
        }
    }
}
