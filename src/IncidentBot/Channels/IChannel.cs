using System.Globalization;
using IncidentBot.Rooms;

namespace IncidentBot.Channels;

/// <summary>
/// A kind of chat. It makes one attempt for each call and says what happened as a value; waiting, repeating, ordering and
/// remembering are not its business.
/// <para>
/// Promises: it may be called by many rooms at the same time, but never twice at once for one post. A call may be repeated
/// with the same <see cref="SendAttempt.Key"/> after a crash or an unclear end; a vendor that can de-duplicate does so by that
/// key. It throws nothing but <see cref="OperationCanceledException"/> for the caller's own token. No secret is in any reason.
/// </para>
/// </summary>
internal interface IChannel
{
    /// <summary>What a room of this kind begins with: <c>slack</c>.</summary>
    string Kind { get; }

    /// <summary>What the vendor allows; the loop keeps within it.</summary>
    ChannelLimits Limits { get; }

    /// <summary>
    /// Makes, edits or answers one message. Finishes within the vendor's time limit of the options (10 s by default).
    /// </summary>
    Task<SendResult> SendAsync(SendAttempt attempt, CancellationToken cancellationToken);

    /// <summary>
    /// Looks for a message that may or may not have been sent by an attempt whose end is unknown. Says which it is, that there is
    /// none or that this vendor cannot tell, or that the look itself failed. Called only after such an attempt, before it is repeated.
    /// </summary>
    Task<FindResult> FindAsync(SendAttempt attempt, CancellationToken cancellationToken);
}

/// <summary>One request to a vendor: one of <see cref="CreateAttempt"/>, <see cref="EditAttempt"/>, <see cref="ReplyAttempt"/>.</summary>
/// <param name="Room">Where.</param>
/// <param name="Key">The same for repetitions of this very request, different for all others: at most 64 characters of
/// letters, digits, dots and hyphens.</param>
/// <param name="Silent">Without sound, where the vendor knows that.</param>
internal abstract record SendAttempt(Room Room, string Key, bool Silent);

/// <summary>Announces an incident in a room. <see cref="SendResult.Delivered"/> carries the id of the message.</summary>
internal sealed record CreateAttempt(Room Room, string Key, bool Silent, Message Message) : SendAttempt(Room, Key, Silent);

/// <summary>Shows the newest state in the message that exists; everything of the old text is replaced.</summary>
internal sealed record EditAttempt(Room Room, string Key, string MessageId, Message Message) : SendAttempt(Room, Key, Silent: true);

/// <summary>Adds history below the message.</summary>
/// <param name="MessageId">The post's message, root of the thread.</param>
/// <param name="LastReplyId">The thread's latest reply by this bot; null when there is none.</param>
internal sealed record ReplyAttempt(Room Room, string Key, bool Silent, string MessageId, string? LastReplyId, ThreadReply Reply)
    : SendAttempt(Room, Key, Silent);

/// <summary>How one attempt ended.</summary>
internal abstract record SendResult
{
    /// <summary>The end in a word of few, as metrics name it.</summary>
    public string Word => this switch
    {
        Delivered => "delivered",
        TryAgain => "try_again",
        Refused => "refused",
        Gone => "gone",
        _ => "moved",
    };

    /// <summary>The end in words, as a log tells it; without secrets.</summary>
    public string Words => this switch
    {
        Delivered sent => $"delivered as {sent.MessageId}",
        TryAgain { After: { } after } later => string.Create(CultureInfo.InvariantCulture,
            $"not now: {later.Reason}; again after {after.TotalSeconds:0.#} s"),
        TryAgain later => $"not now: {later.Reason}",
        Refused { WholeRoom: true } refused => $"the room refuses everything: {refused.Reason}",
        Refused refused => $"refused: {refused.Reason}",
        Gone gone => $"the message is gone: {gone.Reason}",
        Moved moved => $"the room moved to {moved.To}",
        _ => Word,
    };

    /// <summary>The vendor has it.</summary>
    /// <param name="MessageId">The vendor's id of the message that was made; of the edited one for an edit.</param>
    internal sealed record Delivered(string MessageId) : SendResult;

    /// <summary>It may work later.</summary>
    /// <param name="Reason">For people, without secrets: <c>429: rate limited</c>, <c>no answer within 10 s</c>.</param>
    /// <param name="After">The vendor's Retry-After; null when it did not say.</param>
    /// <param name="Unclear">The vendor may have carried it out all the same (the answer was lost): look before repeating.</param>
    internal sealed record TryAgain(string Reason, TimeSpan? After = null, bool Unclear = false) : SendResult;

    /// <summary>It will not work however often it is tried, until a person changes something.</summary>
    /// <param name="WholeRoom">Nothing can be sent to this room (not invited, archived, bad token), not only this text.</param>
    internal sealed record Refused(string Reason, bool WholeRoom) : SendResult;

    /// <summary>The message to edit or answer is not there any more or cannot be edited: make a new one.</summary>
    internal sealed record Gone(string Reason) : SendResult;

    /// <summary>The room goes on under another id (Telegram's group became a supergroup): remember it and try there.</summary>
    internal sealed record Moved(Room To) : SendResult;
}

/// <summary>How a look for a message ended.</summary>
/// <param name="MessageId">The message; null when there is none or the vendor cannot tell.</param>
/// <param name="Failure">When looking itself failed and should be repeated; null when it is decided.</param>
/// <param name="RepeatFinds">Whoever repeats the attempt is handed the message that the first one made, with its old text.</param>
internal readonly record struct FindResult(string? MessageId, SendResult.TryAgain? Failure, bool RepeatFinds = false)
{
    public static readonly FindResult Nothing = new(null, null);

    public static readonly FindResult ByRepeating = new(null, null, RepeatFinds: true);
}
