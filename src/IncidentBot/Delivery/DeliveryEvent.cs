using IncidentBot.Posts;
using IncidentBot.Rooms;

namespace IncidentBot.Delivery;

/// <summary>
/// What the delivery loop is told by others: it alone has the schedule, and takes events in the order in which they came.
/// </summary>
internal abstract record DeliveryEvent
{
    /// <summary>A commit changed what posts want.</summary>
    internal sealed record Wanted(IReadOnlyList<Post> Posts) : DeliveryEvent;

    /// <summary>A turn ended with a request.</summary>
    internal sealed record Ended(RoomTurn Turn, RequestEnd End) : DeliveryEvent;

    /// <summary>A turn ended without a request.</summary>
    /// <param name="Again">The post has its place back, unless it has said meanwhile what it wants now.</param>
    /// <param name="HeldUntil">Quiet hours give it no turn until then.</param>
    internal sealed record Released(RoomTurn Turn, bool Again = false, DateTimeOffset? HeldUntil = null) : DeliveryEvent;

    /// <summary>A turn ended because the store or this program failed: it is tried again.</summary>
    internal sealed record Failed(RoomTurn Turn) : DeliveryEvent;

    /// <summary>A task that the loop had begun is over.</summary>
    internal sealed record Over(Task Task) : DeliveryEvent;

    /// <summary>A person says that a room is to be asked at once.</summary>
    internal sealed record RetryNow(IReadOnlyList<Room> Rooms) : DeliveryEvent;

    /// <summary>The step of a storm is durable; null when it could not be written.</summary>
    internal sealed record Summarized(StormWork Work, long? Summary) : DeliveryEvent;

    /// <summary>Somebody asks why posts wait.</summary>
    internal sealed record Asked(
        IReadOnlyList<Post> Posts, TaskCompletionSource<IReadOnlyDictionary<long, PostWait>> Answer) : DeliveryEvent;

    /// <summary>The configuration is new: all that waits is read again.</summary>
    internal sealed record Reloaded : DeliveryEvent;
}

/// <summary>How delivery stands since the loop's last turn, for others to look at.</summary>
/// <param name="IsRead">All that waits in the store has been taken in.</param>
/// <param name="UnderWay">How many requests and summaries have begun and not ended.</param>
/// <param name="OldestUnderWay">When the oldest of them began; null when none is under way.</param>
/// <param name="OldestWaiting">Since when the oldest post waits that nothing holds back on purpose; null when none does.</param>
/// <param name="WakeAt">When the next request can begin; null when nothing waits, or only for what is under way.</param>
internal sealed record DeliveryState(
    bool IsRead, int UnderWay, DateTimeOffset? OldestUnderWay, DateTimeOffset? OldestWaiting, DateTimeOffset? WakeAt);
