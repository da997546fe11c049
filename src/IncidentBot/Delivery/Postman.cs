using IncidentBot.Channels;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Storage;

namespace IncidentBot.Delivery;

/// <summary>
/// Serves one turn of delivery: 1. reads the post and its incident; 2. looks for a request whose end is unknown; 3. writes
/// down the request; 4. sends it; 5. writes down how it ended.
/// </summary>
/// <param name="finish">Tells the queue how a turn ended.</param>
internal sealed partial class Postman(
    Lazy<IIncidentStore> store, DeliverySetup setup, TimeProvider clock, DeliveryMetrics metrics, RoomHealth health, ILogger logger, Action<Action<Schedule>> finish)
{
    /// <summary>Serves a turn to its end; never throws.</summary>
    public async Task ServeAsync(RoomTurn turn, CancellationToken stoppingToken)
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
            finish(schedule =>
            {
                schedule.PutBack(turn);
                schedule.TryAgain(turn, null, clock.GetUtcNow());
            });
        }
        catch (Exception failure)
        {
            LogBug(failure, turn.Post);
            await SetAsideAsync(turn, stoppingToken);
        }
    }

    private async Task ServeOnceAsync(RoomTurn turn, CancellationToken stoppingToken)
    {
        var parts = setup.Now;
        if (await store.Value.ViewAsync(turn.Post, stoppingToken) is not { Post.Next: not null } view || view.Post.Room != turn.Room)
        {
            finish(schedule => schedule.Released(turn));
            return;
        }

        var request = Request.For(view, parts, store.Value.Identity, clock.GetUtcNow());
        if (request is null)
        {
            // The thread has nothing to be told after all.
            await EndAsync(turn, new PostChange(Told: view.Post.History), schedule => schedule.Released(turn), stoppingToken);
            return;
        }

        if (request.Intent.Kind != turn.Kind)
        {
            // What was read at the start is older than what is true by now, and another budget pays for it.
            finish(schedule =>
            {
                schedule.Released(turn);
                schedule.PutBack(turn with { Queued = turn.Queued with { Kind = request.Intent.Kind } });
            });
            return;
        }

        if (parts.Lanes.Named(view.Post.Lane).HoldsUntil(view.Post, clock.GetUtcNow()) is { } end)
        {
            // It had its place before the quiet hours began.
            finish(schedule =>
            {
                schedule.Released(turn);
                schedule.PutBack(turn, end);
            });
            return;
        }

        if (parts.Channel(turn.Room) is not { } channel)
        {
            var reason = $"no channel \"{turn.Room.Kind}\" is configured";
            await EndAsync(turn, new PostChange(Reason: reason, Refused: true, WholeRoom: true, Unclear: IsUnclear(view.Post)),
                schedule => schedule.RoomRefused(turn, clock.GetUtcNow()), stoppingToken);
            return;
        }

        (request, var result) = await SendAsync(channel, view, request, parts, stoppingToken);
        if (result is null)
        {
            finish(schedule => schedule.Released(turn));
            return;
        }

        metrics.Attempt(turn.Room.Kind, result.Word);
        LogAttempt(turn.Room, view.Post.Incident, request.Intent.Kind, result);
        await RecordAsync(turn, request, result, IsUnclear(view.Post), stoppingToken);
    }

    /// <summary>
    /// Sends a request, unless an earlier one whose end was unknown is found to have arrived. Returns the one that counts, without a
    /// result when there is no need any more: an end of the incident or what explains it came first.
    /// </summary>
    private async Task<(Request Request, SendResult? Result)> SendAsync(
        IChannel channel, View view, Request request, DeliveryParts parts, CancellationToken stoppingToken)
    {
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
            request = found.RepeatFinds ? request
                : Request.For(view with { Post = view.Post with { Intent = null } }, parts, store.Value.Identity, clock.GetUtcNow()) ?? request;
        }

        if (!await store.Value.BeginAsync(view.Post.Id, request.Intent, stoppingToken))
        {
            return (request, null);
        }

        // A request that has begun is finished also when the program stops, so that its end is known.
        return (request, await channel.SendAsync(request.Attempt, CancellationToken.None));
    }

    /// <param name="unclear">An earlier request of this post may have arrived: a failure of this one says nothing about that.</param>
    private Task RecordAsync(RoomTurn turn, Request request, SendResult result, bool unclear, CancellationToken stoppingToken)
    {
        var now = clock.GetUtcNow();
        return result switch
        {
            SendResult.Delivered sent => EndAsync(turn, request.Shown(sent.MessageId), schedule => schedule.Served(turn), stoppingToken),
            SendResult.TryAgain later => EndAsync(
                turn, new PostChange(Reason: later.Reason, Unclear: later.Unclear || unclear, ClosedUntil: later.After is { } told ? now + told : null),
                schedule => schedule.TryAgain(turn, later.After, now), stoppingToken),
            SendResult.Refused { WholeRoom: true } refused => EndAsync(
                turn, new PostChange(Reason: refused.Reason, Refused: true, WholeRoom: true, Unclear: unclear),
                schedule => schedule.RoomRefused(turn, now), stoppingToken),
            SendResult.Refused refused => EndAsync(
                turn, new PostChange(Reason: refused.Reason, Refused: true, Unclear: unclear), schedule => schedule.Served(turn), stoppingToken),
            SendResult.Gone gone => EndAsync(
                turn, new PostChange(Reason: gone.Reason, Vanished: true), schedule => schedule.Served(turn), stoppingToken),
            SendResult.Moved moved when moved.To == turn.Room => EndAsync(
                turn, new PostChange(Reason: "the vendor says that the room moved to where it is", Refused: true, WholeRoom: true),
                schedule => schedule.RoomRefused(turn, now), stoppingToken),
            SendResult.Moved moved => EndAsync(turn, new PostChange(MovedTo: moved.To), schedule => schedule.Moved(turn, moved.To), stoppingToken),
            _ => throw new InvalidOperationException($"{result} is not an end"),
        };
    }

    /// <summary>
    /// Writes down how a turn ended, however long the store needs: a request that nobody knows of would be sent twice. The
    /// store tells the queue what the post wants now, in the order of the commits, so here only the turn ends.
    /// </summary>
    private async Task EndAsync(RoomTurn turn, PostChange change, Action<Schedule> end, CancellationToken stoppingToken)
    {
        health.Heard(turn.Room, change);
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

        finish(end);
    }

    /// <summary>A post that this program cannot handle must not hold up its room: it is refused until it changes.</summary>
    private async Task SetAsideAsync(RoomTurn turn, CancellationToken stoppingToken)
    {
        try
        {
            var change = new PostChange(Reason: "IncidentBot met a bug with it: see its log", Refused: true);
            await EndAsync(turn, change, schedule => schedule.Served(turn), stoppingToken);
        }
        catch (Exception failure)
        {
            LogBug(failure, turn.Post);
            finish(schedule =>
            {
                schedule.PutBack(turn);
                schedule.TryAgain(turn, null, clock.GetUtcNow());
            });
        }
    }

    private static bool IsUnclear(Post post) => post.Intent is { Kind: SendKinds.Create or SendKinds.Reply };

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} of incident {Incident} in {Room}: {Result}")]
    private partial void LogAttempt(Room room, long incident, SendKinds kind, SendResult result);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Post {Post} waits for the store: {Reason}")]
    private partial void LogStoreFailed(long post, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Post {Post} met a bug and is set aside")]
    private partial void LogBug(Exception failure, long post);
}
