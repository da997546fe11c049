using IncidentBot.Channels;

namespace IncidentBot.Lanes;

/// <summary>A post whose next request may be sent now.</summary>
/// <param name="Place">The place in the queue that it had, and gets back when its turn is put off.</param>
internal readonly record struct Turn(Room Room, Place Place)
{
    public long Post => Place.Post;

    public SendKinds Kind => Place.Kind;

    public int Rank => Place.Rank;
}

/// <summary>What has to be written down for the summary of a room's storm.</summary>
internal readonly record struct StormWork(Room Room, StormStep Step);

/// <summary>
/// Decides which post is served next, in which room, and when: the pure part of delivery. In a room the more urgent lane goes
/// first, in it what is critical, then a first announcement before an edit before a reply, then what has waited longest. Every
/// request keeps within the vendor's budgets. Where more waits than a room can announce in time a storm begins: one summary
/// stands for all that is not critical. Rooms do not wait for each other: one that fails is left alone by itself, and a budget
/// that rooms share goes to the more urgent lane, then to the room that was served longest ago.
/// </summary>
/// <param name="limits">What the vendor of a room allows.</param>
/// <param name="chance">From 0 to 1: spreads repetitions.</param>
/// <param name="storms">When a room has too much to show.</param>
internal sealed class Schedule(Func<Room, IReadOnlyList<Budget>> limits, Func<double> chance, Func<StormRules>? storms = null)
{
    /// <summary>A room that refuses everything is asked again this often, so that inviting the bot is all that a person has to do.</summary>
    public static readonly TimeSpan RefusedRoomEvery = TimeSpan.FromMinutes(10);

    private readonly Dictionary<Room, RoomQueue> _rooms = [];
    private readonly Dictionary<(string Kind, Budget Budget), TokenBucket> _accounts = [];

    private StormRules Rules => storms?.Invoke() ?? StormRules.Default;

    /// <summary>How many posts wait for a turn.</summary>
    public int Count => _rooms.Values.Sum(room => room.Count);

    /// <summary>Takes in what a post wants now; one that wants nothing leaves the queue.</summary>
    /// <param name="rank">The urgency of its lane; 0 is the most urgent.</param>
    /// <param name="notBefore">It has no turn until then.</param>
    public void Want(Post post, int rank, DateTimeOffset now, DateTimeOffset? notBefore = null)
    {
        var room = Queue(post.Room);
        var isNew = notBefore is null && !room.Has(post.Id) && room.InFlight != post.Id && post.Attempts == 0;
        room.Remove(post.Id);
        if (post.Next is not { } kind)
        {
            return;
        }

        // Until there is a summary, nobody in the room knows of what it stands for.
        var urgent = post.Urgent || (post.IsSummary && kind == SendKinds.Create);
        room.Add(new Place(rank, urgent, kind, post.WantedSince, post.Id, post.Over, post.IsSummary) { NotBefore = notBefore });
        if (isNew && kind == SendKinds.Create && post is { IsSummary: false, Over: false })
        {
            room.Storm.Arrived(now);
        }
    }

    /// <summary>Lets storms begin, calm down and end, and says what has to be written down for that, each once.</summary>
    public IReadOnlyList<StormWork> Weather(DateTimeOffset now)
    {
        List<StormWork>? work = null;
        foreach (var room in _rooms.Values)
        {
            room.LetGo(now);
            var before = room.Storm.Phase;
            if (room.Storm.Next(room.Unannounced, room.Capacity(Rules.ShowWithin), Rules, now) is { } step)
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
    public void StormResumed(Room room, long summary, StormPhase phase, DateTimeOffset now)
    {
        var queue = Queue(room);
        queue.Storm.Resume(summary, phase, now);
        queue.Sort();
    }

    /// <summary>
    /// Takes the turns that may begin now, at most one in each room; each must be ended by one of the methods below. A post
    /// leaves the queue with its turn: it comes back when it says what it wants then, or is put back.
    /// </summary>
    public IReadOnlyList<Turn> Take(DateTimeOffset now)
    {
        List<(Place Place, RoomQueue Room)>? ready = null;
        foreach (var room in _rooms.Values)
        {
            room.LetGo(now);
            if (Best(room, now) is { } place)
            {
                (ready ??= []).Add((place, room));
            }
        }

        if (ready is null)
        {
            return [];
        }

        var turns = new List<Turn>(ready.Count);
        foreach (var (place, room) in ready.OrderBy(one => one.Place.Rank).ThenByDescending(one => one.Place.Urgent).ThenBy(one => one.Room.ServedAt))
        {
            // A budget that rooms share may have been spent by the one before.
            if (ReadyAt(room, (place.Kind, place.Urgent), now) <= now)
            {
                room.InFlight = place.Post;
                room.ServedAt = now;
                room.Buckets(place.Kind).ForEach(bucket => bucket.Spend(now, place.Urgent));
                room.Remove(place.Post);
                turns.Add(new Turn(room.Room, place));
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
            if (room.Storm.WakeAt(Rules, now) is { } storm && (wake is null || storm < wake))
            {
                wake = storm;
            }

            foreach (var one in room.InFlight is null ? RoomQueue.Classes : [])
            {
                if (room.Begins(one) is { } from && Later(from, ReadyAt(room, one, now)) is var at && (wake is null || at < wake))
                {
                    wake = at;
                }
            }
        }

        return wake;
    }

    /// <summary>A turn ended well.</summary>
    public void Served(Room room) => End(room, queue =>
    {
        queue.Failures = 0;
        queue.Rest.Stop();
    });

    /// <summary>A turn ended without a request: nothing is known of the room.</summary>
    public void Released(Room room) => End(room, _ => { });

    /// <summary>Gives a post its place back, unless it has said meanwhile what it wants now.</summary>
    /// <param name="notBefore">It has no turn until then.</param>
    public void PutBack(Turn turn, DateTimeOffset? notBefore = null)
    {
        var room = Queue(turn.Room);
        if (!room.Has(turn.Post))
        {
            room.Add(turn.Place with { NotBefore = notBefore });
        }
    }

    /// <summary>A turn failed and may work later.</summary>
    public void TryAgain(Room room, SendKinds kind, TimeSpan? after, DateTimeOffset now) => End(room, queue =>
    {
        // No time at all is not an answer to how long the vendor wants to be left alone.
        if (after is { } told && told > TimeSpan.Zero)
        {
            // The vendor said which of its budgets is spent: that of the room, or that of all rooms where the room has none.
            var buckets = queue.Buckets(kind);
            var own = buckets.FindAll(bucket => !bucket.Budget.WholeAccount);
            (own.Count > 0 ? own : buckets).ForEach(bucket => bucket.Close(now, told));
            if (buckets.Count > 0)
            {
                return;
            }
        }

        queue.Failures++;
        queue.Rest.Begin(now, after is { } wait && wait > TimeSpan.Zero ? wait : Backoff.After(queue.Failures, chance()));
    });

    /// <summary>A room refuses everything: its posts keep their places, and one of them asks again from time to time.</summary>
    public void RoomRefused(Room room, DateTimeOffset now) => End(room, queue => queue.Rest.Begin(now, RefusedRoomEvery));

    /// <summary>Lets a room be asked at once, whatever it answered before.</summary>
    public void Hurry(Room room)
    {
        if (_rooms.TryGetValue(room, out var queue))
        {
            queue.Rest.Stop();
            queue.Failures = 0;
        }
    }

    /// <summary>Takes in other limits and lets every room be asked at once: the configuration is new, and may be the cure.</summary>
    public void Renew()
    {
        foreach (var room in _rooms.Values)
        {
            room.Keep(limits(room.Room), Bucket);
            Hurry(room.Room);
        }
    }

    private void End(Room room, Action<RoomQueue> how)
    {
        var queue = Queue(room);
        queue.InFlight = null;
        how(queue);
    }

    private static Place? Best(RoomQueue room, DateTimeOffset now)
    {
        if (room.InFlight is not null || room.Rest.End(now) > now)
        {
            return null;
        }

        Place? best = null;
        foreach (var one in RoomQueue.Classes)
        {
            if (room.First(one) is { } place && (best is null || Place.Order.Compare(place, best.Value) < 0) && ReadyAt(room, one, now) <= now)
            {
                best = place;
            }
        }

        return best;
    }

    private static DateTimeOffset ReadyAt(RoomQueue room, (SendKinds Kind, bool Urgent) one, DateTimeOffset now)
    {
        var ready = room.Rest.End(now) is var end && end > now ? end : now;
        foreach (var bucket in room.Buckets(one.Kind))
        {
            ready = Later(ready, bucket.ReadyAt(now, one.Urgent, room.Storm.Phase == StormPhase.Storm));
        }

        return ready;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

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
