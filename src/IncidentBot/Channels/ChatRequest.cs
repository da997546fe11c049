using IncidentBot.Rooms;

namespace IncidentBot.Channels;

/// <summary>Something that a person said to the bot, as a channel read it. All text in it is hostile.</summary>
internal sealed record ChatRequest
{
    /// <summary>Where it was said: the channel, group or room; for a private chat the place of that chat.</summary>
    public required Room Room { get; init; }

    /// <summary>
    /// The event's id, unique within its channel and the same whenever the vendor tells of it again: what has this id is done once,
    /// over restarts. Slack's mention and message of one event have one id (channel and ts); a press has the id of the press.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>Who said it, by the vendor's word (never by what the text claims).</summary>
    public required Person By { get; init; }

    /// <summary>What the channel calls them; proves nothing. May be empty.</summary>
    public string ByName { get; init; } = "";

    /// <summary>What they want.</summary>
    public required ChatInput Input { get; init; }

    /// <summary>
    /// The message that it belongs to (root of its thread, the message it replies to, the one whose button was pressed or that was
    /// reacted to), as <see cref="SendResult.Delivered"/> named it; null when there is none. The desk finds the incident by it.
    /// </summary>
    public string? MessageId { get; init; }

    /// <summary>
    /// Where the channel will put the answer: its own words, handed back with <see cref="UntoldAnswer"/>. At most 500 characters.
    /// </summary>
    public string Thread { get; init; } = "";

    /// <summary>Nobody else reads that place.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>
    /// It was meant for the bot: a mention, a command, a press, a private chat. What stands in a thread without that is a command only
    /// if it is one word for word; anything else there is talk among people, and gets no answer.
    /// </summary>
    public bool IsAddressed { get; init; } = true;

    /// <summary>
    /// When, by the vendor's clock. What is older than <c>people.max_command_age</c> is not done but asked to be said again.
    /// </summary>
    public required DateTimeOffset SaidAt { get; init; }

    /// <summary>
    /// How far the channel has read with this; saved together with what the request does. Null when it counts otherwise.
    /// </summary>
    public ChatPosition? Position { get; init; }
}

/// <summary>What somebody wants.</summary>
internal abstract record ChatInput
{
    private ChatInput()
    {
    }

    /// <summary>Words, without the mention or prefix that addressed the bot: <c>ack 12 on it</c>. The desk bounds them.</summary>
    internal sealed record Said(string Text) : ChatInput;

    /// <summary>
    /// A button or a reaction. For a button that is not ours (<see cref="ButtonPress.TryParse"/> failed) pass <see
    /// cref="ButtonAction.Unknown"/>:
    /// the desk counts it and answers nothing useful.
    /// </summary>
    internal sealed record Pressed(ButtonPress Press) : ChatInput;
}

/// <summary>
/// How far a channel has read: its own key and value, such as an update id or a sync token. The value has at most 1000 characters.
/// </summary>
internal sealed record ChatPosition(string Channel, string Key, string Value);
