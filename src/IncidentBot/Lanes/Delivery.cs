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

    private readonly Lock _lock = new();
    private readonly Schedule _schedule = new(room => setup.Now.Limits(room), () => random.NextDouble());
    private readonly Dictionary<Task, DateTimeOffset> _underWay = [];
    private TaskCompletionSource _news = NewSignal();
    private TaskCompletionSource _pass = NewSignal();

    /// <summary>Nothing is under way and nothing can begin before this moment; null when nothing waits at all.</summary>
    internal (bool Idle, DateTimeOffset? WakeAt) Rest
    {
        get
        {
            lock (_lock)
            {
                var now = clock.GetUtcNow();
                var wake = _schedule.WakeAt(now);
                return (_underWay.Count == 0 && (wake is null || wake > now), wake);
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
        Wanted(await store.Value.WaitingAsync(stoppingToken));
        while (!stoppingToken.IsCancellationRequested)
        {
            var (news, wake) = Start(stoppingToken);
            using var stopWaiting = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var wait = wake is { } at ? Task.Delay(Positive(at - clock.GetUtcNow()), clock, stopWaiting.Token) : Task.Delay(Timeout.InfiniteTimeSpan, clock, stopWaiting.Token);
            await Task.WhenAny(news, wait);
            await stopWaiting.CancelAsync();
        }

        Task[] underWay;
        lock (_lock)
        {
            underWay = [.. _underWay.Keys];
        }

        await Task.WhenAny(Task.WhenAll(underWay), Task.Delay(StopWithin, clock, CancellationToken.None));
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
            Finish(schedule => schedule.TryAgain(turn.Room, turn.Kind, null, clock.GetUtcNow()));
        }
        catch (Exception failure)
        {
            LogBug(failure, turn.Post);
            Finish(schedule => schedule.TryAgain(turn.Room, turn.Kind, null, clock.GetUtcNow()));
        }
    }

    private async Task ServeOnceAsync(Turn turn, CancellationToken stoppingToken)
    {
        var parts = setup.Now;
        if (await store.Value.ViewAsync(turn.Post, stoppingToken) is not { } view || view.Post.Room != turn.Room)
        {
            Finish(schedule => schedule.Refused(turn.Post, turn.Room));
            return;
        }

        var request = Request.For(view, parts, store.Value.Identity, clock.GetUtcNow());
        if (request is null)
        {
            // The thread has nothing to be told after all.
            await EndAsync(turn, new PostChange(Told: view.Post.History), schedule => schedule.Served(turn.Room));
            return;
        }

        if (parts.Channel(turn.Room) is not { } channel)
        {
            var reason = $"no channel \"{turn.Room.Kind}\" is configured";
            await EndAsync(turn, new PostChange(Reason: reason, Refused: true, WholeRoom: true), schedule => schedule.RoomRefused(turn.Room, clock.GetUtcNow()));
            return;
        }

        var result = await SendAsync(channel, request, view.Post, stoppingToken);
        metrics.Attempt(turn.Room.Kind, result.Word);
        LogAttempt(turn.Room, view.Post.Incident, request.Intent.Kind, result);
        await RecordAsync(turn, request, result);
    }

    private async Task<SendResult> SendAsync(IChannel channel, Request request, Post post, CancellationToken stoppingToken)
    {
        if (post.Intent is { Kind: SendKinds.Create or SendKinds.Reply })
        {
            var found = await channel.FindAsync(request.Attempt, stoppingToken);
            if (found.Failure is { } failure)
            {
                return failure with { Unclear = true };
            }

            if (found.MessageId is { } message)
            {
                return new SendResult.Delivered(message);
            }
        }
        else
        {
            await store.Value.BeginAsync(post.Id, request.Intent, stoppingToken);
        }

        // A request that has begun is finished also when the program stops, so that its end is known.
        return await channel.SendAsync(request.Attempt, CancellationToken.None);
    }

    private Task RecordAsync(Turn turn, Request request, SendResult result)
    {
        var now = clock.GetUtcNow();
        var kind = request.Intent.Kind;
        return result switch
        {
            SendResult.Delivered sent => EndAsync(turn, request.Shown(sent.MessageId), schedule => schedule.Served(turn.Room)),
            SendResult.TryAgain later => EndAsync(turn, new PostChange(Reason: later.Reason, Unclear: later.Unclear),
                schedule => schedule.TryAgain(turn.Room, kind, later.After, now)),
            SendResult.Refused { WholeRoom: true } refused => EndAsync(turn, new PostChange(Reason: refused.Reason, Refused: true, WholeRoom: true),
                schedule => schedule.RoomRefused(turn.Room, now)),
            SendResult.Refused refused => EndAsync(turn, new PostChange(Reason: refused.Reason, Refused: true),
                schedule => schedule.Refused(turn.Post, turn.Room), requeue: false),
            SendResult.Gone gone => EndAsync(turn, new PostChange(Reason: gone.Reason, Vanished: true), schedule => schedule.Served(turn.Room)),
            SendResult.Moved moved => EndAsync(turn, new PostChange(MovedTo: moved.To), schedule => schedule.Refused(turn.Post, turn.Room)),
            _ => throw new InvalidOperationException($"{result} is not an end"),
        };
    }

    /// <summary>Writes down how a turn ended, and puts the post back in the queue when it wants more.</summary>
    private async Task EndAsync(Turn turn, PostChange change, Action<Schedule> end, bool requeue = true)
    {
        var post = await store.Value.EndAsync(turn.Post, change, CancellationToken.None);
        Finish(schedule =>
        {
            if (post is null)
            {
                schedule.Refused(turn.Post, turn.Room);
            }
            else
            {
                end(schedule);
                if (requeue)
                {
                    schedule.Want(post, setup.Now.Lanes.Named(post.Lane).Rank);
                }
            }
        });
        if (change.MovedTo is not null)
        {
            Wanted(await store.Value.WaitingAsync(CancellationToken.None));
        }
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

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} of incident {Incident} in {Room}: {Result}")]
    private partial void LogAttempt(Room room, long incident, SendKinds kind, SendResult result);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Post {Post} waits for the store: {Reason}")]
    private partial void LogStoreFailed(long post, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Post {Post} met a bug and will be tried again")]
    private partial void LogBug(Exception failure, long post);
}
