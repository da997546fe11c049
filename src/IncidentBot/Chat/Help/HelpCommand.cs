namespace IncidentBot.Chat.Help;

/// <summary>What can be said, in a few lines; of one command all of it.</summary>
internal sealed class HelpCommand(ChatCommands commands) : IChatCommand
{
    public string Word => "help";

    public IReadOnlyList<string> Short => ["h"];

    public string Arguments => "[command]";

    public string Help => "this, or more about one command";

    public Task<ChatReply> RunAsync(ChatCall call, CancellationToken cancellationToken) => Task.FromResult(
        call.Phrase.Words is [var word, ..] ? Of(word.ToLowerInvariant()) : ChatReply.SayPrivately(
            "`?` what needs somebody · `a 4` I am on it · `s 4 2h` silence",
            "`n 4 text` note · `4` one incident · `r 4` its runbook",
            "In a thread leave out the number.",
            $"More: {string.Join(", ", commands.All.Select(command => command.Word))}",
            "`help silence` says more about one of them."));

    private ChatReply Of(string word) => (commands.Find(word) ?? commands.Near(word)) is { } command
        ? ChatReply.SayPrivately(
        [
            $"`{$"{command.Word} {command.Arguments}".TrimEnd()}` {command.Help}",
            .. command.Short.Count > 0 ? [$"Shorter: `{string.Join("`, `", command.Short)}`"] : (string[])[],
            .. command.Examples,
            .. command.Acts ? ["For operators."] : (string[])[],
        ])
        : ChatReply.SayPrivately("There is no such command. Say `help` for all.");
}
