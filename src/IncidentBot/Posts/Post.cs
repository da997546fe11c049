using IncidentBot.Rooms;

namespace IncidentBot.Posts;

/// <summary>What people are told about a post.</summary>
internal enum PostState
{
    /// <summary>What is shown is older than what is wanted, or nothing is shown yet.</summary>
    Waiting = 1,

    /// <summary>The room shows the newest state.</summary>
    Shown = 2,

    /// <summary>The vendor refused; a person has to change something and send again.</summary>
    Refused = 3,
}

/// <summary>
/// The message that shows one incident in one room. It says which version of the incident the room shows and which it should
/// show; no text waits in it.
/// </summary>
/// <param name="Id">Number of the row; requests are keyed by it.</param>
/// <param name="Incident">Number of the incident.</param>
/// <param name="Lane">Name of the incident's lane, which orders the waiting.</param>
/// <param name="Wanted">The incident's version that should be shown.</param>
/// <param name="Shown">The version that is shown; 0 when nothing is.</param>
/// <param name="MessageId">The vendor's id of the message; null when there is none yet.</param>
/// <param name="LastReplyId">The vendor's id of the latest reply in its thread.</param>
/// <param name="History">The latest line of history that the thread should have.</param>
/// <param name="Told">The latest line of history that the thread has.</param>
/// <param name="Reason">Why it was refused or last failed; null when all is well.</param>
/// <param name="Refused">A refusal stands.</param>
/// <param name="Attempts">Failed attempts since the last success.</param>
/// <param name="Intent">The request that was begun and whose end is not recorded; null when there is none.</param>
/// <param name="Generation">How many messages this post had before because they vanished; part of every request's key.</param>
/// <param name="WantedSince">Since when something is wanted that is not shown.</param>
/// <param name="ShownAt">When the room last showed the newest state.</param>
internal sealed record Post(
    long Id,
    long Incident,
    Room Room,
    string Lane,
    int Wanted,
    int Shown,
    string? MessageId,
    string? LastReplyId,
    long History,
    long Told,
    string? Reason,
    bool Refused,
    int Attempts,
    PostIntent? Intent,
    int Generation,
    DateTimeOffset WantedSince,
    DateTimeOffset? ShownAt)
{
    /// <summary>Its incident is urgent in its lane: it waits for no storm and may spend what is kept back of a budget.</summary>
    public bool Urgent { get; init; }

    /// <summary>Which step of escalation shows it in its room, from 1; 0 for the lane's own rooms.</summary>
    public int Step { get; init; }

    /// <summary>People are called because nobody has acknowledged its incident: no storm holds back what it has to say.</summary>
    public bool Called { get; init; }

    /// <summary>Its incident is resolved.</summary>
    public bool Over { get; init; }

    /// <summary>The summary that stands for it while it is not announced; 0 for none.</summary>
    public long Summary { get; init; }

    /// <summary>It shows a summary of many incidents, by the number that <see cref="Incident"/> is the negative of.</summary>
    public bool IsSummary => Incident < 0;

    public PostState State => Refused ? PostState.Refused : NeedsWork ? PostState.Waiting : PostState.Shown;

    /// <summary>
    /// The request that is due next; null when the room shows everything. A reply that was begun is finished before anything
    /// else, because the next request takes its place in the row, and then nobody would look for it.
    /// </summary>
    public SendKinds? Next => MessageId is null ? Shown < Wanted ? SendKinds.Create : null
        : Intent is { Kind: SendKinds.Reply } && Told < History ? SendKinds.Reply
        : Shown < Wanted ? SendKinds.Edit
        : Told < History ? SendKinds.Reply : null;

    public bool NeedsWork => Next is not null;
}

/// <summary>A request as it was about to be sent, written down first so that it is found after a crash.</summary>
/// <param name="Kind">What kind of request.</param>
/// <param name="Version">The incident's version that it shows.</param>
/// <param name="UpTo">The last line of history that it tells, or that its message already includes.</param>
internal sealed record PostIntent(SendKinds Kind, int Version, long UpTo);
