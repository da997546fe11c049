using IncidentBot.Lanes;
using IncidentBot.Rooms;

namespace IncidentBot.Posts;

/// <summary>What a request is claimed for: a turn of a room, by lanes of one configuration.</summary>
/// <param name="Kind">The kind of request that the turn's budget pays for.</param>
internal sealed record ClaimTerms(Room Room, SendKinds Kind, LaneBook Lanes)
{
    /// <summary>Something can be sent to the room at all.</summary>
    public bool HasChannel { get; init; } = true;

    /// <summary>What a look for an earlier request has shown; <see cref="Looked.NotYet"/> when nobody has looked.</summary>
    public Looked Looked { get; init; }
}

/// <summary>What is known of an earlier request that may have arrived.</summary>
internal enum Looked
{
    NotYet = 0,

    /// <summary>It never arrived: the newest state is sent instead of it.</summary>
    NotThere = 1,

    /// <summary>The vendor tells by its key whether it arrived: the very same is sent again.</summary>
    RepeatFinds = 2,
}

/// <summary>
/// What is to be done for a post whose turn it is. To claim a request is to read the post and to write down the request in one
/// change, so that nobody else begins it and a crash finds it.
/// </summary>
internal abstract record Claim
{
    /// <summary>The request is written down: send it.</summary>
    /// <param name="Unclear">One before it may have arrived, so that a failure of this one says nothing about that.</param>
    internal sealed record Send(View View, PostIntent Intent, bool Unclear) : Claim;

    /// <summary>A request whose end is unknown may have arrived: look for it, then claim again. Nothing is written.</summary>
    internal sealed record Look(View View, PostIntent Intent) : Claim;

    /// <summary>The post is gone or has moved, or its room shows everything.</summary>
    internal sealed record Nothing : Claim;

    /// <summary>No line of the history is for threads, and that is written down.</summary>
    internal sealed record NothingToSay : Claim;

    /// <summary>Another kind of request is due by now, and another budget pays for it.</summary>
    internal sealed record OtherKind(SendKinds Kind) : Claim;

    /// <summary>Quiet hours hold it: it had its place before they began.</summary>
    internal sealed record Held(DateTimeOffset Until) : Claim;

    /// <summary>It wants something, and nothing can be sent to its room.</summary>
    internal sealed record NoChannel : Claim;

    /// <param name="view">Null when the post is gone.</param>
    public static Claim Of(View? view, ClaimTerms terms, DateTimeOffset now)
    {
        if (view is not { Post: { Next: not null } post } || post.Room != terms.Room)
        {
            return new Nothing();
        }

        var unclear = post.Progress.IsUnclear;
        if (terms.Looked == Looked.NotThere)
        {
            view = view with { Post = post with { Progress = post.Progress with { Intent = null } } };
        }

        // A reply that never arrived comes first all the same: its turn pays for a reply, and an edit would find it unclear again.
        var next = terms.Looked == Looked.NotThere && post.Next == SendKinds.Reply ? ReplyOf(view, null) : IntentOf(view);
        return next is not { } intent ? new NothingToSay()
            : intent.Kind != terms.Kind ? new OtherKind(intent.Kind)
            : terms.Lanes.Named(post.Lane).HoldsUntil(view.Post, now) is { } end ? new Held(end)
            : !terms.HasChannel ? new NoChannel()
            : unclear && terms.Looked == Looked.NotYet ? new Look(view, intent)
            : new Send(view, intent, unclear);
    }

    /// <summary>
    /// The next request of a post; null when it only has history that is not for threads. One that was begun and whose end is
    /// unknown comes again as it was, so that a vendor can tell by its key that it is the same.
    /// </summary>
    private static PostIntent? IntentOf(View view)
    {
        var progress = view.Post.Progress;
        switch (progress.Next)
        {
            case SendKinds.Create:
                return progress.Intent is { Kind: SendKinds.Create } begun ? begun
                    : new PostIntent(SendKinds.Create, view.Version, view.HistoryInMessage);

            case SendKinds.Edit:
                return new PostIntent(SendKinds.Edit, view.Version, progress.Told);

            case SendKinds.Reply:
                var upTo = progress.Intent is { Kind: SendKinds.Reply } reply ? reply.UpTo : (long?)null;
                return ReplyOf(view, upTo);

            default:
                return null;
        }
    }

    /// <param name="upTo">The line of history up to which a reply that was begun tells; null for all that there is.</param>
    private static PostIntent? ReplyOf(View view, long? upTo) =>
        view.Reply(upTo) is { } last ? new PostIntent(SendKinds.Reply, view.Post.Progress.Shown, upTo ?? last) : null;
}
