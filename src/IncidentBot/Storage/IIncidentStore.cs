using IncidentBot.Alerts;
using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;

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
    Task RecalculateDueAsync(CancellationToken cancellationToken);

    /// <summary>Somebody takes an incident on: nothing escalates any more. May be repeated; another name takes over.</summary>
    /// <param name="by">The name of a person, not empty: hostile text.</param>
    /// <param name="comment">What they say about it: hostile text. May be empty.</param>
    Task<AcknowledgeResult> AcknowledgeAsync(long number, string by, string comment, CancellationToken cancellationToken);

    /// <summary>Somebody gives an incident back: people are called as if it had just begun. May be repeated.</summary>
    Task<AcknowledgeResult> WithdrawAsync(long number, string by, CancellationToken cancellationToken);

    /// <summary>Deletes incidents that ended before a moment, a few at a time and never ahead of a webhook. Returns how many.</summary>
    Task<int> DeleteEndedAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Posts that want something sent, refused ones included, oldest first.</summary>
    Task<IReadOnlyList<Post>> WaitingAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Posts that have wanted something since before a moment, refused ones included, of incidents that no room shows as they
    /// are: all rooms wait or refuse. Without those that the summary of a storm stands for. Oldest first.
    /// </summary>
    Task<IReadOnlyList<Post>> UntoldAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>
    /// Reads a post with the incident that it shows and the history that its thread has not been told, for a request that is
    /// about to be sent. Null when the post is gone.
    /// </summary>
    Task<View?> ViewAsync(long post, CancellationToken cancellationToken);

    /// <summary>Writes down the request that is about to be sent; it counts as a <see cref="PastRequest"/> from then on.</summary>
    /// <returns>False when there is no such post any more: then nothing is to be sent.</returns>
    Task<bool> BeginAsync(long post, PostIntent intent, CancellationToken cancellationToken);

    /// <summary>
    /// Writes down how a request ended, and clears its intent. Returns the post as it is then; null when it is gone. Listeners
    /// hear of the post, but not of one that is refused by itself: it waits for a change or for a person.
    /// </summary>
    Task<Post?> EndAsync(long post, PostChange change, CancellationToken cancellationToken);

    /// <summary>What may still count against a vendor's limits, oldest first: all requests of the last <see cref="PastRequest.Kept"/>.</summary>
    Task<IReadOnlyList<PastRequest>> PastRequestsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Begins a summary in a room, or brings it up to date. All that waits there for its first announcement when it begins
    /// belongs to it, and all that comes until it ends. Once it calms down, what is over and was never announced counts as
    /// shown by it, unless its announcement was begun.
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

    /// <summary>Whether changes can be made durable now: it makes one, a small one that means nothing, so a full disk is noticed.</summary>
    Task CheckAsync(CancellationToken cancellationToken);

    /// <summary>How many there are of what, for pages and metrics; its cost does not grow with history.</summary>
    Task<StoreCounts> CountAsync(CancellationToken cancellationToken);
}
