using IncidentBot.Incidents;

namespace IncidentBot.Posts;

/// <summary>A post and what it shows, as of now.</summary>
internal abstract record View(Post Post)
{
    /// <summary>The subject's version as it is now.</summary>
    public virtual int Version => Post.Progress.Wanted;

    /// <summary>Up to which line a message that is made now includes the history.</summary>
    public virtual long HistoryInMessage => 0;

    /// <summary>The last line that one reply tells now; null when there is none for a thread.</summary>
    /// <param name="upTo">The last one when the reply was begun before; null otherwise.</param>
    public virtual long? Reply(long? upTo) => null;
}

/// <summary>A post, the incident as it is now, its lane, and the history after what its thread was told, oldest first.</summary>
internal sealed record PostView(Post Post, Incident Incident, string Lane, IReadOnlyList<TimelineEntry> Untold) : View(Post)
{
    public override int Version => Incident.Version;

    public override long HistoryInMessage => Post.Progress.History;

    public override long? Reply(long? upTo) =>
        Untold.Any(line => line.Id <= (upTo ?? long.MaxValue) && line.Change.IsToldInThread()) ? Untold[^1].Id : null;
}

/// <summary>A summary's post, the counts worst first, and the first of the incidents that its thread has not named.</summary>
/// <param name="ToAnnounce">How many of its incidents are open and wait for a message of their own.</param>
/// <param name="Outdated">How many messages in the room show an older state.</param>
internal sealed record SummaryView(
    Post Post, Summary Summary, IReadOnlyList<SummaryCount> Counts, int ToAnnounce, int Outdated,
        IReadOnlyList<SummaryMember> Untold) : View(Post)
{
    /// <summary>So long is a reply at the most, in characters of names.</summary>
    private const int ReplyLength = 2600;

    public override long? Reply(long? upTo)
    {
        var named = Named(upTo);
        return named.Count == 0 ? null : named[^1].Post;
    }

    /// <summary>As many incidents as one reply names.</summary>
    public IReadOnlyList<SummaryMember> Named(long? upTo)
    {
        var length = 0;
        return [.. Untold.TakeWhile((member, index) => member.Post <= (upTo ?? long.MaxValue)
            && ((length += member.Length) <= ReplyLength || index == 0))];
    }
}

/// <summary>
/// A digest's post, how many incidents opened and were resolved in its time and how many burn now, and the first of them.
/// </summary>
internal sealed record DigestView(Post Post, Digest Digest, int Opened, int Resolved, int Burning,
    IReadOnlyList<DigestLine> Lines) : View(Post)
{
    /// <summary>How many incidents it is about.</summary>
    public int Total { get; init; }
}
