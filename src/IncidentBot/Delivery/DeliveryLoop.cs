using System.Collections.Concurrent;
using IncidentBot.Loops;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Storage;

namespace IncidentBot.Delivery;

/// <summary>
/// Makes what rooms show equal what they should show. It is level-triggered: it reads the state at the moment of sending, so
/// it does not matter how often an incident changed before, or whether the program was killed in between. It alone touches the
/// schedule; others write into its inbox and wake it, so that no commit waits for its arithmetic.
/// </summary>
internal sealed partial class DeliveryLoop : Loop, ISendAgain, IWaitReasons
{
    /// <summary>How long a stop waits for requests that are under way; what is not over then is found again at the next start.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(12);

    /// <summary>A page does not wait longer for the reasons of posts.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(1);

    /// <summary>A clock that jumps is noticed after so long at the latest; timers know no longer times than some weeks anyhow.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly ConcurrentQueue<DeliveryEvent> _inbox = new();
    private readonly IPosts _store;
    private readonly DeliverySetup _setup;
    private readonly Schedule _schedule;
    private readonly Postman _postman;
    private readonly Dictionary<Task, DateTimeOffset> _underWay = [];
    private volatile DeliveryState _state = new(false, 0, null, null, null);
    private bool _isFirst = true;
    private bool _isRead;

    public DeliveryLoop(IPosts store, ChangeFeed feed, DeliverySetup setup, Random random, DeliveryMetrics metrics, LoopBook book)
        : base("delivery", book, LongestWait)
    {
        (_store, _setup) = (store, setup);
        _schedule = new Schedule(room => setup.Now.Limits(room), random.NextDouble, () => setup.Now.Storms);
        RoomHealth = new RoomHealth(Clock);
        _postman = new Postman(store, setup, Clock, metrics, RoomHealth, _logger, Tell);
        setup.Reloaded += () => Tell(new DeliveryEvent.Reloaded());
        feed.Subscribe(change =>
        {
            if (change.Wanted.Count > 0)
            {
                Tell(new DeliveryEvent.Wanted(change.Wanted));
            }
        });
    }

    /// <summary>How delivery stands since the last turn.</summary>
    internal DeliveryState State => _state;

    /// <summary>Whether all that it was told of is in <see cref="State"/>.</summary>
    internal bool IsUpToDate => IsAsleep && _inbox.IsEmpty;

    /// <summary>Which rooms take what they are sent.</summary>
    internal RoomHealth RoomHealth { get; }

    public async Task<int> SendAgainAsync(long? post, Room? room, CancellationToken cancellationToken)
    {
        var posts = await _store.SendAgainAsync(post, room, cancellationToken);
        Tell(new DeliveryEvent.RetryNow([.. posts.Select(again => again.Room).Concat(room is { } named ? [named] : []).Distinct()]));
        return posts.Count;
    }

    public async Task<IReadOnlyDictionary<long, PostWait>> WhyAsync(IReadOnlyList<Post> posts, CancellationToken cancellationToken)
    {
        var asked = new DeliveryEvent.Asked(posts, new(TaskCreationOptions.RunContinuationsAsynchronously));
        Tell(asked);
        try
        {
            return await asked.Answer.Task.WaitAsync(AnswerWithin, Clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return new Dictionary<long, PostWait>();
        }
    }

    /// <summary>Begins every request that may begin; those that are known also while what waits cannot be read.</summary>
    protected override async Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        TakeEvents();
        try
        {
            if (!_isRead)
            {
                await ReadAsync();
            }
        }
        finally
        {
            Start(stoppingToken);
        }

        return _state.WakeAt;
    }

    protected override Task EndAsync() =>
        Task.WhenAny(Task.WhenAll(_underWay.Keys), Task.Delay(StopWithin, Clock, CancellationToken.None));

    private void Tell(DeliveryEvent told)
    {
        _inbox.Enqueue(told);
        Wake();
    }

    private void TakeEvents()
    {
        while (_inbox.TryDequeue(out var told))
        {
            Take(told, Clock.GetUtcNow());
        }
    }

    private void Take(DeliveryEvent told, DateTimeOffset now)
    {
        switch (told)
        {
            case DeliveryEvent.Wanted(var posts):
                foreach (var post in posts)
                {
                    _isRead &= Queue(post, now);
                }

                break;

            case DeliveryEvent.Ended(var turn, var end):
                _schedule.End(turn, end, now);
                break;

            case DeliveryEvent.Released released:
                _schedule.Released(released.Turn);
                if (released.Again)
                {
                    _schedule.PutBack(released.Turn, released.HeldUntil);
                }

                break;

            case DeliveryEvent.Failed(var turn):
                _schedule.PutBack(turn);
                _schedule.TryAgain(turn, null, now);
                break;

            case DeliveryEvent.Over(var task):
                _underWay.Remove(task);
                break;

            case DeliveryEvent.RetryNow(var rooms):
                Array.ForEach([.. rooms], _schedule.RetryNow);
                break;

            case DeliveryEvent.Summarized(var work, { } summary):
                _schedule.StormWritten(work, summary, now);
                break;

            case DeliveryEvent.Summarized(var work, null):
                _schedule.StormFailed(work, now);
                break;

            case DeliveryEvent.Asked(var posts, var answer):
                answer.TrySetResult(Why(posts, now));
                break;

            case DeliveryEvent.Reloaded:
                _isRead = false;
                break;

            default:
                throw new InvalidOperationException($"{told} is not known");
        }
    }

    private Dictionary<long, PostWait> Why(IReadOnlyList<Post> posts, DateTimeOffset now) =>
        posts.Select(post => (post.Id, Wait: _schedule.Why(post.Room, post.Id, now))).Where(post => post.Wait is not null)
            .ToDictionary(post => post.Id, post => post.Wait!);

    /// <summary>
    /// At the start, and after each reload because lanes and limits are new: takes in all that waits in the store. What is told of
    /// meanwhile is in the inbox, and newer.
    /// </summary>
    private async Task ReadAsync()
    {
        var storms = _isFirst ? await _store.OpenSummariesAsync(CancellationToken.None) : [];
        var past = _isFirst ? await _store.PastRequestsAsync(CancellationToken.None) : [];
        var waiting = await _store.WaitingAsync(CancellationToken.None);
        var now = Clock.GetUtcNow();
        _schedule.Renew();
        _schedule.Remember(past, now);
        foreach (var storm in storms)
        {
            _schedule.StormResumed(storm.Room, storm.Number, storm.Phase);
        }

        _isFirst = false;
        var odd = waiting.Count(post => !Queue(post, now));
        _isRead = odd == 0 ? true : throw new InvalidOperationException($"{odd} posts could not be queued");
        TakeEvents();
    }

    /// <returns>False when a bug keeps it from being queued: the others are, and it is read again.</returns>
    private bool Queue(Post post, DateTimeOffset now)
    {
        try
        {
            // The summary of a storm stands for posts of all lanes.
            var lane = _setup.Now.Lanes.Named(post.Lane);
            _schedule.Want(post, post.Subject is PostSubject.OfStorm ? 0 : lane.Rank, now, lane.HoldsUntil(post, now));
            return true;
        }
        catch (Exception failure)
        {
            LogNotQueued(failure, post.Id);
            return false;
        }
    }

    /// <summary>Begins every turn that may begin, and says how things stand.</summary>
    private void Start(CancellationToken stoppingToken)
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

        _state = new DeliveryState(
            _isRead, _underWay.Count, _underWay.Count == 0 ? null : _underWay.Values.Min(), _schedule.OldestSince, _schedule.WakeAt(now));
    }

    private void Begin(Task task, DateTimeOffset now)
    {
        _underWay[task] = now;
        _ = task.ContinueWith(
            over => Tell(new DeliveryEvent.Over(over)), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async Task SummarizeAsync(StormWork work)
    {
        // The loop goes on with the other rooms.
        await Task.Yield();
        try
        {
            var summary = await _store.SummarizeAsync(work.Room, work.Step.Summary, work.Step.Phase, CancellationToken.None);
            Tell(new DeliveryEvent.Summarized(work, summary));
            if (work.Step.Summary is null || work.Step.Phase == StormPhase.Calm)
            {
                LogStorm(work.Room, work.Step.Phase);
            }
        }
        catch (Exception failure)
        {
            LogNotSummarized(failure, work.Room);
            Tell(new DeliveryEvent.Summarized(work, null));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Storm in {Room}: {Phase}")]
    private partial void LogStorm(Room room, StormPhase phase);

    [LoggerMessage(Level = LogLevel.Error, Message = "The summary of the storm in {Room} could not be brought up to date")]
    private partial void LogNotSummarized(Exception failure, Room room);

    [LoggerMessage(Level = LogLevel.Error, Message = "Post {Post} met a bug and cannot be queued")]
    private partial void LogNotQueued(Exception failure, long post);
}
