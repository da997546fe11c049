using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Storage;
using IncidentBot.Telemetry;

namespace IncidentBot.Delivery;

/// <summary>
/// Makes what rooms show equal what they should show. It is level-triggered: it reads the state at the moment of sending, so
/// it does not matter how often an incident changed before, or whether the program was killed in between.
/// </summary>
internal sealed partial class DeliveryLoop : BackgroundService, IPostListener, ISendAgain
{
    /// <summary>How long a stop waits for requests that are under way; what is not over then is found again at the next start.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(12);

    /// <summary>A clock that jumps is noticed after so long at the latest; timers know no longer times than some weeks anyhow.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Lazy<IIncidentStore> _store;
    private readonly DeliverySetup _setup;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Schedule _schedule;
    private readonly Postman _postman;
    private readonly Dictionary<Task, DateTimeOffset> _underWay = [];
    private TaskCompletionSource _news = NewSignal();
    private TaskCompletionSource _pass = NewSignal();
    private HashSet<long>? _heardMeanwhile;
    private int _toRead = 1;
    private int _read;

    public DeliveryLoop(
        Lazy<IIncidentStore> store, DeliverySetup setup, Random random, TimeProvider clock, BotMetrics metrics, ILogger<DeliveryLoop> logger)
    {
        (_store, _setup, _clock, _logger) = (store, setup, clock, logger);
        _schedule = new Schedule(room => setup.Now.Limits(room), random.NextDouble, () => setup.Now.Storms);
        RoomHealth = new RoomHealth(clock);
        _postman = new Postman(store, setup, clock, metrics, RoomHealth, logger, Finish);
        metrics.OldestWaiting = () =>
        {
            lock (_lock)
            {
                return _schedule.OldestSince;
            }
        };
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
                var now = _clock.GetUtcNow();
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

    /// <summary>Wakes the loop; ends when it has begun every turn that may begin. Never, when the loop has ended or hangs.</summary>
    internal Task NextPassAsync()
    {
        lock (_lock)
        {
            _news.TrySetResult();
            return _pass.Task;
        }
    }

    public void Wanted(IReadOnlyList<Post> posts)
    {
        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            foreach (var post in posts)
            {
                _heardMeanwhile?.Add(post.Id);
                Queue(post, now);
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

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _setup.Reloaded += ReadAgain;
        while (!stoppingToken.IsCancellationRequested)
        {
            var read = await ReadAsync();
            var (news, wake) = Start(stoppingToken);
            using var stopWaiting = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var left = read ? (wake - _clock.GetUtcNow()) ?? LongestWait : Backoff.After(1, 1);
            await Task.WhenAny(news, Task.Delay(Within(left), _clock, stopWaiting.Token));
            await stopWaiting.CancelAsync();
        }

        _setup.Reloaded -= ReadAgain;
        Task[] underWay;
        lock (_lock)
        {
            underWay = [.. _underWay.Keys];
        }

        await Task.WhenAny(Task.WhenAll(underWay), Task.Delay(StopWithin, _clock, CancellationToken.None));
    }

    /// <summary>At the start, and after each reload because lanes and limits are new: takes in all that waits in the store.</summary>
    private async Task<bool> ReadAsync()
    {
        int toRead;
        lock (_lock)
        {
            toRead = _toRead;
            if (_read == toRead)
            {
                return true;
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
                var now = _clock.GetUtcNow();
                schedule.Renew();
                schedule.Remember(past, now);
                foreach (var storm in storms)
                {
                    schedule.StormResumed(storm.Room, storm.Number, storm.Phase);
                }

                foreach (var post in waiting.Where(post => !_heardMeanwhile!.Contains(post.Id)))
                {
                    Queue(post, now);
                }

                _read = toRead;
            });
            return true;
        }
        catch (StoreUnavailableException failure)
        {
            LogUnread(failure.Message);
            return false;
        }
        finally
        {
            Finish(_ => _heardMeanwhile = null);
        }
    }

    /// <remarks>The caller holds the lock.</remarks>
    private void Queue(Post post, DateTimeOffset now)
    {
        // The summary of a storm stands for posts of all lanes.
        var lane = _setup.Now.Lanes.Named(post.Lane);
        _schedule.Want(post, post is { IsSummary: true, Lane: "" } ? 0 : lane.Rank, now, lane.HoldsUntil(post, now));
    }

    private void ReadAgain()
    {
        Finish(_ => _toRead++);
        Wake();
    }

    /// <summary>Begins every turn that may begin, and says what to wait for.</summary>
    private (Task News, DateTimeOffset? Wake) Start(CancellationToken stoppingToken)
    {
        lock (_lock)
        {
            _news = NewSignal();
            var now = _clock.GetUtcNow();
            foreach (var work in _schedule.UpdateStorms(now))
            {
                Begin(SummarizeAsync(work), now);
            }

            foreach (var turn in _schedule.Take(now))
            {
                Begin(_postman.ServeAsync(turn, stoppingToken), now);
            }

            _pass.TrySetResult();
            _pass = NewSignal();
            return (_news.Task, _schedule.WakeAt(now));
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
            Finish(schedule => schedule.StormWritten(work, summary, _clock.GetUtcNow()));
            if (work.Step.Summary is null || work.Step.Phase == StormPhase.Calm)
            {
                LogStorm(work.Room, work.Step.Phase);
            }
        }
        catch (Exception failure)
        {
            LogNotSummarized(failure, work.Room);
            Finish(schedule => schedule.StormFailed(work, _clock.GetUtcNow()));
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

    private void Wake()
    {
        lock (_lock)
        {
            _news.TrySetResult();
        }
    }

    /// <summary>In whole milliseconds, upwards: a timer leaves out the rest, and would come too early again and again.</summary>
    private static TimeSpan Within(TimeSpan time) => time > LongestWait ? LongestWait
        : time > TimeSpan.Zero ? TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds)) : TimeSpan.Zero;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Storm in {Room}: {Phase}")]
    private partial void LogStorm(Room room, StormPhase phase);

    [LoggerMessage(Level = LogLevel.Error, Message = "The summary of the storm in {Room} could not be brought up to date")]
    private partial void LogNotSummarized(Exception failure, Room room);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What waits cannot be read: {Reason}")]
    private partial void LogUnread(string reason);
}
