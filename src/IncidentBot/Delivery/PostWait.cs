using IncidentBot.Channels;
using IncidentBot.Posts;

namespace IncidentBot.Delivery;

/// <summary>Why a post that wants something sent has not been sent yet.</summary>
internal enum WaitReason
{
    /// <summary>Its request is under way.</summary>
    Sending,

    /// <summary>Its lane's quiet hours hold it.</summary>
    QuietHours,

    /// <summary>Its room refuses everything.</summary>
    Refused,

    /// <summary>A storm: the room's summary stands for it.</summary>
    Storm,

    /// <summary>Its own last attempt failed.</summary>
    Failed,

    /// <summary>The vendor wants to be left alone.</summary>
    Closed,

    /// <summary>Several others failed in the room.</summary>
    Outage,

    /// <summary>What the vendor allows is spent, or others go before it.</summary>
    Pace,
}

/// <summary>Why a post waits, and until when as things stand.</summary>
/// <param name="Until">When it has its turn, or is tried again; null when nobody can say.</param>
/// <param name="Before">How many go before it in its room.</param>
/// <param name="Pace">What the vendor allows of its kind in its room; null for no limit.</param>
internal sealed record PostWait(WaitReason Reason, DateTimeOffset? Until, int Before = 0, Budget? Pace = null)
{
    /// <summary>Of a post in its room's queue; null when it is not there.</summary>
    public static PostWait? Of(RoomQueue room, long id, DateTimeOffset now)
    {
        if (room.InFlight?.Id == id)
        {
            return new PostWait(WaitReason.Sending, null);
        }

        if (room.Find(id) is not { } post)
        {
            return null;
        }

        if (post.HeldUntil > now)
        {
            return new PostWait(WaitReason.QuietHours, post.HeldUntil);
        }

        if (room.Refuses && !post.IsFirst)
        {
            return new PostWait(WaitReason.Refused, room.Refusal.End(now) is var asked && asked > now ? asked : now);
        }

        if (room.HoldsBack(post))
        {
            return new PostWait(WaitReason.Storm, null);
        }

        return post.RetryAt > now ? new PostWait(WaitReason.Failed, post.RetryAt) : Turn(room, post, now);
    }

    /// <summary>Of one that only waits for its turn.</summary>
    private static PostWait Turn(RoomQueue room, QueuedPost post, DateTimeOffset now)
    {
        var buckets = room.Buckets(post.Kind);
        var closed = buckets.Select(bucket => bucket.ClosedUntil(now)).Append(room.Rest.End(now)).Max();
        if (closed > now)
        {
            return new PostWait(WaitReason.Closed, closed);
        }

        if (!post.IsFirst && room.Failures(post.Kind).End(now) is var rested && rested > now)
        {
            return new PostWait(WaitReason.Outage, rested);
        }

        var before = room.Before(post);
        var slowest = buckets.Select(bucket => bucket.Budget).MinBy(budget => budget.Count / budget.Per.TotalSeconds);
        var behind = slowest is null ? TimeSpan.Zero : before * slowest.Per / slowest.Count;
        return new PostWait(WaitReason.Pace, room.ReadyAt(QueueClass.Of(post), now) + behind, before, slowest);
    }
}

/// <summary>Tells of posts that wait why they do.</summary>
internal interface IWaitReasons
{
    /// <summary>By the number of the post; what does not wait, or cannot be told in time, is absent.</summary>
    Task<IReadOnlyDictionary<long, PostWait>> WhyAsync(IReadOnlyList<Post> posts, CancellationToken cancellationToken);
}
