using IncidentBot.Rooms;

namespace IncidentBot.Posts;

/// <summary>What a finished request changes in a post; null leaves a value as it is.</summary>
/// <param name="Shown">The version that the room shows now.</param>
/// <param name="Told">The latest line of history that the thread has now.</param>
/// <param name="Reason">Why it failed; null when it did not.</param>
/// <param name="Refused">The vendor will not take it until a person changes something.</param>
/// <param name="WholeRoom">The refusal stands for everything that waits for this room.</param>
/// <param name="Vanished">The message is gone: make a new one.</param>
/// <param name="Unclear">It may have been carried out all the same: the intent stays, so that it is looked for.</param>
/// <param name="ClosedUntil">Until then the vendor wants to be left alone with requests of this kind; null when it did not say.</param>
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
    DateTimeOffset? ClosedUntil = null,
    Room? MovedTo = null);
