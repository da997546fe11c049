using IncidentBot.Channels;

namespace IncidentBot.Lanes;

/// <summary>A post whose next request may be sent now.</summary>
internal readonly record struct Turn(long Post, Room Room, SendKinds Kind);

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

    /// <summary>How many posts wait, in flight or not.</summary>
    public int Count => _rooms.Values.Sum(room => room.Places.Count);

    /// <summary>Takes in what a post wants now; one that wants nothing leaves the queue.</summary>
    /// <param name="rank">The urgency of its lane; 0 is the most urgent.</param>
    public void Want(Post post, int rank)
    {
        var room = Queue(post.Room);
        room.Remove(post.Id);
        if (post.Next is { } kind)
        {
            room.Add(new Place(rank, kind, post.WantedSince, post.Id));
        }
    }

    /// <summary>Takes the turns that may begin now, at most one in each room; each must be ended by one of the methods below.</summary>
    public IReadOnlyList<Turn> Take(DateTimeOffset now)
    {
        List<(Place Place, RoomQueue Room)>? ready = null;
        foreach (var room in _rooms.Values)
        {
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
        foreach (var (place, room) in ready.OrderBy(one => one.Place.Rank).ThenBy(one => one.Place.Kind).ThenBy(one => one.Room.ServedAt))
        {
            // A budget that rooms share may have been spent by the one before.
            if (ReadyAt(room, place.Kind, now) <= now)
            {
                room.InFlight = true;
                room.ServedAt = now;
                room.Buckets(place.Kind).ForEach(bucket => bucket.Spend(now));
                turns.Add(new Turn(place.Post, room.Room, place.Kind));
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
                if (room.First(kind) is not null && ReadyAt(room, kind, now) is var at && (wake is null || at < wake))
                {
                    wake = at;
                }
            }
        }

        return wake;
    }

    /// <summary>A turn ended well, or there was nothing to send.</summary>
    public void Served(Room room) => End(room, queue =>
    {
        queue.Failures = 0;
        queue.NotBefore = DateTimeOffset.MinValue;
    });

    /// <summary>A turn failed and may work later: the post keeps its place.</summary>
    public void TryAgain(Room room, SendKinds kind, TimeSpan? after, DateTimeOffset now) => End(room, queue =>
    {
        if (after is { } told)
        {
            // The vendor said which of its budgets is spent: that of the room, or that of all rooms where the room has none.
            var buckets = queue.Buckets(kind);
            var own = buckets.FindAll(bucket => !bucket.Budget.WholeAccount);
            (own.Count > 0 ? own : buckets).ForEach(bucket => bucket.CloseUntil(now + told));
            if (buckets.Count > 0)
            {
                return;
            }
        }

        queue.Failures++;
        queue.NotBefore = now + (after ?? Backoff.After(queue.Failures, chance()));
    });

    /// <summary>A post was refused: it leaves the queue until it wants something new or is sent again.</summary>
    public void Refused(long post, Room room) => End(room, queue => queue.Remove(post));

    /// <summary>A room refuses everything: its posts keep their places, and one of them asks again from time to time.</summary>
    public void RoomRefused(Room room, DateTimeOffset now) => End(room, queue => queue.NotBefore = now + RefusedRoomEvery);

    /// <summary>Lets a room be asked at once, whatever it answered before.</summary>
    public void Hurry(Room room)
    {
        if (_rooms.TryGetValue(room, out var queue))
        {
            queue.NotBefore = DateTimeOffset.MinValue;
            queue.Failures = 0;
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
        if (room.InFlight || room.NotBefore > now)
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
        var ready = room.NotBefore > now ? room.NotBefore : now;
        foreach (var bucket in room.Buckets(kind))
        {
            var at = bucket.ReadyAt(now);
            ready = at > ready ? at : ready;
        }

        return ready;
    }

    private RoomQueue Queue(Room room)
    {
        if (!_rooms.TryGetValue(room, out var queue))
        {
            var buckets = limits(room).Select(budget => budget.WholeAccount ? Account(room.Kind, budget) : new TokenBucket(budget));
            _rooms[room] = queue = new RoomQueue(room, [.. buckets]);
        }

        return queue;
    }

    private TokenBucket Account(string kind, Budget budget)
    {
        if (!_accounts.TryGetValue((kind, budget), out var bucket))
        {
            _accounts[(kind, budget)] = bucket = new TokenBucket(budget);
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

    /// <summary>What waits for one room, by kind of request, because kinds have budgets of their own.</summary>
    private sealed class RoomQueue(Room room, List<TokenBucket> buckets)
    {
        private readonly Dictionary<SendKinds, SortedSet<Place>> _waiting = Kinds.ToDictionary(kind => kind, _ => new SortedSet<Place>(Place.Order));
        private readonly Dictionary<SendKinds, List<TokenBucket>> _buckets =
            Kinds.ToDictionary(kind => kind, kind => buckets.FindAll(bucket => bucket.Budget.Kinds.HasFlag(kind)));

        public Room Room => room;

        public Dictionary<long, Place> Places { get; } = [];

        public bool InFlight { get; set; }

        public int Failures { get; set; }

        public DateTimeOffset NotBefore { get; set; } = DateTimeOffset.MinValue;

        public DateTimeOffset ServedAt { get; set; } = DateTimeOffset.MinValue;

        public List<TokenBucket> Buckets(SendKinds kind) => _buckets[kind];

        public Place? First(SendKinds kind) => _waiting[kind].Count > 0 ? _waiting[kind].Min : null;

        public void Add(Place place)
        {
            Places[place.Post] = place;
            _waiting[place.Kind].Add(place);
        }

        public void Remove(long post)
        {
            if (Places.Remove(post, out var place))
            {
                _waiting[place.Kind].Remove(place);
            }
        }
    }
}
