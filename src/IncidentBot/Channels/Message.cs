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
/// <param name="Number">The incident's number; 0 for a message that is not about an incident.</param>
/// <param name="State">Chooses colour and sign.</param>
/// <param name="StateWord">The same in a word: <c>critical</c>, <c>warning</c>, <c>resolved</c>, <c>stale</c>.</param>
/// <param name="Title">The alert's name.</param>
/// <param name="Place">What distinguishes this group: <c>namespace=media</c>. May be empty.</param>
/// <param name="Status">Counts and times in one line: <c>3 firing, 1 resolved · since 03:12 (14 min)</c>.</param>
/// <param name="Notes">Short lines that matter: who acknowledged, how often it flapped. May be empty.</param>
/// <param name="Summary">One sentence from the annotations. May be empty.</param>
/// <param name="Description">More from the annotations, several lines. May be empty.</param>
/// <param name="Alerts">The most useful first; a channel shows as many as fit.</param>
/// <param name="MoreAlerts">How many alerts there are beside those in <paramref name="Alerts"/>.</param>
/// <param name="Links">Absolute http or https addresses with short names; the most useful first.</param>
/// <param name="Mention">Who is called by the announcement, when it is one; null for nobody. Edits never call anybody; what becomes worse calls by a reply.</param>
internal sealed record Message(
    long Number,
    MessageState State,
    string StateWord,
    string Title,
    string Place,
    string Status,
    IReadOnlyList<string> Notes,
    string Summary,
    string Description,
    IReadOnlyList<MessageAlert> Alerts,
    int MoreAlerts,
    IReadOnlyList<MessageLink> Links,
    Mention? Mention);

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
internal sealed record ThreadReply(IReadOnlyList<string> Lines, Mention? Mention);
