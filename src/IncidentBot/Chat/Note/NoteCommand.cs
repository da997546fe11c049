using IncidentBot.Channels;
using IncidentBot.Storage;

namespace IncidentBot.Chat.Note;

/// <summary>Writes a line into an incident's history.</summary>
internal sealed class NoteCommand(IncidentPick pick) : IChatCommand
{
    private const int NoteLength = 400;

    public string Word => "note";

    public IReadOnlyList<string> Short => ["n"];

    public string Arguments => "[N] text";

    public string Help => "a line in its history";

    public IReadOnlyList<string> Examples => ["`n 12 restarted the pod`"];

    public bool Acts => true;

    public Task<ChatReply> RunAsync(ChatCall call, CancellationToken cancellationToken) =>
        pick.WithAsync(call, ButtonAction.More, (incident, used) =>
        {
            var number = incident.Summary.Number;
            var text = PlainText.Line(call.Phrase.Rest(used), NoteLength);
            return text.Length == 0 ? ChatReply.SayPrivately($"Note what? `n {number} restarted the pod`, for example. Nothing was done.")
                : IncidentAct.Of(call, number, new Effect.Note(number, call.By.Name, text), text, $"Noted in #{number}.", "Nothing was done.");
        }, cancellationToken);
}
