using IncidentBot.Rooms;

namespace IncidentBot.Channels;

/// <summary>To whom an answer goes.</summary>
internal enum AnswerPlace
{
    /// <summary>Where it was said: its thread, or as a reply.</summary>
    Thread = 1,

    /// <summary>
    /// To the person alone: Slack ephemeral, Telegram's notice of a press; where a vendor has no such thing, as a reply.
    /// </summary>
    OnlyPerson = 2,

    /// <summary>Nowhere: it was done, and the post itself shows it. A press still has to be acknowledged to the vendor.</summary>
    Nowhere = 3,
}

/// <summary>
/// What the bot answers to one request. Every text is plain and hostile, as in <see cref="Message"/>: the channel escapes it, so that
/// nothing in it is markup or a mention. It fits a phone: few short lines.
/// </summary>
internal sealed record ChatAnswer
{
    /// <summary>Nothing is said: it was no request, or is none of this person's business.</summary>
    public static readonly ChatAnswer Nothing = new() { Place = AnswerPlace.Nowhere, Lines = [] };

    public AnswerPlace Place { get; init; } = AnswerPlace.Thread;

    /// <summary>Oldest first, one short line each.</summary>
    public required IReadOnlyList<string> Lines { get; init; }

    /// <summary>The same in a few words for a notice above a button (at most 180 characters); empty: the first line serves.</summary>
    public string Notice { get; init; } = "";

    /// <summary>Addresses, under their names.</summary>
    public IReadOnlyList<MessageLink> Links { get; init; } = [];

    /// <summary>What can be pressed below it.</summary>
    public IReadOnlyList<Button> Buttons { get; init; } = [];
}

/// <summary>An answer whose way to the person was cut off by the end of the program.</summary>
/// <param name="Room">Where it was asked.</param>
/// <param name="Id">Of the request.</param>
/// <param name="By">Who asked.</param>
/// <param name="Thread">What the channel handed in as <see cref="ChatRequest.Thread"/>.</param>
/// <param name="IsPrivate">Nobody else reads that place.</param>
/// <param name="Answer">What to say.</param>
internal sealed record UntoldAnswer(Room Room, string Id, Person By, string Thread, bool IsPrivate, ChatAnswer Answer);
