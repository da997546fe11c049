namespace IncidentBot.Channels;

/// <summary>The state that a message shows by colour and word.</summary>
internal enum MessageState
{
    Critical,
    Warning,
    Info,

    /// <summary>Nothing fires any more.</summary>
    Resolved,

    /// <summary>Nobody has spoken of it for long: it may or may not burn.</summary>
    Stale,
}

/// <summary>
/// What one post shows, before a channel gives it its own markup. Every text in it is plain and hostile (labels,
/// annotations): a channel escapes all of it and cuts what its limits do not take, whole alerts first.
/// </summary>
internal sealed record Message
{
    /// <summary>The incident's number; 0 for a message that is not about an incident.</summary>
    public long Number { get; init; }

    /// <summary>Chooses colour and sign.</summary>
    public required MessageState State { get; init; }

    /// <summary>The same in a word: <c>critical</c>, <c>warning</c>, <c>resolved</c>, <c>stale</c>.</summary>
    public required string StateWord { get; init; }

    /// <summary>Who has it, or how long it lasted: <c>Ada has it</c>. May be empty.</summary>
    public string Who { get; init; } = "";

    /// <summary>The alert's name.</summary>
    public required string Title { get; init; }

    /// <summary>What distinguishes this group: <c>namespace=media</c>. May be empty.</summary>
    public string Place { get; init; } = "";

    /// <summary>Counts and times in one line: <c>3 firing, 1 resolved · since 03:12 (14 min)</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Short lines that matter: who acknowledged, how often it flapped.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>One sentence from the annotations. May be empty.</summary>
    public string Summary { get; init; } = "";

    /// <summary>More from the annotations, several lines. May be empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>The most useful first; a channel shows as many as fit.</summary>
    public IReadOnlyList<MessageAlert> Alerts { get; init; } = [];

    /// <summary>How many alerts there are beside those in <see cref="Alerts"/>.</summary>
    public int MoreAlerts { get; init; }

    /// <summary>Absolute http or https addresses with short names; the most useful first.</summary>
    public IReadOnlyList<MessageLink> Links { get; init; } = [];

    /// <summary>
    /// What can be pressed below it, by its state; empty where nobody may act from chat. A channel that does not hear presses leaves
    /// them out.
    /// </summary>
    public IReadOnlyList<Button> Buttons { get; init; } = [];

    /// <summary>
    /// Who is called by the announcement, when it is one; null for nobody. Edits never call anybody; what becomes worse calls by a
    /// reply.
    /// </summary>
    public Mention? Mention { get; init; }
}

/// <summary>One alert's line in a message.</summary>
/// <param name="State">Critical, warning or info while it fires; resolved otherwise.</param>
/// <param name="Name">What tells it from the others in the group.</param>
/// <param name="Text">Its summary, when it says more than the group's. May be empty.</param>
/// <param name="When">For how long it fires, or that it is resolved.</param>
internal sealed record MessageAlert(MessageState State, string Name, string Text, string When);

/// <summary>A place to go from a message.</summary>
/// <param name="Name">Such as <c>Runbook</c>.</param>
/// <param name="Url">An absolute http or https address; a channel still escapes it for its markup.</param>
internal sealed record MessageLink(string Name, Uri Url);

/// <summary>Who is called: everyone in the room, or people and groups by the ids of the channel.</summary>
/// <param name="Everyone">Slack <c>@channel</c>, Matrix <c>@room</c>; Telegram has no such thing and rings instead.</param>
/// <param name="Ids">Ids of the room's own channel: <c>U024BE7LH</c> or <c>S0123</c>, <c>12345</c>, <c>@me:example.org</c>.</param>
internal sealed record Mention(bool Everyone, IReadOnlyList<string> Ids);

/// <summary>History that goes into the thread of a post, oldest line first: what came since the last reply.</summary>
/// <param name="Lines">Plain hostile text, one short sentence each.</param>
/// <param name="Mention">Who is called by it; null for nobody.</param>
internal sealed record ThreadReply(IReadOnlyList<string> Lines, Mention? Mention)
{
    /// <summary>
    /// What happened to which incident, when it is something to be woken for: a locked phone does not show what a reply answers.
    /// Empty for plain history.
    /// </summary>
    public string Headline { get; init; } = "";
}
