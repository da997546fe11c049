using IncidentBot.Incidents;

namespace IncidentBot.Posts;

/// <summary>A post and what it shows, as of now.</summary>
internal abstract record View(Post Post);

/// <summary>A post, the incident as it is now, its lane, and the history after <see cref="Post.Told"/>, oldest first.</summary>
internal sealed record PostView(Post Post, Incident Incident, string Lane, IReadOnlyList<TimelineEntry> Untold) : View(Post);

/// <summary>A summary's post, the counts worst first, and the first of the incidents that its thread has not named.</summary>
/// <param name="ToAnnounce">How many of its incidents are open and wait for a message of their own.</param>
/// <param name="Outdated">How many messages in the room show an older state.</param>
internal sealed record SummaryView(
    Post Post, Summary Summary, IReadOnlyList<SummaryCount> Counts, int ToAnnounce, int Outdated, IReadOnlyList<SummaryMember> Untold) : View(Post);

/// <summary>A digest's post, how many incidents opened and were resolved in its time and how many burn now, and the first of them.</summary>
internal sealed record DigestView(Post Post, Digest Digest, int Opened, int Resolved, int Burning, IReadOnlyList<DigestLine> Lines) : View(Post)
{
    /// <summary>How many incidents it is about.</summary>
    public int Total { get; init; }
}
