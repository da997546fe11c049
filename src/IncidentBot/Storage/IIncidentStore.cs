using IncidentBot.Alerts;
using IncidentBot.Channels;
using IncidentBot.Incidents;
using IncidentBot.Lanes;

namespace IncidentBot.Storage;

/// <summary>
/// Incidents, their history and their posts, durable. Every change is one transaction; a method that changes returns after
/// the commit. All may be called at the same time by anybody.
/// </summary>
/// <exception cref="StoreUnavailableException">Nothing was changed, and the reason says why; a later call may succeed.</exception>
internal interface IIncidentStore : IAsyncDisposable
{
    /// <summary>A few letters and digits that no other database has: requests are keyed by it.</summary>
    string Identity { get; }

    /// <summary>Opens the database and brings its schema up to date.</summary>
    /// <exception cref="StoreRefusedException">The database is of a newer program, or not a database.</exception>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Applies a notification: incidents, history and the posts that want to show them, together.</summary>
    /// <returns>Whether it was news; a repetition changes nothing.</returns>
    Task<bool> ReceiveAsync(Notification notification, CancellationToken cancellationToken);

    /// <summary>
    /// Applies a difference to Alertmanager's own list, as far as it still holds: what a webhook said since is not undone.
    /// Returns whether anything changed.
    /// </summary>
    Task<bool> ReconcileAsync(Finding finding, CancellationToken cancellationToken);

    /// <summary>Every alert of a source that fires, in incidents that are firing or stale.</summary>
    Task<IReadOnlyList<OpenAlert>> OpenAlertsAsync(string source, CancellationToken cancellationToken);

    /// <summary>The receivers of a source's incidents that changed after a moment. It may read all of history: ask once.</summary>
    Task<IReadOnlyList<string>> ReceiversAsync(string source, DateTimeOffset after, CancellationToken cancellationToken);

    /// <summary>Marks firing incidents that nobody has spoken of for too long. Returns how many there were.</summary>
    Task<int> SweepAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Does what time alone demands, of a bounded number of incidents: takes steps of escalation, calls people again, ends
    /// flapping, announces what nothing explains any more. Returns how many it looked at; 0 when nothing is due.
    /// </summary>
    Task<int> TakeDueAsync(CancellationToken cancellationToken);

    /// <summary>When time alone changes something next; null when it never does. Its cost does not grow with history.</summary>
    Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken);

    /// <summary>Has everything that fires looked at by the next <see cref="TakeDueAsync"/>: the lanes may have changed.</summary>
    Task ReckonAsync(CancellationToken cancellationToken);

    /// <summary>Somebody takes an incident on: nothing escalates any more. May be repeated; another name takes over.</summary>
    /// <param name="by">The name of a person, not empty: hostile text.</param>
    /// <param name="comment">What they say about it: hostile text. May be empty.</param>
    Task<Acknowledging> AcknowledgeAsync(long number, string by, string comment, CancellationToken cancellationToken);

    /// <summary>Somebody gives an incident back: people are called as if it had just begun. May be repeated.</summary>
    Task<Acknowledging> WithdrawAsync(long number, string by, CancellationToken cancellationToken);

    /// <summary>Deletes incidents that ended before a moment, a few at a time and never ahead of a webhook. Returns how many.</summary>
    Task<int> DeleteEndedAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Posts that want something sent, refused ones included, oldest first.</summary>
    Task<IReadOnlyList<Post>> WaitingAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Reads a post with the incident that it shows and the history that its thread has not been told, for a request that is
    /// about to be sent. Null when the post is gone.
    /// </summary>
    Task<View?> ViewAsync(long post, CancellationToken cancellationToken);

    /// <summary>Writes down the request that is about to be sent.</summary>
    Task BeginAsync(long post, PostIntent intent, CancellationToken cancellationToken);

    /// <summary>
    /// Writes down how a request ended, and clears its intent. Returns the post as it is then; null when it is gone. Listeners
    /// hear of the post, but not of one that is refused by itself: it waits for a change or for a person.
    /// </summary>
    Task<Post?> EndAsync(long post, PostChange change, CancellationToken cancellationToken);

    /// <summary>
    /// Begins a summary in a room, or brings it up to date. All that waits there for its first announcement when it begins
    /// belongs to it, and all that comes until it ends. Once it is calm again, what is over and was never announced counts as
    /// shown by it.
    /// </summary>
    /// <param name="summary">Null to begin one, unless one is open there.</param>
    /// <param name="phase">What it says from now on; calm ends it.</param>
    /// <returns>The summary's number.</returns>
    Task<long> SummarizeAsync(Room room, long? summary, StormPhase phase, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the digest of a lane that is due in each of its rooms, about the time since the one before; none where nothing
    /// opened or resolved. The first time it only begins to count.
    /// </summary>
    /// <returns>How many it made.</returns>
    Task<int> DigestAsync(Lane lane, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>The summaries that have not ended.</summary>
    Task<IReadOnlyList<Summary>> OpenSummariesAsync(CancellationToken cancellationToken);

    /// <summary>Takes back refusals, so that the posts are tried again: of one post, or of all in a room. Returns those posts.</summary>
    Task<IReadOnlyList<Post>> SendAgainAsync(long? post, Room? room, CancellationToken cancellationToken);

    /// <summary>Incidents in the order people need them: firing before stale before resolved, worst first, newest first.</summary>
    Task<IReadOnlyList<IncidentSummary>> ListAsync(IncidentFilter filter, CancellationToken cancellationToken);

    /// <summary>One incident with everything; null when there is none of this number.</summary>
    Task<IncidentDetail?> FindAsync(long number, CancellationToken cancellationToken);

    /// <summary>Posts with the title of their incident: those that wait or are refused first, then the latest shown.</summary>
    Task<IReadOnlyList<PostSummary>> PostsAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Whether changes can be made durable now: the write path answers, not only the read path.</summary>
    Task CheckAsync(CancellationToken cancellationToken);

    /// <summary>How many there are of what, for pages and metrics; its cost does not grow with history.</summary>
    Task<StoreCounts> CountAsync(CancellationToken cancellationToken);
}

/// <summary>What became of taking an incident on, or of giving it back.</summary>
internal enum Acknowledging
{
    Done = 1,

    /// <summary>It was so before.</summary>
    AlreadySo = 2,

    /// <summary>There is no incident of this number.</summary>
    Unknown = 3,

    /// <summary>The incident is resolved.</summary>
    Over = 4,
}

/// <summary>Nothing could be stored now: the disk is full, the database is locked or busy, the program stops.</summary>
internal sealed class StoreUnavailableException(string reason, Exception? inner = null) : Exception(reason, inner);

/// <summary>The database can not be used by this program at all.</summary>
internal sealed class StoreRefusedException(string reason, Exception? inner = null) : Exception(reason, inner);

/// <summary>
/// Hears what posts want sent, or that they want nothing any more: after the commits that made it so and in their order. Must
/// return at once.
/// </summary>
internal interface IPostListener
{
    void Wanted(IReadOnlyList<Post> posts);
}

/// <summary>Hears that incidents changed, after the commit. Must return at once.</summary>
internal interface IIncidentListener
{
    void Changed(IReadOnlyList<long> numbers);
}

/// <summary>A post and what it shows, as of now.</summary>
internal abstract record View(Post Post);

/// <summary>A post, the incident as it is now, its lane, and the history after <see cref="Post.Told"/>, oldest first.</summary>
internal sealed record PostView(Post Post, Incident Incident, string Lane, IReadOnlyList<TimelineEntry> Untold) : View(Post);

/// <summary>A summary's post, the counts worst first, and the first of the incidents that its thread has not named.</summary>
/// <param name="ToAnnounce">How many of its incidents are open and wait for a message of their own.</param>
internal sealed record SummaryView(
    Post Post, Summary Summary, IReadOnlyList<SummaryCount> Counts, int ToAnnounce, IReadOnlyList<SummaryMember> Untold) : View(Post);

/// <summary>A digest's post, how many incidents opened and were resolved in its time and how many burn now, and the first of them.</summary>
internal sealed record DigestView(Post Post, Digest Digest, int Opened, int Resolved, int Burning, IReadOnlyList<DigestLine> Lines) : View(Post)
{
    /// <summary>How many incidents it is about.</summary>
    public int Total { get; init; }
}

/// <summary>What a finished request changes in a post; null leaves a value as it is.</summary>
/// <param name="Shown">The version that the room shows now.</param>
/// <param name="Told">The latest line of history that the thread has now.</param>
/// <param name="Reason">Why it failed; null when it did not.</param>
/// <param name="Refused">The vendor will not take it until a person changes something.</param>
/// <param name="WholeRoom">The refusal stands for everything that waits for this room.</param>
/// <param name="Vanished">The message is gone: make a new one.</param>
/// <param name="Unclear">It may have been carried out all the same: the intent stays, so that it is looked for.</param>
/// <param name="MovedTo">The room goes on under this id; all posts of the old one follow.</param>
internal sealed record PostChange(
    int? Shown = null,
    string? MessageId = null,
    string? LastReplyId = null,
    long? Told = null,
    string? Reason = null,
    bool Refused = false,
    bool WholeRoom = false,
    bool Vanished = false,
    bool Unclear = false,
    Room? MovedTo = null);

/// <summary>One line of an incident's history.</summary>
/// <param name="Id">Grows with time, over all incidents.</param>
internal sealed record TimelineEntry(long Id, long Incident, Change Change);

/// <summary>Which incidents a list shows; what is null does not filter.</summary>
/// <param name="Status"><c>firing</c>, <c>resolved</c>, <c>stale</c>; null for all. Firing includes stale ones.</param>
/// <param name="Text">Words that title, labels or lane must contain, in any case. Null for all.</param>
/// <param name="Skip">How many of the first ones are left out: the pages before this one.</param>
internal sealed record IncidentFilter(
    string? Status = null,
    string? Severity = null,
    string? Lane = null,
    string? Text = null,
    int Limit = 200,
    long Before = long.MaxValue,
    int Skip = 0);

/// <summary>What lists show of an incident.</summary>
/// <param name="Lasted">How long it fired before it ended, by Alertmanager's times; null while it fires.</param>
/// <param name="RunbookUrl">As the worst alert's author wrote it, perhaps a file of a repository: hostile text. Null for none.</param>
internal sealed record IncidentSummary(
    long Number,
    IncidentStatus Status,
    Severity Severity,
    string Lane,
    string Title,
    string Place,
    string Summary,
    LabelSet Labels,
    int Firing,
    int Resolved,
    int Flaps,
    DateTimeOffset OpenedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? ResolvedAt,
    TimeSpan? Lasted,
    DateTimeOffset? FiringSince,
    string? RunbookUrl,
    IReadOnlyList<Post> Posts)
{
    /// <summary>Who has taken it on; null while nobody has.</summary>
    public string? AcknowledgedBy { get; init; }
}

/// <summary>Everything about one incident.</summary>
internal sealed record IncidentDetail(IncidentSummary Summary, Incident Incident, IReadOnlyList<TimelineEntry> Timeline);

/// <summary>A post with what people recognise its incident by.</summary>
internal sealed record PostSummary(Post Post, string Title, string Place, IncidentStatus Status, Severity Severity, string Lane);

/// <summary>How many incidents burn and how many posts wait, now.</summary>
internal sealed record StoreCounts(
    long Firing, long Stale, long Waiting, long Refused, DateTimeOffset? OldestWaiting, IReadOnlyList<(string Lane, string Severity, long Firing)> ByLane);
