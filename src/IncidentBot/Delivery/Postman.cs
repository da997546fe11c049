using IncidentBot.Channels;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Storage;

namespace IncidentBot.Delivery;

/// <summary>
/// Serves one turn of delivery: 1. claims the next request of the post, which writes it down; 2. looks for one before it whose end
/// is unknown; 3. sends it; 4. writes down how it ended.
/// </summary>
/// <param name="tell">Tells the loop how a turn ended.</param>
internal sealed partial class Postman(
    IPosts store, DeliverySetup setup, TimeProvider clock, DeliveryMetrics metrics, RoomHealth health, ILogger logger,
        Action<DeliveryEvent> tell)
{
    /// <summary>Serves a turn to its end; never throws.</summary>
    public async Task ServeAsync(RoomTurn turn, CancellationToken stoppingToken)
    {
        // The loop goes on with the other rooms.
        await Task.Yield();
        try
        {
            await ServeOnceAsync(turn, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Its request is written down and is looked for at the next start.
        }
        catch (IncidentFailedException)
        {
            await SetAsideAsync(turn, stoppingToken);
        }
        catch (StoreUnavailableException failure)
        {
            LogStoreFailed(turn.Post, failure.Message);
            tell(new DeliveryEvent.Failed(turn));
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
        var channel = parts.Channel(turn.Room);
        var terms = new ClaimTerms(turn.Room, turn.Kind, parts.Lanes) { HasChannel = channel is not null };
        var claim = await store.ClaimAsync(turn.Post, terms, stoppingToken);
        if (claim is Claim.Look look)
        {
            var (found, end) = await LookAsync(channel!, look, parts, stoppingToken);
            if (end is not null)
            {
                await EndAsync(turn, look.View.Post, look.Intent, end, unclear: true, stoppingToken);
                return;
            }

            claim = await store.ClaimAsync(turn.Post, terms with { Looked = found }, stoppingToken);
        }

        switch (claim)
        {
            case Claim.Send send:
                // A request that has begun is finished also when the program stops, so that its end is known.
                if (send is { View: PostView { Incident: var incident }, Intent.Kind: not SendKinds.Reply })
                {
                    await parts.Writer.PrepareAsync(incident, CancellationToken.None);
                }

                var attempt = Request.For(send.View, send.Intent, parts, store.Identity, clock.GetUtcNow());
                await EndAsync(turn, send.View.Post, send.Intent, await channel!.SendAsync(attempt, CancellationToken.None), send.Unclear,
                    stoppingToken);
                break;

            case Claim.NoChannel:
                await EndAsync(turn, new RequestEnd.RefusedRoom($"no channel \"{turn.Room.Kind}\" is configured", Unclear: true),
                    stoppingToken);
                break;

            case Claim.OtherKind(var kind):
                tell(new DeliveryEvent.Released(turn with { Queued = turn.Queued with { Kind = kind } }, Again: true));
                break;

            case Claim.Held(var until):
                tell(new DeliveryEvent.Released(turn, Again: true, until));
                break;

            default:
                tell(new DeliveryEvent.Released(turn));
                break;
        }
    }

    /// <summary>
    /// Looks for a request whose end is unknown. Returns its end when that is known by now, or else what the look has shown.
    /// </summary>
    private async Task<(Looked Found, SendResult? End)> LookAsync(IChannel channel, Claim.Look look, DeliveryParts parts,
        CancellationToken stoppingToken)
    {
        var attempt = Request.For(look.View, look.Intent, parts, store.Identity, clock.GetUtcNow());
        var found = await channel.FindAsync(attempt, stoppingToken);
        return found.Failure is { } failure ? (Looked.NotYet, failure)
            : found.MessageId is { } message ? (Looked.NotYet, new SendResult.Delivered(message))
            : (found.RepeatFinds ? Looked.RepeatFinds : Looked.NotThere, null);
    }

    /// <param name="unclear">An earlier request of this post may have arrived: a failure of this one says nothing about that.</param>
    private Task EndAsync(RoomTurn turn, Post post, PostIntent intent, SendResult result, bool unclear, CancellationToken stoppingToken)
    {
        metrics.Attempt(turn.Room.Kind, result.Word);
        LogAttempt(result, post, intent.Kind);
        RequestEnd end = result switch
        {
            SendResult.Delivered sent => new RequestEnd.Delivered(intent, sent.MessageId),
            SendResult.TryAgain later => new RequestEnd.TryAgain(
                later.Reason, later.Unclear || unclear, later.After is { } after ? clock.GetUtcNow() + after : null),
            SendResult.Refused { WholeRoom: true } refused when health.Believes(turn.Room) =>
                new RequestEnd.RefusedRoom(refused.Reason, unclear),
            SendResult.Refused { WholeRoom: true } refused => new RequestEnd.TryAgain(refused.Reason, unclear),
            SendResult.Refused refused => new RequestEnd.RefusedText(refused.Reason, unclear),
            SendResult.Gone gone => new RequestEnd.Gone(gone.Reason),
            SendResult.Moved moved when moved.To == turn.Room =>
                new RequestEnd.RefusedRoom("the vendor says that the room moved to where it is"),
            SendResult.Moved moved => new RequestEnd.Moved(moved.To),
            _ => throw new InvalidOperationException($"{result} is not an end"),
        };
        return EndAsync(turn, end, stoppingToken);
    }

    /// <summary>
    /// Writes down how a turn ended, however long the store needs: a request that nobody knows of would be sent twice. The
    /// store tells the queue what the post wants now, in the order of the commits, so here only the turn ends.
    /// </summary>
    private async Task EndAsync(RoomTurn turn, RequestEnd end, CancellationToken stoppingToken)
    {
        health.Heard(turn.Room, end);
        for (var failures = 1; ; failures++)
        {
            try
            {
                if (await store.EndAsync(turn.Post, end, CancellationToken.None) is
                    {
                        NeedsWork: false,
                        Progress: { ShownAt: { } shown } progress
                    })
                {
                    metrics.Shown(shown - progress.WantedSince);
                }

                break;
            }
            catch (StoreUnavailableException failure)
            {
                LogStoreFailed(turn.Post, failure.Message);
                await Task.Delay(Backoff.After(failures, 1), clock, stoppingToken);
            }
        }

        tell(new DeliveryEvent.Ended(turn, end));
    }

    /// <summary>A post that this program cannot handle must not hold up its room: it is refused until it changes.</summary>
    private async Task SetAsideAsync(RoomTurn turn, CancellationToken stoppingToken)
    {
        try
        {
            await EndAsync(turn, new RequestEnd.RefusedText("IncidentBot met a bug with it: see its log"), stoppingToken);
        }
        catch (Exception failure)
        {
            LogBug(failure, turn.Post);
            tell(new DeliveryEvent.Failed(turn));
        }
    }

    private void LogAttempt(SendResult result, Post post, SendKinds kind)
    {
        var level = result is not SendResult.Refused ? LogLevel.Information : post.Urgent ? LogLevel.Error : LogLevel.Warning;
        LogAttempt(level, kind, post.Subject.Number, post.Room, result.Words);
    }

    [LoggerMessage(Message = "{Kind} of {Incident} in {Room}: {Result}")]
    private partial void LogAttempt(LogLevel level, SendKinds kind, long incident, Room room, string result);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Post {Post} waits for the store: {Reason}")]
    private partial void LogStoreFailed(long post, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Post {Post} met a bug and is set aside")]
    private partial void LogBug(Exception failure, long post);
}
