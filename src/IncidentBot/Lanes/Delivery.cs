using IncidentBot.Channels;
using IncidentBot.Storage;
using IncidentBot.Telemetry;

namespace IncidentBot.Lanes;

/// <summary>
/// Makes what rooms show equal what they should show. It is level-triggered: it reads the state at the moment of sending, so
/// it does not matter how often an incident changed before, or whether the program was killed in between.
/// <para>For each turn: 1. read the post and its incident; 2. look for a request whose end is unknown; 3. write down the request;
/// 4. send it; 5. write down how it ended.</para>
/// </summary>
internal sealed partial class Delivery(
    Lazy<IIncidentStore> store, DeliverySetup setup, Random random, TimeProvider clock, BotMetrics metrics, ILogger<Delivery> logger)
    : BackgroundService, IPostListener, ISendAgain
{
    /// <summary>How long a stop waits for requests that are under way; what is not over then is found again at the next start.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(12);

    /// <summary>A clock that jumps is noticed after so long at the latest; timers know no longer times than some weeks anyhow.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Schedule _schedule = new(room => setup.Now.Limits(room), () => random.NextDouble());
    private readonly Dictionary<Task, DateTimeOffset> _underWay = [];
    private TaskCompletionSource _news = NewSignal();
    private TaskCompletionSource _pass = NewSignal();
    private int _toRead = 1;
    private int _read;

    /// <summary>Whether nothing is under way and nothing can begin now; how many requests are, and when the next can begin.</summary>
    internal (bool Idle, int UnderWay, DateTimeOffset? WakeAt) Rest
    {
        get
        {
            lock (_lock)
            {
                var now = clock.GetUtcNow();
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
            foreach (var post in posts)
            {
                _schedule.Want(post, setup.Now.Lanes.Named(post.Lane).Rank);
            }
        }

        Wake();
    }

    public async Task<int> SendAgainAsync(long? post, Room? room, CancellationToken cancellationToken)
    {
        var posts = await store.Value.SendAgainAsync(post, room, cancellationToken);
        lock (_lock)
        {
            foreach (var again in posts.Select(again => again.Room).Concat(room is { } named ? [named] : []).Distinct())
            {
                _schedule.Hurry(again);
            }
        }

        Wake();
        return posts.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        setup.Reloaded += ReadAgain;
        while (!stoppingToken.IsCancellationRequested)
        {
            var read = await ReadAsync();
            var (news, wake) = Start(stoppingToken);
            using var stopWaiting = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var left = read ? (wake - clock.GetUtcNow()) ?? LongestWait : Backoff.After(1, 1);
            await Task.WhenAny(news, Task.Delay(Within(left), clock, stopWaiting.Token));
            await stopWaiting.CancelAsync();
        }

        setup.Reloaded -= ReadAgain;
        Task[] underWay;
        lock (_lock)
        {
            underWay = [.. _underWay.Keys];
        }

        await Task.WhenAny(Task.WhenAll(underWay), Task.Delay(StopWithin, clock, CancellationToken.None));
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
            var waiting = await store.Value.WaitingAsync(CancellationToken.None);
            Finish(schedule => schedule.Renew());
            Wanted(waiting);
            Finish(_ => _read = toRead);
            return true;
        }
        catch (StoreUnavailableException failure)
        {
            LogUnread(failure.Message);
            return false;
        }
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
            var now = clock.GetUtcNow();
            foreach (var turn in _schedule.Take(now))
            {
                var task = ServeAsync(turn, stoppingToken);
                _underWay[task] = now;
                _ = task.ContinueWith(Over, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }

            _pass.TrySetResult();
            _pass = NewSignal();
            return (_news.Task, _schedule.WakeAt(now));
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

    private async Task ServeAsync(Turn turn, CancellationToken stoppingToken)
    {
        // The caller holds the lock; the work itself must not.
        await Task.Yield();
        try
        {
            await ServeOnceAsync(turn, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Its request is written down and is looked for at the next start.
        }
        catch (StoreUnavailableException failure)
        {
            LogStoreFailed(turn.Post, failure.Message);
            Finish(schedule =>
            {
                schedule.PutBack(turn);
                schedule.TryAgain(turn.Room, turn.Kind, null, clock.GetUtcNow());
            });
        }
        catch (Exception failure)
        {
            LogBug(failure, turn.Post);
            await SetAsideAsync(turn, stoppingToken);
        }
    }

    private async Task ServeOnceAsync(Turn turn, CancellationToken stoppingToken)
    {
        var parts = setup.Now;
        if (await store.Value.ViewAsync(turn.Post, stoppingToken) is not { Post.Next: not null } view || view.Post.Room != turn.Room)
        {
            Finish(schedule => schedule.Released(turn.Room));
            return;
        }

        var request = Request.For(view, parts, store.Value.Identity, clock.GetUtcNow());
        if (request is null)
        {
            // The thread has nothing to be told after all.
            await EndAsync(turn, new PostChange(Told: view.Post.History), schedule => schedule.Released(turn.Room), stoppingToken);
            return;
        }

        if (request.Intent.Kind != turn.Kind)
        {
            // What was read at the start is older than what is true by now, and another budget pays for it.
            Finish(schedule =>
            {
                schedule.Released(turn.Room);
                schedule.PutBack(turn with { Kind = request.Intent.Kind });
            });
            return;
        }

        if (parts.Channel(turn.Room) is not { } channel)
        {
            var reason = $"no channel \"{turn.Room.Kind}\" is configured";
            await EndAsync(turn, new PostChange(Reason: reason, Refused: true, WholeRoom: true, Unclear: IsUnclear(view.Post)),
                schedule => schedule.RoomRefused(turn.Room, clock.GetUtcNow()), stoppingToken);
            return;
        }

        (request, var result) = await SendAsync(channel, view, request, parts, stoppingToken);
        metrics.Attempt(turn.Room.Kind, result.Word);
        LogAttempt(turn.Room, view.Post.Incident, request.Intent.Kind, result);
        await RecordAsync(turn, request, result, IsUnclear(view.Post), stoppingToken);
    }

    /// <summary>Sends a request, unless an earlier one whose end was unknown is found to have arrived. Returns the one that counts.</summary>
    private async Task<(Request Request, SendResult Result)> SendAsync(
        IChannel channel, PostView view, Request request, DeliveryParts parts, CancellationToken stoppingToken)
    {
        var begin = true;
        if (IsUnclear(view.Post))
        {
            var found = await channel.FindAsync(request.Attempt, stoppingToken);
            if (found.Failure is { } failure)
            {
                return (request, failure);
            }

            if (found.MessageId is { } message)
            {
                return (request, new SendResult.Delivered(message));
            }

            // What never arrived need not be made up for: the newest state is sent instead.
            begin = !found.RepeatFinds;
            request = begin ? Request.For(view with { Post = view.Post with { Intent = null } }, parts, store.Value.Identity, clock.GetUtcNow()) ?? request : request;
        }

        if (begin)
        {
            await store.Value.BeginAsync(view.Post.Id, request.Intent, stoppingToken);
        }

        // A request that has begun is finished also when the program stops, so that its end is known.
        return (request, await channel.SendAsync(request.Attempt, CancellationToken.None));
    }

    /// <param name="unclear">An earlier request of this post may have arrived: a failure of this one says nothing about that.</param>
    private Task RecordAsync(Turn turn, Request request, SendResult result, bool unclear, CancellationToken stoppingToken)
    {
        var now = clock.GetUtcNow();
        return result switch
        {
            SendResult.Delivered sent => EndAsync(turn, request.Shown(sent.MessageId), schedule => schedule.Served(turn.Room), stoppingToken),
            SendResult.TryAgain later => EndAsync(turn, new PostChange(Reason: later.Reason, Unclear: later.Unclear || unclear),
                schedule => schedule.TryAgain(turn.Room, turn.Kind, later.After, now), stoppingToken),
            SendResult.Refused { WholeRoom: true } refused => EndAsync(
                turn, new PostChange(Reason: refused.Reason, Refused: true, WholeRoom: true, Unclear: unclear),
                schedule => schedule.RoomRefused(turn.Room, now), stoppingToken),
            SendResult.Refused refused => EndAsync(
                turn, new PostChange(Reason: refused.Reason, Refused: true, Unclear: unclear), schedule => schedule.Served(turn.Room), stoppingToken),
            SendResult.Gone gone => EndAsync(
                turn, new PostChange(Reason: gone.Reason, Vanished: true), schedule => schedule.Served(turn.Room), stoppingToken),
            SendResult.Moved moved when moved.To == turn.Room => EndAsync(
                turn, new PostChange(Reason: "the vendor says that the room moved to where it is", Refused: true, WholeRoom: true),
                schedule => schedule.RoomRefused(turn.Room, now), stoppingToken),
            SendResult.Moved moved => EndAsync(turn, new PostChange(MovedTo: moved.To), schedule => schedule.Served(turn.Room), stoppingToken),
            _ => throw new InvalidOperationException($"{result} is not an end"),
        };
    }

    /// <summary>
    /// Writes down how a turn ended, however long the store needs: a request that nobody knows of would be sent twice. The
    /// store tells the queue what the post wants now, in the order of the commits, so here only the turn ends.
    /// </summary>
    private async Task EndAsync(Turn turn, PostChange change, Action<Schedule> end, CancellationToken stoppingToken)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                if (await store.Value.EndAsync(turn.Post, change, CancellationToken.None) is { NeedsWork: false, ShownAt: { } shown } post)
                {
                    metrics.Shown(shown - post.WantedSince);
                }

                break;
            }
            catch (StoreUnavailableException failure)
            {
                LogStoreFailed(turn.Post, failure.Message);
                await Task.Delay(Backoff.After(failures, 1), clock, stoppingToken);
            }
        }

        Finish(end);
    }

    /// <summary>A post that this program cannot handle must not hold up its room: it is refused until it changes.</summary>
    private async Task SetAsideAsync(Turn turn, CancellationToken stoppingToken)
    {
        try
        {
            var change = new PostChange(Reason: "IncidentBot met a bug with it: see its log", Refused: true);
            await EndAsync(turn, change, schedule => schedule.Served(turn.Room), stoppingToken);
        }
        catch (Exception failure)
        {
            LogBug(failure, turn.Post);
            Finish(schedule => schedule.TryAgain(turn.Room, turn.Kind, null, clock.GetUtcNow()));
        }
    }

    private static bool IsUnclear(Post post) => post.Intent is { Kind: SendKinds.Create or SendKinds.Reply };

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

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} of incident {Incident} in {Room}: {Result}")]
    private partial void LogAttempt(Room room, long incident, SendKinds kind, SendResult result);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Post {Post} waits for the store: {Reason}")]
    private partial void LogStoreFailed(long post, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What waits cannot be read: {Reason}")]
    private partial void LogUnread(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Post {Post} met a bug and is set aside")]
    private partial void LogBug(Exception failure, long post);
}
