using IncidentBot.Loops;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Storage;

namespace IncidentBot.Delivery;

/// <summary>
/// Makes what rooms show equal what they should show. It is level-triggered: it reads the state at the moment of sending, so
/// it does not matter how often an incident changed before, or whether the program was killed in between.
/// </summary>
internal sealed partial class DeliveryLoop : Loop, IPostListener, ISendAgain
{
    /// <summary>How long a stop waits for requests that are under way; what is not over then is found again at the next start.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(12);

    /// <summary>A clock that jumps is noticed after so long at the latest; timers know no longer times than some weeks anyhow.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Lazy<IIncidentStore> _store;
    private readonly DeliverySetup _setup;
    private readonly Schedule _schedule;
    private readonly Postman _postman;
    private readonly Dictionary<Task, DateTimeOffset> _underWay = [];
    private HashSet<long>? _heardMeanwhile;
    private int _toRead = 1;
    private int _read;

    public DeliveryLoop(
        Lazy<IIncidentStore> store, DeliverySetup setup, Random random, DeliveryMetrics metrics, LoopBook book)
        : base("delivery", book, LongestWait)
    {
        (_store, _setup) = (store, setup);
        setup.Reloaded += ReadAgain;
        _schedule = new Schedule(room => setup.Now.Limits(room), random.NextDouble, () => setup.Now.Storms);
        RoomHealth = new RoomHealth(Clock);
        _postman = new Postman(store, setup, Clock, metrics, RoomHealth, _logger, Finish);
    }

    /// <summary>Since when the oldest post waits that nothing holds back on purpose; null when none does.</summary>
    internal DateTimeOffset? OldestWaiting
    {
        get
        {
            lock (_lock)
            {
                return _schedule.OldestSince;
            }
        }
    }

    /// <summary>Which rooms take what they are sent.</summary>
    internal RoomHealth RoomHealth { get; }

    /// <summary>Whether nothing is under way and nothing can begin now; how many requests are, and when the next can begin.</summary>
    internal (bool Idle, int UnderWay, DateTimeOffset? WakeAt) Rest
    {
        get
        {
            lock (_lock)
            {
                var now = Clock.GetUtcNow();
                var wake = _schedule.WakeAt(now);
                return (_read == _toRead && _underWay.Count == 0 && (wake is null || wake > now), _underWay.Count, wake);
            }
        }
    }

    /// <summary>When the oldest turn that is under way began; null when none is.</summary>
    internal DateTimeOffset? OldestUnderWay
    {
        get
        {
            lock (_lock)
            {
                return _underWay.Count == 0 ? null : _underWay.Values.Min();
            }
        }
    }

    public void Wanted(IReadOnlyList<Post> posts)
    {
        lock (_lock)
        {
            var now = Clock.GetUtcNow();
            foreach (var post in posts)
            {
                _heardMeanwhile?.Add(post.Id);
                _toRead += Queue(post, now) ? 0 : 1;
            }
        }

        Wake();
    }

    public async Task<int> SendAgainAsync(long? post, Room? room, CancellationToken cancellationToken)
    {
        var posts = await _store.Value.SendAgainAsync(post, room, cancellationToken);
        lock (_lock)
        {
            foreach (var again in posts.Select(again => again.Room).Concat(room is { } named ? [named] : []).Distinct())
            {
                _schedule.RetryNow(again);
            }
        }

        Wake();
        return posts.Count;
    }

    /// <summary>Begins every request that may begin; those that are known also while what waits cannot be read.</summary>
    protected override async Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        try
        {
            await ReadAsync();
        }
        catch
        {
            Start(stoppingToken);
            throw;
        }

        return Start(stoppingToken);
    }

    protected override async Task EndAsync()
    {
        Task[] underWay;
        lock (_lock)
        {
            underWay = [.. _underWay.Keys];
        }

        await Task.WhenAny(Task.WhenAll(underWay), Task.Delay(StopWithin, Clock, CancellationToken.None));
    }

    /// <summary>At the start, and after each reload because lanes and limits are new: takes in all that waits in the store.</summary>
    private async Task ReadAsync()
    {
        int toRead;
        lock (_lock)
        {
            toRead = _toRead;
            if (_read == toRead)
            {
                return;
            }
        }

        try
        {
            // What is heard from now on is newer than what is read.
            Finish(_ => _heardMeanwhile = []);
            var isFirst = _read == 0;
            var storms = isFirst ? await _store.Value.OpenSummariesAsync(CancellationToken.None) : [];
            var past = isFirst ? await _store.Value.PastRequestsAsync(CancellationToken.None) : [];
            var waiting = await _store.Value.WaitingAsync(CancellationToken.None);
            Finish(schedule =>
            {
                var now = Clock.GetUtcNow();
                schedule.Renew();
                schedule.Remember(past, now);
                foreach (var storm in storms)
                {
                    schedule.StormResumed(storm.Room, storm.Number, storm.Phase);
                }

                var odd = waiting.Count(post => !_heardMeanwhile!.Contains(post.Id) && !Queue(post, now));
                _read = odd == 0 ? toRead : throw new InvalidOperationException($"{odd} posts could not be queued");
            });
        }
        finally
        {
            Finish(_ => _heardMeanwhile = null);
        }
    }

    /// <returns>False when a bug keeps it from being queued: the others are, and it is read again.</returns>
    /// <remarks>The caller holds the lock.</remarks>
    private bool Queue(Post post, DateTimeOffset now)
    {
        try
        {
            QueueOne(post, now);
            return true;
        }
        catch (Exception failure)
        {
            LogNotQueued(failure, post.Id);
            return false;
        }
    }

    private void QueueOne(Post post, DateTimeOffset now)
    {
        // The summary of a storm stands for posts of all lanes.
        var lane = _setup.Now.Lanes.Named(post.Lane);
        _schedule.Want(post, post.Subject is PostSubject.OfStorm ? 0 : lane.Rank, now, lane.HoldsUntil(post, now));
    }

    private void ReadAgain()
    {
        Finish(_ => _toRead++);
        Wake();
    }

    /// <summary>Begins every turn that may begin, and says what to wait for.</summary>
    private DateTimeOffset? Start(CancellationToken stoppingToken)
    {
        lock (_lock)
        {
            var now = Clock.GetUtcNow();
            foreach (var work in _schedule.UpdateStorms(now))
            {
                Begin(SummarizeAsync(work), now);
            }

            foreach (var turn in _schedule.Take(now))
            {
                Begin(_postman.ServeAsync(turn, stoppingToken), now);
            }

            return _schedule.WakeAt(now);
        }
    }

    private void Begin(Task task, DateTimeOffset now)
    {
        _underWay[task] = now;
        _ = task.ContinueWith(Over, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async Task SummarizeAsync(StormWork work)
    {
        // The caller holds the lock; the work itself must not.
        await Task.Yield();
        try
        {
            var summary = await _store.Value.SummarizeAsync(work.Room, work.Step.Summary, work.Step.Phase, CancellationToken.None);
            Finish(schedule => schedule.StormWritten(work, summary, Clock.GetUtcNow()));
            if (work.Step.Summary is null || work.Step.Phase == StormPhase.Calm)
            {
                LogStorm(work.Room, work.Step.Phase);
            }
        }
        catch (Exception failure)
        {
            LogNotSummarized(failure, work.Room);
            Finish(schedule => schedule.StormFailed(work, Clock.GetUtcNow()));
        }
    }

    private void Over(Task task)
    {
        lock (_lock)
        {
            _underWay.Remove(task);
        }

        Wake();
    }

    private void Finish(Action<Schedule> end)
    {
        lock (_lock)
        {
            end(_schedule);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Storm in {Room}: {Phase}")]
    private partial void LogStorm(Room room, StormPhase phase);

    [LoggerMessage(Level = LogLevel.Error, Message = "The summary of the storm in {Room} could not be brought up to date")]
    private partial void LogNotSummarized(Exception failure, Room room);

    [LoggerMessage(Level = LogLevel.Error, Message = "Post {Post} met a bug and cannot be queued")]
    private partial void LogNotQueued(Exception failure, long post);
}
