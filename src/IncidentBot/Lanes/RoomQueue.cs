using IncidentBot.Channels;

namespace IncidentBot.Lanes;

/// <summary>Where a post stands in its room's queue.</summary>
/// <param name="Urgent">Its incident is critical.</param>
/// <param name="Over">Its incident is resolved.</param>
/// <param name="Summary">It shows many incidents.</param>
internal readonly record struct Place(int Rank, bool Urgent, SendKinds Kind, DateTimeOffset Since, long Post, bool Over, bool Summary)
{
    /// <summary>It has no turn until then; null when it may have one.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The more urgent lane first, in it critical incidents, then a first announcement before an edit before a reply, then age.</summary>
    public static readonly Comparer<Place> Order = Comparer<Place>.Create((one, other) => one.CompareTo(other));

    private int CompareTo(Place other)
    {
        var order = Rank.CompareTo(other.Rank);
        order = order != 0 ? order : other.Urgent.CompareTo(Urgent);
        order = order != 0 ? order : Kind.CompareTo(other.Kind);
        order = order != 0 ? order : Since.CompareTo(other.Since);
        return order != 0 ? order : Post.CompareTo(other.Post);
    }
}

/// <summary>A place that counts from a time on.</summary>
internal readonly record struct HeldPlace(DateTimeOffset NotBefore, Place Place)
{
    public static readonly Comparer<HeldPlace> Order = Comparer<HeldPlace>.Create((one, other) =>
        one.NotBefore != other.NotBefore ? one.NotBefore.CompareTo(other.NotBefore) : Place.Order.Compare(one.Place, other.Place));
}

/// <summary>
/// What waits for one room: apart by kind of request and by urgency, because these have budgets of their own. What a storm
/// or quiet hours hold back keeps its place, but has no turn.
/// </summary>
internal sealed class RoomQueue(Room room)
{
    /// <summary>What has a budget of its own.</summary>
    public static readonly (SendKinds Kind, bool Urgent)[] Classes =
    [
        .. from kind in (SendKinds[])[SendKinds.Create, SendKinds.Edit, SendKinds.Reply] from urgent in (bool[])[true, false] select (kind, urgent),
    ];

    private readonly Dictionary<(SendKinds, bool), SortedSet<Place>> _waiting = Classes.ToDictionary(one => one, _ => new SortedSet<Place>(Place.Order));
    private readonly Dictionary<(SendKinds, bool), SortedSet<HeldPlace>> _held = Classes.ToDictionary(one => one, _ => new SortedSet<HeldPlace>(HeldPlace.Order));
    private readonly Dictionary<long, Place> _places = [];
    private List<TokenBucket> _buckets = [];
    private int _announcements;
    private int _overAnnouncements;

    public Room Room => room;

    public int Count => _places.Count;

    public Storm Storm { get; } = new();

    /// <summary>The post whose turn it is; null when none has a turn.</summary>
    public long? InFlight { get; set; }

    public int Failures { get; set; }

    /// <summary>The room is left alone for as long.</summary>
    public Pause Rest { get; } = new();

    public DateTimeOffset ServedAt { get; set; } = DateTimeOffset.MinValue;

    /// <summary>How many incidents wait for their first announcement; of those that are over only when there is a storm to settle.</summary>
    public int Unannounced => Storm.Phase == StormPhase.Calm ? _announcements - _overAnnouncements : _announcements;

    /// <summary>How many incidents the room can announce within a time.</summary>
    public int Capacity(TimeSpan within) => Buckets(SendKinds.Create)
        .Select(bucket => (int)Math.Min(int.MaxValue, bucket.Budget.Count * Math.Max(1, within / bucket.Budget.Per))).DefaultIfEmpty(int.MaxValue).Min();

    public List<TokenBucket> Buckets(SendKinds kind) => _buckets.FindAll(bucket => bucket.Budget.Kinds.HasFlag(kind));

    /// <summary>Keeps within these budgets from now on; those that stay the same keep what was spent.</summary>
    public void Keep(IReadOnlyList<Budget> budgets, Func<Room, Budget, TokenBucket> make) =>
        _buckets = [.. budgets.Select(budget => _buckets.Find(bucket => bucket.Budget == budget) ?? make(Room, budget))];

    public Place? First((SendKinds Kind, bool Urgent) one) => _waiting[one].Count > 0 ? _waiting[one].Min : null;

    /// <summary>When the first of a kind may begin, as far as posts go; null when none waits.</summary>
    public DateTimeOffset? Begins((SendKinds Kind, bool Urgent) one) =>
        _waiting[one].Count > 0 ? DateTimeOffset.MinValue : _held[one].Count > 0 ? _held[one].Min.NotBefore : null;

    public bool Has(long post) => _places.ContainsKey(post);

    public void Add(Place place)
    {
        _places[place.Post] = place;
        if (place.NotBefore is { } time)
        {
            _held[(place.Kind, place.Urgent)].Add(new HeldPlace(time, place));
            return;
        }

        Tally(place, 1);
        if (!IsHeld(place))
        {
            _waiting[(place.Kind, place.Urgent)].Add(place);
        }
    }

    public void Remove(long post)
    {
        if (!_places.Remove(post, out var place))
        {
            return;
        }

        if (place.NotBefore is { } time)
        {
            _held[(place.Kind, place.Urgent)].Remove(new HeldPlace(time, place));
            return;
        }

        Tally(place, -1);
        _waiting[(place.Kind, place.Urgent)].Remove(place);
    }

    /// <summary>Gives those a place in the queue whose time has come.</summary>
    public void LetGo(DateTimeOffset now)
    {
        foreach (var held in _held.Values)
        {
            while (held.Count > 0 && held.Min is var first && first.NotBefore <= now)
            {
                held.Remove(first);
                Add(first.Place with { NotBefore = null });
            }
        }
    }

    /// <summary>Holds back what the storm's phase holds back, and nothing else.</summary>
    public void Sort()
    {
        foreach (var place in _places.Values.Where(place => place.NotBefore is null))
        {
            var waiting = _waiting[(place.Kind, place.Urgent)];
            _ = IsHeld(place) ? waiting.Remove(place) : waiting.Add(place);
        }
    }

    /// <summary>
    /// In a storm only criticals are told on their own, and what is shown already may be edited; afterwards only what is over is
    /// left out.
    /// </summary>
    private bool IsHeld(Place place) => !place.Urgent && !place.Summary && Storm.Phase switch
    {
        StormPhase.Storm => place.Kind != SendKinds.Edit,
        StormPhase.CatchingUp => place is { Kind: SendKinds.Create, Over: true },
        _ => false,
    };

    private void Tally(Place place, int change)
    {
        if (place.Kind == SendKinds.Create && !place.Summary)
        {
            _announcements += change;
            _overAnnouncements += place.Over ? change : 0;
        }
    }
}
