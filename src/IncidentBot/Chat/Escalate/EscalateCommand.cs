using IncidentBot.Channels;
using IncidentBot.Storage;

namespace IncidentBot.Chat.Escalate;

/// <summary>Calls the next people of an incident's lane now.</summary>
internal sealed class EscalateCommand(IncidentPick pick) : IChatCommand
{
    public string Word => "escalate";

    public IReadOnlyList<string> Short => ["e"];

    public string Arguments => "[N]";

    public string Help => "call the next people now";

    public bool Acts => true;

    public Task<ChatReply> RunAsync(ChatCall call, CancellationToken cancellationToken) =>
        pick.WithAsync(call, ButtonAction.Escalate, (incident, _) =>
        {
            var number = incident.Summary.Number;
            return IncidentAct.Of(call, number, new Effect.Escalate(number, call.By.Name), "",
                $"The next people of #{number} are called now.", $"The lane of #{number} has nobody else to call. Nothing was done.");
        }, cancellationToken);
}
