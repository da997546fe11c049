using IncidentBot.Channels;
using IncidentBot.Storage;

namespace IncidentBot.Chat;

/// <summary>What a command wants done and said.</summary>
internal sealed record ChatReply
{
    /// <summary>What is said, when <see cref="Tell"/> does not say it.</summary>
    public ChatAnswer Answer { get; init; } = ChatAnswer.Nothing;

    /// <summary>The command that a yes does; null when nothing is asked.</summary>
    public string? Question { get; init; }

    public Effect Effect { get; init; } = new Effect.Nothing();

    /// <summary>The incident that the audit log names; null for none.</summary>
    public long? Incident { get; init; }

    /// <summary>What the audit log says beside the command's word; null when nothing is to be logged.</summary>
    public string? What { get; init; }

    /// <summary>What is said and logged of the effect, once its end is known. Pure.</summary>
    public Func<DeedEnd, ChatTold>? Tell { get; init; }

    /// <summary>A few lines.</summary>
    public static ChatReply Say(params IReadOnlyList<string> lines) => new() { Answer = new ChatAnswer { Lines = lines } };

    /// <summary>A few lines for the person alone, where the channel can do that.</summary>
    public static ChatReply SayPrivately(params IReadOnlyList<string> lines) =>
        new() { Answer = new ChatAnswer { Lines = lines, Place = AnswerPlace.OnlyPerson } };

    /// <summary>Asks back; a yes, by word or by button, within <see cref="QuestionsLast"/> does the command.</summary>
    public static ChatReply Ask(string command, params IReadOnlyList<string> lines) => new()
    {
        Answer = new ChatAnswer { Lines = [.. lines, "`yes` within 5 minutes does it."], Buttons = [Yes("Yes", command)] },
        Question = command,
    };

    /// <summary>A button that answers a question.</summary>
    public static Button Yes(string label, string command) =>
        new() { Label = label, Press = new ButtonPress(ButtonAction.Confirm, 0, Mark(command)), Style = ButtonStyle.Primary };

    /// <summary>How long a question can be answered.</summary>
    public static readonly TimeSpan QuestionsLast = TimeSpan.FromMinutes(5);

    /// <summary>Tells one question from another, so that an old button does not answer a new one.</summary>
    public static string Mark(string command) => Convert.ToHexStringLower(
        System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(command)).AsSpan(0, 8));
}

/// <summary>What is said of how an effect ended.</summary>
/// <param name="Result">For the audit log.</param>
/// <param name="Question">The command that a yes does; null when nothing is asked.</param>
internal readonly record struct ChatTold(ChatAnswer Answer, string Result, string? Question = null);
