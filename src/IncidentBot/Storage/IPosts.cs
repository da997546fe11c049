using IncidentBot.Posts;
using IncidentBot.Rooms;

namespace IncidentBot.Storage;

/// <summary>What rooms show and should show: the outbox of delivery.</summary>
/// <exception cref="StoreUnavailableException">Nothing was changed, and the reason says why; a later call may succeed.</exception>
internal interface IPosts
{
    /// <summary>A few letters and digits that no other database has: requests are keyed by it.</summary>
    string Identity { get; }

    /// <summary>Posts that want something sent, refused ones included, oldest first.</summary>
    Task<IReadOnlyList<Post>> WaitingAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Posts that have wanted something since before a moment, refused ones included, of incidents that no room shows as they
    /// are: all rooms wait or refuse. Without those that the summary of a storm stands for. Oldest first.
    /// </summary>
    Task<IReadOnlyList<Post>> UntoldAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>
    /// Reads a post with what it shows and writes down the request that is about to be sent, in one change; the request counts
    /// as a <see cref="PastRequest"/> from then on. Several replicas take their lease of the post here.
    /// </summary>
    Task<Claim> ClaimAsync(long post, ClaimTerms terms, CancellationToken cancellationToken);

    /// <summary>
    /// Writes down how a request ended, and clears its intent. Returns the post as it is then; null when it is gone. Listeners
    /// hear of the post, but not of one that is refused by itself: it waits for a change or for a person.
    /// </summary>
    Task<Post?> EndAsync(long post, RequestEnd end, CancellationToken cancellationToken);

    /// <summary>
    /// What may still count against a vendor's limits, oldest first: all requests of the last <see cref="PastRequest.Kept"/>.
    /// </summary>
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

    /// <summary>The summaries that have not ended.</summary>
    Task<IReadOnlyList<Summary>> OpenSummariesAsync(CancellationToken cancellationToken);

    /// <summary>Takes back refusals, so that the posts are tried again: of one post, or of all in a room. Returns those posts.</summary>
    Task<IReadOnlyList<Post>> SendAgainAsync(long? post, Room? room, CancellationToken cancellationToken);
}
