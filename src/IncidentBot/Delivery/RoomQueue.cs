using IncidentBot.Channels;
using IncidentBot.Posts;
using IncidentBot.Rooms;

namespace IncidentBot.Delivery;

/// <summary>
/// What waits for one room: apart by kind of request and by urgency, because these have budgets of their own. What a storm,
/// quiet hours or a failure hold back keeps its place, but has no turn.
/// </summary>
internal sealed class RoomQueue(Room room)
{
    private readonly Dictionary<QueueClass, SortedSet<QueuedPost>> _waiting =
        QueueClass.All.ToDictionary(one => one, _ => new SortedSet<QueuedPost>(QueuedPost.Order));
    private readonly Dictionary<QueueClass, SortedSet<HeldPost>> _held =
        QueueClass.All.ToDictionary(one => one, _ => new SortedSet<HeldPost>(HeldPost.Order));
    private readonly Dictionary<long, QueuedPost> _posts = [];
    private readonly Dictionary<SendKinds, FailureBackoff> _failures =
        new() { [SendKinds.Create] = new(), [SendKinds.Edit] = new(), [SendKinds.Reply] = new() };
    private List<TokenBucket> _buckets = [];
    private int _announcements;
    private int _overAnnouncements;
    private DateTimeOffset _lookedAt = DateTimeOffset.MinValue;

    public Room Room => room;

    public Storm Storm { get; } = new();

    /// <summary>The post whose turn it is; null when none has a turn.</summary>
    public QueuedPost? InFlight { get; set; }

    /// <summary>The room is left alone for as long, whatever waits.</summary>
    public Cooldown Rest { get; } = new();

    /// <summary>When it is asked again although it refuses everything.</summary>
    public RefusalBackoff Refusal { get; } = new();

    /// <summary>It refuses everything, as far as is known.</summary>
    public bool Refuses { get; private set; }

    public DateTimeOffset ServedAt { get; set; } = DateTimeOffset.MinValue;

    /// <summary>
    /// How many incidents wait for their first announcement; of those that are over only when there is a storm to settle.
    /// </summary>
    public int Unannounced => Storm.Phase == StormPhase.Calm ? _announcements - _overAnnouncements : _announcements;

    /// <summary>How many messages wait to be brought up to date.</summary>
    public int Outdated => Waiting(SendKinds.Edit);

    /// <summary>Whether anything could be sent if there were no limits.</summary>
    public bool HasWaiting => _waiting.Values.Any(posts => posts.Count > 0);

    /// <summary>Since when the oldest waits that nothing holds back on purpose; null when none does.</summary>
    public DateTimeOffset? OldestSince => Refuses ? null
        : _posts.Values.Where(post => post.HeldUntil is null && !IsHeld(post)).Select(post => post.WantedSince)
        .Concat(InFlight is { } flying ? [flying.WantedSince] : []).Select(since => (DateTimeOffset?)since).Min();

    public List<TokenBucket> Buckets(SendKinds kind) => _buckets.FindAll(bucket => bucket.Budget.Kinds.HasFlag(kind));

    public FailureBackoff Failures(SendKinds kind) => _failures[kind];

    /// <summary>Keeps within these budgets from now on; those that stay the same keep what was spent.</summary>
    public void Keep(IReadOnlyList<Budget> budgets, Func<Room, Budget, TokenBucket> make) =>
        _buckets = [.. budgets.Select(budget => _buckets.Find(bucket => bucket.Budget == budget) ?? make(Room, budget))];

    /// <summary>The post that goes first of those that may begin now; null when none may.</summary>
    public QueuedPost? Best(DateTimeOffset now)
    {
        if (InFlight is not null || Rest.End(now) > now)
        {
            return null;
        }

        QueuedPost? best = null;
        foreach (var (one, posts) in _waiting)
        {
            if (posts.Count > 0 && (best is null || QueuedPost.Order.Compare(posts.Min, best.Value) < 0) && ReadyAt(one, now) <= now)
            {
                best = posts.Min;
            }
        }

        return best;
    }

    /// <summary>When the first of a class may begin; null when none waits.</summary>
    public DateTimeOffset? Begins(QueueClass one, DateTimeOffset now) => _waiting[one].Count > 0 ? ReadyAt(one, now)
        : _held[one].Count > 0 ? Later(_held[one].Min.NotBefore, ReadyAt(one, now)) : null;

    /// <summary>When a request of a class may be sent, not before now.</summary>
    public DateTimeOffset ReadyAt(QueueClass one, DateTimeOffset now)
    {
        var ready = Later(Rest.End(now), now);
        ready = one.First ? ready : Later(Later(ready, Refusal.End(now)), _failures[one.Kind].End(now));
        foreach (var bucket in Buckets(one.Kind))
        {
            ready = Later(ready, bucket.ReadyAt(now, one.Urgent, Storm.Phase == StormPhase.Storm));
        }

        return ready;
    }

    /// <summary>The vendor said which of its budgets is spent: that of the room, or that of all rooms where the room has none.</summary>
    public void Close(SendKinds kind, TimeSpan length, DateTimeOffset now)
    {
        var buckets = Buckets(kind);
        var own = buckets.FindAll(bucket => !bucket.Budget.WholeAccount);
        (own.Count > 0 ? own : buckets).ForEach(bucket => bucket.Close(now, length));
        if (buckets.Count == 0)
        {
            Rest.Begin(now, length);
        }
    }

    /// <summary>What waits here, beside what the room can take.</summary>
    /// <param name="sharers">How many rooms share a budget of the whole account: this one has its part of it.</param>
    public RoomLoad Load(int sharers, StormRules rules, DateTimeOffset now)
    {
        var (announces, edits, pace) = (int.MaxValue, int.MaxValue, double.PositiveInfinity);
        foreach (var bucket in _buckets)
        {
            var part = bucket.Budget.WholeAccount ? sharers : 1;
            if (bucket.Budget.Kinds.HasFlag(SendKinds.Create))
            {
                announces = Math.Min(announces, bucket.Within(now, rules.ShowWithin) / part);
                pace = Math.Min(pace, bucket.Pace / part);
            }

            if (bucket.Budget.Kinds.HasFlag(SendKinds.Edit))
            {
                edits = Math.Min(edits, bucket.Within(now, rules.EditWithin) / part);
            }
        }

        return new RoomLoad(Unannounced, announces, Outdated, edits, pace);
    }

    public QueuedPost? Find(long post) => _posts.TryGetValue(post, out var queued) ? queued : null;

    /// <summary>How many go before a post of those that may have a turn.</summary>
    public int Before(QueuedPost post) => _waiting.Values.Sum(posts => posts.TakeWhile(other => QueuedPost.Order.Compare(other, post) < 0)
        .Count());

    /// <summary>Whether the storm's phase holds a post back.</summary>
    public bool HoldsBack(QueuedPost post) => IsHeld(post);

    /// <summary>Takes in a post, in the place of what it wanted before.</summary>
    public void Add(QueuedPost post)
    {
        Remove(post.Id);
        _posts[post.Id] = post;
        if (post.NotBefore is { } time)
        {
            _held[QueueClass.Of(post)].Add(new HeldPost(time, post));
            return;
        }

        Tally(post, 1);
        if (!IsHeld(post))
        {
            _waiting[QueueClass.Of(post)].Add(post);
        }
    }

    public void Remove(long id)
    {
        if (!_posts.Remove(id, out var post))
        {
            return;
        }

        if (post.NotBefore is { } time)
        {
            _held[QueueClass.Of(post)].Remove(new HeldPost(time, post));
            return;
        }

        Tally(post, -1);
        _waiting[QueueClass.Of(post)].Remove(post);
    }

    /// <summary>
    /// Gives those a place in the queue whose time has come. When the clock is set back, what has failed is not held for as long.
    /// </summary>
    public void LetGo(DateTimeOffset now)
    {
        if (now < _lookedAt)
        {
            ForgetFailures();
        }

        _lookedAt = now;
        foreach (var held in _held.Values)
        {
            while (held.Count > 0 && held.Min is var first && first.NotBefore <= now)
            {
                Add(first.Post with { HeldUntil = null, RetryAt = null });
            }
        }
    }

    /// <summary>It refuses everything, and is left alone for a while.</summary>
    public void Refused(DateTimeOffset now)
    {
        Refuses = true;
        Refusal.Refused(now);
    }

    /// <summary>It took something.</summary>
    public void Served(SendKinds kind)
    {
        Refuses = false;
        Rest.Stop();
        Refusal.Over();
        Failures(kind).Over();
    }

    /// <summary>Lets the room be asked at once, and everything be tried that failed before.</summary>
    public void RetryNow()
    {
        Rest.Stop();
        Refusal.Over();
        foreach (var trouble in _failures.Values)
        {
            trouble.Over();
        }

        ForgetFailures();
    }

    /// <summary>Lets everything be tried that failed before.</summary>
    public void ForgetFailures()
    {
        foreach (var post in _posts.Values.Where(post => post.RetryAt is not null).ToList())
        {
            Add(post with { RetryAt = null });
        }
    }

    /// <summary>Holds back what the storm's phase holds back, and nothing else.</summary>
    public void Sort()
    {
        foreach (var post in _posts.Values.Where(post => post.NotBefore is null))
        {
            var waiting = _waiting[QueueClass.Of(post)];
            _ = IsHeld(post) ? waiting.Remove(post) : waiting.Add(post);
        }
    }

    /// <summary>
    /// In a storm what is not critical is not told on its own, though what is shown already may be edited; afterwards only what
    /// is over is left out, which the summary settles. What was begun and what calls people is held by no storm.
    /// </summary>
    private bool IsHeld(QueuedPost post) => post is { Urgent: false, IsSummary: false, IsBegun: false, IsCalled: false }
        && Storm.Phase switch
        {
            StormPhase.Storm => post.Kind != SendKinds.Edit,
            StormPhase.CatchingUp => post is { Kind: SendKinds.Create, IsOver: true },
            _ => false,
        };

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private int Waiting(SendKinds kind)
    {
        var count = 0;
        foreach (var (one, posts) in _waiting)
        {
            count += one.Kind == kind ? posts.Count : 0;
        }

        return count;
    }

    private void Tally(QueuedPost post, int change)
    {
        if (post is { Kind: SendKinds.Create, IsSummary: false })
        {
            _announcements += change;
            _overAnnouncements += post.IsOver ? change : 0;
        }
    }
}
