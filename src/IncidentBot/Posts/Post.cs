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
/// The message that shows one subject in one room. It says which version of the subject the room shows and which it should
/// show; no text waits in it.
/// </summary>
/// <param name="Id">Number of the row; requests are keyed by it. 0 before it is stored.</param>
/// <param name="Subject">What it shows.</param>
/// <param name="Address">Where, and by which lane.</param>
/// <param name="Progress">What the room shows and what it should show.</param>
/// <param name="Trouble">Why it does not get on.</param>
internal sealed record Post(long Id, PostSubject Subject, PostAddress Address, PostProgress Progress, PostTrouble Trouble)
{
    /// <summary>Its incident is urgent in its lane: it waits for no storm and may spend what is kept back of a budget.</summary>
    public bool Urgent { get; init; }

    /// <summary>People are called because nobody has acknowledged its incident: no storm holds back what it has to say.</summary>
    public bool Called { get; init; }

    /// <summary>Its subject is over: the incident is resolved, the storm has ended.</summary>
    public bool Over { get; init; }

    /// <summary>The storm whose summary stands for it while it is not announced; 0 for none.</summary>
    public long Summary { get; init; }

    /// <summary>Number of the incident that it shows; null when it shows something else.</summary>
    public long? Incident => Subject is PostSubject.OfIncident(var number) ? number : null;

    /// <summary>It shows many incidents: a storm or a digest.</summary>
    public bool IsSummary => Subject is not PostSubject.OfIncident;

    public Room Room
    {
        get => Address.Room;
        init => Address = Address with { Room = value };
    }

    /// <summary>Name of the lane by which the room shows it, which orders the waiting; empty for a storm.</summary>
    public string Lane
    {
        get => Address.Lane;
        init => Address = Address with { Lane = value };
    }

    /// <summary>Which step of escalation shows it in its room, from 1; 0 for the lane's own rooms.</summary>
    public int Step
    {
        get => Address.Step;
        init => Address = Address with { Step = value };
    }

    public string? MessageId => Progress.MessageId;

    public DateTimeOffset WantedSince => Progress.WantedSince;

    public DateTimeOffset? ShownAt => Progress.ShownAt;

    public string? Reason => Trouble.Reason;

    public bool Refused => Trouble.Refused;

    public int Attempts => Trouble.Attempts;

    public PostState State => Refused ? PostState.Refused : NeedsWork ? PostState.Waiting : PostState.Shown;

    public SendKinds? Next => Progress.Next;

    public bool NeedsWork => Progress.Next is not null;

    /// <summary>It was never announced, and need not be any more: its incident ended in a storm.</summary>
    public bool IsSettled => Progress is { MessageId: null, Intent: null, Next: null };

    /// <summary>A post of which nothing is shown yet.</summary>
    /// <param name="wanted">The version that should be shown.</param>
    /// <param name="refusal">Why its room refuses everything; null when it does not.</param>
    public static Post New(PostSubject subject, PostAddress address, int wanted, string? refusal, DateTimeOffset now) =>
        new(0, subject, address, new PostProgress { Wanted = wanted, WantedSince = now }, new PostTrouble(refusal, refusal is not null));

    /// <summary>The summary of a storm shows what this would: it is not announced, however long its incident is over.</summary>
    public Post SettledBy(long storm, DateTimeOffset now) =>
        this with { Summary = storm, Progress = Progress.Settled(now), Trouble = PostTrouble.None };
}

/// <summary>Where a post is shown, and by whose rules.</summary>
/// <param name="Lane">Name of the lane that shows it there; empty for a storm, which is of all lanes.</param>
/// <param name="Step">The step of escalation that brought it there, from 1; 0 for the lane's own rooms.</param>
internal sealed record PostAddress(Room Room, string Lane, int Step = 0);

/// <summary>Why a post does not get on.</summary>
/// <param name="Reason">Why it was refused or last failed; null when all is well.</param>
/// <param name="Refused">A refusal stands.</param>
/// <param name="Attempts">Failed attempts since the last success.</param>
internal sealed record PostTrouble(string? Reason = null, bool Refused = false, int Attempts = 0)
{
    public static readonly PostTrouble None = new();
}

/// <summary>A request as it was about to be sent, written down first so that it is found after a crash.</summary>
/// <param name="Kind">What kind of request.</param>
/// <param name="Version">The subject's version that it shows.</param>
/// <param name="UpTo">The last line of history that it tells, or that its message already includes.</param>
internal sealed record PostIntent(SendKinds Kind, int Version, long UpTo);
