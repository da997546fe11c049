using IncidentBot.Channels;
using IncidentBot.Storage;

namespace IncidentBot.Chat.Unack;

/// <summary>Gives an incident back.</summary>
internal sealed class UnackCommand(IncidentPick pick) : IChatCommand
{
    public string Word => "unack";

    public IReadOnlyList<string> Short => ["u"];

    public string Arguments => "[N]";

    public string Help => "give it back: people are called anew";

    public bool Acts => true;

    public Task<ChatReply> RunAsync(ChatCall call, CancellationToken cancellationToken) =>
        pick.WithAsync(call, ButtonAction.GiveBack, (incident, _) =>
        {
            var number = incident.Summary.Number;
            return IncidentAct.Of(call, number, new Effect.GiveBack(number, call.By.Name), "",
                $"Nobody has #{number} now; people are called as if it had just begun.", $"Nobody has #{number}. Nothing was done.");
        }, cancellationToken);
}
