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

    public async Task<ChatReply> RunAsync(ChatCall call, CancellationToken cancellationToken)
    {
        var picked = await pick.FindAsync(call, ButtonAction.More, cancellationToken);
        if (picked.Otherwise is { } otherwise)
        {
            return otherwise;
        }

        var number = picked.Detail!.Summary.Number;
        var text = PlainText.Line(call.Phrase.Rest(picked.Used), NoteLength);
        return text.Length == 0 ? ChatReply.SayPrivately($"Note what? `n {number} restarted the pod`, for example. Nothing was done.")
            : IncidentAct.Of(call, number, new Effect.Note(number, call.By.Name, text), text, $"Noted in #{number}.", "Nothing was done.");
    }
}
