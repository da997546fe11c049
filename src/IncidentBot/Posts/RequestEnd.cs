using IncidentBot.Rooms;

namespace IncidentBot.Posts;

/// <summary>How a request for a post ended; <see cref="RequestEnds.After"/> says what that means for the post.</summary>
internal abstract record RequestEnd
{
    /// <summary>The vendor has it.</summary>
    /// <param name="Done">The request.</param>
    /// <param name="MessageId">The vendor's id of what was made; of the edited message for an edit.</param>
    internal sealed record Delivered(PostIntent Done, string MessageId) : RequestEnd;

    /// <summary>It may work later.</summary>
    /// <param name="Unclear">It, or one before it, may have been carried out all the same: it is looked for.</param>
    /// <param name="ClosedUntil">Until then the vendor wants to be left alone with requests of this kind; null when it did not say.</param>
    internal sealed record TryAgain(string Reason, bool Unclear = false, DateTimeOffset? ClosedUntil = null) : RequestEnd;

    /// <summary>The vendor will not take this until a person changes something, or it changes.</summary>
    /// <param name="Unclear">One before it may have been carried out: it is looked for.</param>
    internal sealed record RefusedText(string Reason, bool Unclear = false) : RequestEnd;

    /// <summary>The vendor takes nothing for this room until a person changes something.</summary>
    /// <param name="Unclear">One before it may have been carried out: it is looked for.</param>
    internal sealed record RefusedRoom(string Reason, bool Unclear = false) : RequestEnd;

    /// <summary>The message to edit or answer is gone: a new one is made.</summary>
    internal sealed record Gone(string Reason) : RequestEnd;

    /// <summary>The room goes on under this id; all posts of the old one follow.</summary>
    internal sealed record Moved(Room To) : RequestEnd;

    /// <summary>Nothing was sent, because no line of the history is for threads.</summary>
    internal sealed record NothingToSay : RequestEnd;
}

/// <summary>What the end of a request means for its post.</summary>
internal static class RequestEnds
{
    public static Post After(this Post post, RequestEnd end, DateTimeOffset now)
    {
        var after = end switch
        {
            RequestEnd.Delivered(var done, var message) => post.Well(post.Progress.Delivered(done, message)),
            RequestEnd.TryAgain later => post.Failed(later.Reason, refused: false, later.Unclear),
            RequestEnd.RefusedText refused => post.Failed(refused.Reason, refused: true, refused.Unclear),
            RequestEnd.RefusedRoom refused => post.Failed(refused.Reason, refused: true, refused.Unclear),
            RequestEnd.Gone gone => post.Vanished(gone.Reason),
            RequestEnd.Moved => post.Well(post.Progress),
            RequestEnd.NothingToSay => post.Well(post.Progress with { Told = post.Progress.History }),
            _ => throw new InvalidOperationException($"{end} is not an end"),
        };
        return after.NeedsWork ? after : after with { Progress = after.Progress with { ShownAt = now } };
    }

    private static PostProgress Delivered(this PostProgress progress, PostIntent done, string message) => done.Kind switch
    {
        SendKinds.Reply => progress with { LastReplyId = message, Told = done.UpTo },
        SendKinds.Create => progress with { Shown = done.Version, MessageId = message, Told = done.UpTo },
        _ => progress with { Shown = done.Version, Told = done.UpTo },
    };

    private static Post Well(this Post post, PostProgress progress) =>
        post with { Progress = progress with { Intent = null }, Trouble = PostTrouble.None };

    private static Post Failed(this Post post, string reason, bool refused, bool unclear) => post with
    {
        Progress = unclear ? post.Progress : post.Progress with { Intent = null },
        Trouble = new PostTrouble(reason, refused, post.Trouble.Attempts + 1),
    };

    /// <summary>
    /// A new message of an incident shows all there is, so its thread is told nothing again; that of a storm names its incidents anew.
    /// </summary>
    private static Post Vanished(this Post post, string reason)
    {
        var progress = post.Progress;
        return post.Failed(reason, refused: false, unclear: false) with
        {
            Progress = progress with
            {
                Shown = 0,
                MessageId = null,
                LastReplyId = null,
                Intent = null,
                Told = post.IsSummary ? 0 : progress.Told,
                Generation = progress.Generation + 1,
            },
        };
    }
}
