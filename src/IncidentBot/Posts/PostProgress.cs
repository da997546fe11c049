using IncidentBot.Rooms;

namespace IncidentBot.Posts;

/// <summary>What a room shows of a post's subject, and what it should show.</summary>
internal sealed record PostProgress
{
    /// <summary>The subject's version that should be shown.</summary>
    public int Wanted { get; init; }

    /// <summary>The version that is shown; 0 when nothing is.</summary>
    public int Shown { get; init; }

    /// <summary>The vendor's id of the message; null when there is none yet.</summary>
    public string? MessageId { get; init; }

    /// <summary>The vendor's id of the latest reply in its thread.</summary>
    public string? LastReplyId { get; init; }

    /// <summary>The latest line of history that the thread should have.</summary>
    public long History { get; init; }

    /// <summary>The latest line of history that the thread has.</summary>
    public long Told { get; init; }

    /// <summary>The request that was begun and whose end is not recorded; null when there is none.</summary>
    public PostIntent? Intent { get; init; }

    /// <summary>How many messages this post had before because they vanished; part of every request's key.</summary>
    public int Generation { get; init; }

    /// <summary>Since when something is wanted that is not shown.</summary>
    public DateTimeOffset WantedSince { get; init; }

    /// <summary>When the room last showed the newest state.</summary>
    public DateTimeOffset? ShownAt { get; init; }

    /// <summary>
    /// The request that is due next; null when the room shows everything. A reply that was begun is finished before anything
    /// else, because the next request takes its place in the row, and then nobody would look for it.
    /// </summary>
    public SendKinds? Next => MessageId is null ? Shown < Wanted ? SendKinds.Create : null
        : Intent is { Kind: SendKinds.Reply } && Told < History ? SendKinds.Reply
        : Shown < Wanted ? SendKinds.Edit
        : Told < History ? SendKinds.Reply : null;

    /// <summary>A message or a reply was begun and may have arrived: it is looked for before it is sent again.</summary>
    public bool IsUnclear => Intent is { Kind: SendKinds.Create or SendKinds.Reply };

    /// <summary>Nothing more is wanted.</summary>
    public PostProgress Settled(DateTimeOffset now) => this with { Shown = Wanted, Told = History, ShownAt = now };
}
