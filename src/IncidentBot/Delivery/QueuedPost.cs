using IncidentBot.Posts;
using IncidentBot.Rooms;

namespace IncidentBot.Delivery;

/// <summary>A post in its room's queue: what it wants sent next, and what decides when that may be.</summary>
/// <param name="Id">Number of the post.</param>
/// <param name="Rank">The urgency of its lane; 0 is the most urgent.</param>
/// <param name="Urgent">Its incident is critical, or it is a summary that nobody in the room has seen yet.</param>
/// <param name="Since">Since when it waits: it counts in the order. After a failure it queues up anew.</param>
internal readonly record struct QueuedPost(long Id, int Rank, bool Urgent, SendKinds Kind, DateTimeOffset Since)
{
    /// <summary>
    /// The more urgent lane first, in it critical incidents, then a first announcement before an edit before a reply, then age.
    /// </summary>
    public static readonly Comparer<QueuedPost> Order = Comparer<QueuedPost>.Create((one, other) => one.CompareTo(other));

    /// <summary>It shows many incidents.</summary>
    public bool IsSummary { get; init; }

    /// <summary>Its incident is resolved.</summary>
    public bool IsOver { get; init; }

    /// <summary>
    /// This very request was begun and may have arrived: it is finished whatever else holds back, because somebody may have seen it.
    /// </summary>
    public bool IsBegun { get; init; }

    /// <summary>People are being called because nobody has acknowledged: no storm holds it.</summary>
    public bool IsCalled { get; init; }

    /// <summary>Failed attempts since the last success.</summary>
    public int Attempts { get; init; }

    /// <summary>Since when the room does not show what it should; unlike <see cref="Since"/> no failure changes it.</summary>
    public DateTimeOffset WantedSince { get; init; }

    /// <summary>Quiet hours hold it until then.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>After it has failed it is not tried again before then.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>It has no turn until then; null when it may have one.</summary>
    public DateTimeOffset? NotBefore => HeldUntil > RetryAt || RetryAt is null ? HeldUntil : RetryAt;

    /// <summary>An urgent announcement that was never tried: that others failed in the room is no reason not to try this one.</summary>
    public bool IsFirst => Urgent && Kind == SendKinds.Create && Attempts == 0;

    public static QueuedPost Of(Post post, int rank, SendKinds kind) =>

        // Until there is a summary, nobody in the room knows of what it stands for.
        new(post.Id, rank, post.Urgent || (post.IsSummary && kind == SendKinds.Create), kind, post.Progress.WantedSince)
        {
            IsSummary = post.IsSummary,
            IsOver = post.Over,
            IsBegun = post.Progress.Intent?.Kind == kind,
            IsCalled = post.Called || post.Step > 0,
            Attempts = post.Trouble.Attempts,
            WantedSince = post.Progress.WantedSince,
        };

    /// <summary>What it wants now, with what its last failure has taught.</summary>
    public QueuedPost After(QueuedPost before) => Attempts > 0 && before.Attempts == Attempts
        ? this with { RetryAt = before.RetryAt, Since = before.Since }
        : this;

    private int CompareTo(QueuedPost other)
    {
        var order = Rank.CompareTo(other.Rank);
        order = order != 0 ? order : other.Urgent.CompareTo(Urgent);
        order = order != 0 ? order : Kind.CompareTo(other.Kind);
        order = order != 0 ? order : Since.CompareTo(other.Since);
        return order != 0 ? order : Id.CompareTo(other.Id);
    }
}

/// <summary>What of a room's queue begins under the same conditions.</summary>
/// <param name="First">See <see cref="QueuedPost.IsFirst"/>.</param>
internal readonly record struct QueueClass(SendKinds Kind, bool Urgent, bool First)
{
    public static readonly QueueClass[] All =
    [
        new(SendKinds.Create, true, true), new(SendKinds.Create, true, false), new(SendKinds.Create, false, false),
        new(SendKinds.Edit, true, false), new(SendKinds.Edit, false, false),
        new(SendKinds.Reply, true, false), new(SendKinds.Reply, false, false),
    ];

    public static QueueClass Of(QueuedPost post) => new(post.Kind, post.Urgent, post.IsFirst);
}

/// <summary>A post that has no turn before its time.</summary>
internal readonly record struct HeldPost(DateTimeOffset NotBefore, QueuedPost Post)
{
    public static readonly Comparer<HeldPost> Order = Comparer<HeldPost>.Create((one, other) =>
        one.NotBefore != other.NotBefore ? one.NotBefore.CompareTo(other.NotBefore) : QueuedPost.Order.Compare(one.Post, other.Post));
}
