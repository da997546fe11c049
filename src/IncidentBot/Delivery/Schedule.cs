using IncidentBot.Channels;
using IncidentBot.Posts;
using IncidentBot.Rooms;

namespace IncidentBot.Delivery;

/// <summary>
/// Decides which post is served next, in which room, and when: the pure part of delivery. In a room the more urgent lane goes
/// first, in it what is critical, then a first announcement before an edit before a reply, then what has waited longest. Every
/// request keeps within the vendor's budgets. Where more waits than a room can announce in time a storm begins: one summary
/// stands for all that is not critical. Nobody waits for what fails: a post that does is tried again ever more seldom while the
/// others of its room pass, and only when several fail the room is left alone for a while. A budget that rooms share goes to the
/// more urgent lane, then to the room that was served longest ago.
/// </summary>
/// <param name="limits">What the vendor of a room allows.</param>
/// <param name="chance">From 0 to 1: spreads repetitions.</param>
/// <param name="storms">When a room has too much to show.</param>
internal sealed class Schedule(Func<Room, IReadOnlyList<Budget>> limits, Func<double> chance, Func<StormRules>? storms = null)
{
    private readonly Dictionary<Room, RoomQueue> _rooms = [];
    private readonly Dictionary<(string Kind, Budget Budget), TokenBucket> _accounts = [];

    private StormRules Rules => storms?.Invoke() ?? StormRules.Default;

    /// <summary>Takes in what a post wants now; one that wants nothing leaves the queue.</summary>
    /// <param name="rank">The urgency of its lane; 0 is the most urgent.</param>
    /// <param name="heldUntil">Quiet hours give it no turn until then.</param>
    public void Want(Post post, int rank, DateTimeOffset now, DateTimeOffset? heldUntil = null)
    {
        var room = Queue(post.Room);
        var before = room.Find(post.Id);
        if (post.Next is not { } kind)
        {
            room.Remove(post.Id);
            return;
        }

        var queued = QueuedPost.Of(post, rank, kind) with { HeldUntil = heldUntil };
        room.Add(before is { } known ? queued.After(known) : queued);
        var isNew = before is null && room.InFlight?.Id != post.Id && heldUntil is null;
        if (isNew && queued is { Kind: SendKinds.Create, IsSummary: false, IsOver: false, Urgent: false, IsCalled: false, Attempts: 0 })
        {
            room.Storm.Arrived(post.Progress.WantedSince < now ? post.Progress.WantedSince : now);
        }
    }

    /// <summary>Lets storms begin, calm down and end, and says what has to be written down for that, each once.</summary>
    public IReadOnlyList<StormWork> UpdateStorms(DateTimeOffset now)
    {
        List<StormWork>? work = null;
        Dictionary<string, int>? sharers = null;
        foreach (var room in _rooms.Values)
        {
            room.LetGo(now);
            var before = room.Storm.Phase;
            if (before == StormPhase.Calm && room.Unannounced <= StormRules.Few && room.Outdated <= StormRules.Few)
            {
                continue;
            }

            sharers ??= _rooms.Values.Where(one => one.HasWaiting).CountBy(one => one.Room.Kind).ToDictionary(StringComparer.Ordinal);
            if (room.Storm.Next(room.Load(Math.Max(1, sharers.GetValueOrDefault(room.Room.Kind)), Rules, now), Rules, now) is { } step)
            {
                (work ??= []).Add(new StormWork(room.Room, step));
            }

            if (room.Storm.Phase != before)
            {
                room.Sort();
            }
        }

        return work ?? (IReadOnlyList<StormWork>)[];
    }

    /// <summary>A storm's step is durable.</summary>
    public void StormWritten(StormWork work, long summary, DateTimeOffset now)
    {
        var room = Queue(work.Room);
        room.Storm.Written(summary, work.Step.Phase, Rules, now);
        room.Sort();
    }

    /// <summary>A storm's step could not be written down: it comes again.</summary>
    public void StormFailed(StormWork work, DateTimeOffset now) => Queue(work.Room).Storm.Failed(now);

    /// <summary>A storm that had begun before the program was stopped goes on.</summary>
    public void StormResumed(Room room, long summary, StormPhase phase)
    {
        var queue = Queue(room);
        queue.Storm.Resume(summary, phase);
        queue.Sort();
    }

    /// <summary>Takes in what was asked of vendors before the program was stopped, oldest first: it counts against their limits.</summary>
    public void Remember(IEnumerable<PastRequest> past, DateTimeOffset now)
    {
        foreach (var (room, kind, urgent, at, closedUntil) in past)
        {
            if (closedUntil is not { } until)
            {
                Queue(room).Buckets(kind).ForEach(bucket => bucket.Remember(at < now ? at : now, urgent));
            }
            else if (until > now)
            {
                Queue(room).Close(kind, until - now, now);
            }
        }
    }

    /// <summary>
    /// Takes the turns that may begin now, at most one in each room; each must be ended by one of the methods below. A post
    /// leaves the queue with its turn: it comes back when it says what it wants then, or is put back.
    /// </summary>
    public IReadOnlyList<RoomTurn> Take(DateTimeOffset now)
    {
        List<(QueuedPost Post, RoomQueue Room)>? ready = null;
        foreach (var room in _rooms.Values)
        {
            room.LetGo(now);
            if (room.Best(now) is { } post)
            {
                (ready ??= []).Add((post, room));
            }
        }

        if (ready is null)
        {
            return [];
        }

        var turns = new List<RoomTurn>(ready.Count);
        foreach (var (post, room) in ready.OrderBy(x => x.Post.Rank).ThenByDescending(x => x.Post.Urgent).ThenBy(x => x.Room.ServedAt))
        {
            // A budget that rooms share may have been spent by the one before.
            if (room.ReadyAt(QueueClass.Of(post), now) <= now)
            {
                room.InFlight = post;
                room.ServedAt = now;
                room.Buckets(post.Kind).ForEach(bucket => bucket.Spend(now, post.Urgent));
                room.Remove(post.Id);
                turns.Add(new RoomTurn(room.Room, post));
            }
        }

        return turns;
    }

    /// <summary>When the next turn can begin; null when nothing waits, or only for turns that are in flight.</summary>
    public DateTimeOffset? WakeAt(DateTimeOffset now)
    {
        DateTimeOffset? wake = null;
        foreach (var room in _rooms.Values)
        {
            if (room.Storm.WakeAt(now) is { } storm && (wake is null || storm < wake))
            {
                wake = storm;
            }

            foreach (var one in room.InFlight is null ? QueueClass.All : [])
            {
                if (room.Begins(one, now) is { } at && (wake is null || at < wake))
                {
                    wake = at;
                }
            }
        }

        return wake;
    }

    /// <summary>Why a post waits in its room; null when it does not.</summary>
    public PostWait? Why(Room room, long post, DateTimeOffset now) =>
        _rooms.TryGetValue(room, out var queue) ? PostWait.Of(queue, post, now) : null;

    /// <summary>Since when the oldest post waits that nothing holds back on purpose; null when none does.</summary>
    public DateTimeOffset? OldestSince => _rooms.Values.Min(room => room.OldestSince);

    /// <summary>A turn ended with a request; what that means for the room.</summary>
    public void End(RoomTurn turn, RequestEnd end, DateTimeOffset now)
    {
        switch (end)
        {
            case RequestEnd.TryAgain later: TryAgain(turn, later.ClosedUntil - now, now); break;
            case RequestEnd.RefusedRoom: RoomRefused(turn, now); break;
            case RequestEnd.Moved(var to): Moved(turn, to); break;
            case RequestEnd.NothingToSay: Released(turn); break;
            default: Served(turn); break;
        }
    }

    /// <summary>A turn ended well: with a message, or with the vendor's own word for why this one cannot be sent.</summary>
    public void Served(RoomTurn turn) => End(turn, room => room.Served(turn.Kind));

    /// <summary>A turn ended without a request: nothing is known of the room.</summary>
    public void Released(RoomTurn turn) => End(turn, _ => { });

    /// <summary>Gives a post its place back, unless it has said meanwhile what it wants now.</summary>
    /// <param name="heldUntil">Quiet hours give it no turn until then.</param>
    public void PutBack(RoomTurn turn, DateTimeOffset? heldUntil = null)
    {
        var room = Queue(turn.Room);
        if (room.Find(turn.Post) is null)
        {
            room.Add(turn.Queued with { HeldUntil = heldUntil });
        }
    }

    /// <summary>A turn failed and may work later.</summary>
    /// <param name="after">How long the vendor wants to be left alone; null when it did not say.</param>
    public void TryAgain(RoomTurn turn, TimeSpan? after, DateTimeOffset now) => End(turn, room =>
    {
        // No time at all is not an answer to how long the vendor wants to be left alone.
        if (after is { } told && told > TimeSpan.Zero)
        {
            room.Close(turn.Kind, told, now);
            return;
        }

        room.Failures(turn.Kind).Failed(turn.Post, chance(), now);
        if (room.Find(turn.Post) is { } failed)
        {
            var again = now + Backoff.After(Math.Max(1, failed.Attempts), chance());
            room.Add(failed with { RetryAt = again, Since = again });
        }
    });

    /// <summary>A room refuses everything: its posts keep their places; one asks again from time to time, or something urgent.</summary>
    public void RoomRefused(RoomTurn turn, DateTimeOffset now) => End(turn, room => room.Refused(now));

    /// <summary>A room goes on under another id: what waits has its place there already, and a storm lasts there.</summary>
    public void Moved(RoomTurn turn, Room to)
    {
        if (_rooms.Remove(turn.Room, out var old) && old.Storm is { Summary: { } summary, Phase: var phase }
            && Queue(to).Storm.Phase == StormPhase.Calm)
        {
            StormResumed(to, summary, phase);
        }
    }

    /// <summary>Lets a room be asked at once, whatever it answered before.</summary>
    public void RetryNow(Room room)
    {
        if (_rooms.TryGetValue(room, out var queue))
        {
            queue.RetryNow();
        }
    }

    /// <summary>Takes in other limits and lets every room be asked at once: the configuration is new, and may be the cure.</summary>
    public void Renew()
    {
        foreach (var room in _rooms.Values)
        {
            room.Keep(limits(room.Room), Bucket);
            RetryNow(room.Room);
        }
    }

    private void End(RoomTurn turn, Action<RoomQueue> how)
    {
        var queue = Queue(turn.Room);
        queue.InFlight = null;
        how(queue);
    }

    private RoomQueue Queue(Room room)
    {
        if (!_rooms.TryGetValue(room, out var queue))
        {
            _rooms[room] = queue = new RoomQueue(room);
            queue.Keep(limits(room), Bucket);
        }

        return queue;
    }

    private TokenBucket Bucket(Room room, Budget budget)
    {
        if (!budget.WholeAccount)
        {
            return new TokenBucket(budget);
        }

        if (!_accounts.TryGetValue((room.Kind, budget), out var bucket))
        {
            _accounts[(room.Kind, budget)] = bucket = new TokenBucket(budget);
        }

        return bucket;
    }
}
