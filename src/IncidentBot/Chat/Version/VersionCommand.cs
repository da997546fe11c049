using IncidentBot.Channels;
using IncidentBot.Telemetry;

namespace IncidentBot.Chat.Version;

/// <summary>Which program answers.</summary>
internal sealed class VersionCommand : IChatCommand
{
    public string Word => "version";

    public IReadOnlyList<string> Short => ["ping"];

    public string Help => "which program answers";

    public Task<ChatReply> RunAsync(ChatCall call, CancellationToken cancellationToken) => Task.FromResult(new ChatReply
    {
        Answer = new ChatAnswer
        {
            Lines = [$"incidentbot {BotVersion.Text} hears {call.By.Name}."],
            Links = [new MessageLink("Board", call.Pages)],
            Place = call.IsPress ? AnswerPlace.OnlyPerson : AnswerPlace.Thread,
        },
    });
}
