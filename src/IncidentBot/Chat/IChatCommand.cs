namespace IncidentBot.Chat;

/// <summary>
/// One command. It says what to do and what to answer; it writes nothing itself, except that it may ask an Alertmanager. It may be run by
/// many at the same time, and again with the same <see cref="ChatCall.Key"/> after a kill.
/// </summary>
internal interface IChatCommand
{
    /// <summary>The word that people say: <c>ack</c>.</summary>
    string Word { get; }

    /// <summary>Shorter words for the same.</summary>
    IReadOnlyList<string> Short => [];

    /// <summary>What follows the word: <c>[N] [comment]</c>. May be empty.</summary>
    string Arguments => "";

    /// <summary>What it does, in a few words.</summary>
    string Help { get; }

    /// <summary>More lines for <c>help</c> with its word.</summary>
    IReadOnlyList<string> Examples => [];

    /// <summary>It changes something, so that only those may use it who may act.</summary>
    bool Acts => false;

    Task<ChatReply> RunAsync(ChatCall call, CancellationToken cancellationToken);
}
