using IncidentBot.Channels;
using IncidentBot.Storage;

namespace IncidentBot.Chat.Resolve;

/// <summary>Ends an incident of IncidentBot's own; what still burns comes back.</summary>
internal sealed class ResolveCommand(IncidentPick pick) : IChatCommand
{
    public string Word => "resolve";

    public string Arguments => "[N]";

    public string Help => "end one of IncidentBot's own";

    public bool Acts => true;

    public Task<ChatReply> RunAsync(ChatCall call, CancellationToken cancellationToken) =>
        pick.WithAsync(call, ButtonAction.More, (incident, _) =>
        {
            var number = incident.Summary.Number;
            return IncidentAct.Of(call, number, new Effect.ResolveOwn(number, call.By.Name), "",
                $"#{number} is resolved. If it still burns, it comes back.", $"Nothing fires in #{number}. Nothing was done.");
        }, cancellationToken);
}
