using IncidentBot.Channels;

namespace IncidentBot.Lanes;

/// <summary>A post whose next request may be sent now.</summary>
/// <param name="Rank">The urgency of its lane.</param>
/// <param name="Since">Since when it waits.</param>
internal readonly record struct Turn(long Post, Room Room, SendKinds Kind, int Rank, DateTimeOffset Since);

/// <summary>
/// Decides which post is served next, in which room, and when: the pure part of delivery. In a room the more urgent lane goes
/// first, then a first announcement before an edit before a reply, then what has waited longest. Every request keeps within
/// the vendor's budgets. Rooms do not wait for each other: one that fails is left alone by itself, and a budget that rooms
/// share goes to the more urgent lane, then to the room that was served longest ago.
/// </summary>
/// <param name="limits">What the vendor of a room allows.</param>
/// <param name="chance">From 0 to 1: spreads repetitions.</param>
internal sealed class Schedule(Func<Room, IReadOnlyList<Budget>> limits, Func<double> chance)
{
    /// <summary>A room that refuses everything is asked again this often, so that inviting the bot is all that a person has to do.</summary>
    public static readonly TimeSpan RefusedRoomEvery = TimeSpan.FromMinutes(10);

    private static readonly SendKinds[] Kinds = [SendKinds.Create, SendKinds.Edit, SendKinds.Reply];

    private readonly Dictionary<Room, RoomQueue> _rooms = [];
    private readonly Dictionary<(string Kind, Budget Budget), TokenBucket> _accounts = [];

    /// <summary>How many posts wait for a turn.</summary>
    public int Count => _rooms.Values.Sum(room => room.Count);

    /// <summary>Takes in what a post wants now; one that wants nothing leaves the queue.</summary>
    /// <param name="rank">The urgency of its lane; 0 is the most urgent.</param>
    /// <param name="notBefore">It has no turn until then.</param>
    public void Want(Post post, int rank, DateTimeOffset? notBefore = null)
    {
        var room = Queue(post.Room);
        room.Remove(post.Id);
        if (post.Next is { } kind)
        {
            room.Add(new Place(rank, kind, post.WantedSince, post.Id), notBefore);
        }
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
        foreach (var (place, room) in ready.OrderBy(one => one.Place.Rank).ThenBy(one => one.Room.ServedAt))
        {
            // A budget that rooms share may have been spent by the one before.
            if (ReadyAt(room, place.Kind, now) <= now)
            {
                room.InFlight = true;
                room.ServedAt = now;
                room.Buckets(place.Kind).ForEach(bucket => bucket.Spend(now));
                room.Remove(place.Post);
                turns.Add(new Turn(place.Post, room.Room, place.Kind, place.Rank, place.Since));
            }
        }

        return turns;
    }

    /// <summary>When the next turn can begin; null when nothing waits, or only for turns that are in flight.</summary>
    public DateTimeOffset? WakeAt(DateTimeOffset now)
    {
        DateTimeOffset? wake = null;
        foreach (var room in _rooms.Values.Where(room => !room.InFlight))
        {
            foreach (var kind in Kinds)
            {
                if (room.Begins(kind) is { } from && Later(from, ReadyAt(room, kind, now)) is var at && (wake is null || at < wake))
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
            room.Add(new Place(turn.Rank, turn.Kind, turn.Since, turn.Post), notBefore);
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
        queue.InFlight = false;
        how(queue);
    }

    private static Place? Best(RoomQueue room, DateTimeOffset now)
    {
        if (room.InFlight || room.Rest.End(now) > now)
        {
            return null;
        }

        Place? best = null;
        foreach (var kind in Kinds)
        {
            if (room.First(kind) is { } place && (best is null || Place.Order.Compare(place, best.Value) < 0) && ReadyAt(room, kind, now) <= now)
            {
                best = place;
            }
        }

        return best;
    }

    private static DateTimeOffset ReadyAt(RoomQueue room, SendKinds kind, DateTimeOffset now)
    {
        var ready = room.Rest.End(now) is var end && end > now ? end : now;
        foreach (var bucket in room.Buckets(kind))
        {
            ready = Later(ready, bucket.ReadyAt(now));
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

    /// <summary>Where a post stands in its room's queue.</summary>
    private readonly record struct Place(int Rank, SendKinds Kind, DateTimeOffset Since, long Post)
    {
        public static readonly Comparer<Place> Order = Comparer<Place>.Create((one, other) => one.CompareTo(other));

        private int CompareTo(Place other)
        {
            var order = Rank.CompareTo(other.Rank);
            order = order != 0 ? order : Kind.CompareTo(other.Kind);
            order = order != 0 ? order : Since.CompareTo(other.Since);
            return order != 0 ? order : Post.CompareTo(other.Post);
        }
    }

    /// <summary>A place that counts from a time on.</summary>
    private readonly record struct HeldPlace(DateTimeOffset NotBefore, Place Place)
    {
        public static readonly Comparer<HeldPlace> Order = Comparer<HeldPlace>.Create((one, other) =>
            one.NotBefore != other.NotBefore ? one.NotBefore.CompareTo(other.NotBefore) : Place.Order.Compare(one.Place, other.Place));
    }

    /// <summary>What waits for one room, by kind of request, because kinds have budgets of their own.</summary>
    private sealed class RoomQueue(Room room)
    {
        private readonly Dictionary<SendKinds, SortedSet<Place>> _waiting = Kinds.ToDictionary(kind => kind, _ => new SortedSet<Place>(Place.Order));
        private readonly Dictionary<SendKinds, SortedSet<HeldPlace>> _held = Kinds.ToDictionary(kind => kind, _ => new SortedSet<HeldPlace>(HeldPlace.Order));
        private readonly Dictionary<long, (Place Place, DateTimeOffset? NotBefore)> _places = [];
        private List<TokenBucket> _buckets = [];

        public Room Room => room;

        public int Count => _places.Count;

        public bool InFlight { get; set; }

        public int Failures { get; set; }

        /// <summary>The room is left alone for as long.</summary>
        public Pause Rest { get; } = new();

        public DateTimeOffset ServedAt { get; set; } = DateTimeOffset.MinValue;

        public List<TokenBucket> Buckets(SendKinds kind) => _buckets.FindAll(bucket => bucket.Budget.Kinds.HasFlag(kind));

        /// <summary>Keeps within these budgets from now on; those that stay the same keep what was spent.</summary>
        public void Keep(IReadOnlyList<Budget> budgets, Func<Room, Budget, TokenBucket> make) =>
            _buckets = [.. budgets.Select(budget => _buckets.Find(bucket => bucket.Budget == budget) ?? make(Room, budget))];

        public Place? First(SendKinds kind) => _waiting[kind].Count > 0 ? _waiting[kind].Min : null;

        /// <summary>When the first of a kind may begin, as far as posts go; null when none waits.</summary>
        public DateTimeOffset? Begins(SendKinds kind) =>
            _waiting[kind].Count > 0 ? DateTimeOffset.MinValue : _held[kind].Count > 0 ? _held[kind].Min.NotBefore : null;

        public bool Has(long post) => _places.ContainsKey(post);

        public void Add(Place place, DateTimeOffset? notBefore)
        {
            _places[place.Post] = (place, notBefore);
            if (notBefore is { } time)
            {
                _held[place.Kind].Add(new HeldPlace(time, place));
            }
            else
            {
                _waiting[place.Kind].Add(place);
            }
        }

        public void Remove(long post)
        {
            if (_places.Remove(post, out var held))
            {
                _ = held.NotBefore is { } time ? _held[held.Place.Kind].Remove(new HeldPlace(time, held.Place)) : _waiting[held.Place.Kind].Remove(held.Place);
            }
        }

        /// <summary>Gives those a place in the queue whose time has come.</summary>
        public void LetGo(DateTimeOffset now)
        {
            foreach (var held in _held.Values)
            {
                while (held.Count > 0 && held.Min is var first && first.NotBefore <= now)
                {
                    held.Remove(first);
                    Add(first.Place, null);
                }
            }
        }
    }
}
