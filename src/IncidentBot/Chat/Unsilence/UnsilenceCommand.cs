using System.Globalization;
using IncidentBot.Channels;
using IncidentBot.Sources;
using IncidentBot.Storage;
using IncidentBot.Words;

namespace IncidentBot.Chat.Unsilence;

/// <summary>
/// Ends a silence: one that was made here by its number, one of elsewhere by its id, or those of the thread's incident.
/// </summary>
internal sealed class UnsilenceCommand(Silencing silencing, IIncidentStore store) : IChatCommand
{
    private const int IdLength = 36;

    public string Word => "unsilence";

    public string Arguments => "[ID]";

    public string Help => "end a silence";

    public IReadOnlyList<string> Examples => ["`silences` lists them with their ids; in an incident's thread it ends those of the incident"];

    public bool Acts => true;

    public async Task<ChatReply> RunAsync(ChatCall call, CancellationToken cancellationToken)
    {
        var id = call.Phrase.Words.Count > 0 ? call.Phrase.Words[0].TrimStart('#') : "";
        if (Phrase.Number(id) is { } number)
        {
            return await store.Deeds.SilenceAsync(number, cancellationToken) is { } row ? await EndAsync(call, [row], cancellationToken)
                : No(call, $"There is no silence {number} of ours; `silences` lists them all.");
        }

        if (id.Length == IdLength)
        {
            return await EndElsewhereAsync(call, id.ToLowerInvariant(), cancellationToken);
        }

        if (call.Incident is not { } incident)
        {
            return No(call, "Which one? `silences` lists them with their ids.");
        }

        var open = await store.Deeds.OpenSilencesAsync(cancellationToken);
        List<SilenceRow> ours = [.. open.Where(one => one.Incident == incident && one.State == SilenceState.Active)];
        return ours.Count > 0 ? await EndAsync(call, ours, cancellationToken)
            : No(call, $"No silence was made here for #{incident}. If it is silenced all the same, `silences` shows by what.");
    }

    private async Task<ChatReply> EndAsync(ChatCall call, IReadOnlyList<SilenceRow> rows, CancellationToken cancellationToken)
    {
        ChatReply? last = null;
        foreach (var row in rows)
        {
            if (last is not null)
            {
                await store.Deeds.DoAsync(new Deed(last.Effect) { Tell = _ => default }, cancellationToken);
            }

            last = await EndAsync(call, row, cancellationToken);
        }

        return last!;
    }

    private async Task<ChatReply> EndAsync(ChatCall call, SilenceRow row, CancellationToken cancellationToken)
    {
        if (row.State is SilenceState.Ended or SilenceState.Failed || row.Until <= call.Now)
        {
            return No(call, $"Silence {row.Number} is over already.");
        }

        if (silencing.Source(row.Source) is not { } source)
        {
            return No(call, $"Alertmanager {PlainText.Line(row.Source, 60)} is not configured any more.");
        }

        var tried = await silencing.EndAsync(source, row, cancellationToken);
        var of = row.Incident > 0 ? $" of #{row.Incident}" : "";
        return new ChatReply
        {
            Effect = new Effect.SilenceIs(tried.Silence, tried.Marks),
            Incident = row.Incident > 0 ? row.Incident : null,
            What = PlainText.Line(string.Create(CultureInfo.InvariantCulture, $"silence {row.Number}: {row.Matches}"), 500),
            Tell = _ => tried.Failure.Length > 0
                ? new ChatTold(IncidentAct.Say(call, $"Alertmanager {source.Source} did not end it: {tried.Failure}. It still holds."), $"failed: {tried.Failure}")
                : new ChatTold(IncidentAct.Say(call, $"Silence {row.Number}{of} is ended by {call.By.Name}."), "done"),
        };
    }

    private async Task<ChatReply> EndElsewhereAsync(ChatCall call, string id, CancellationToken cancellationToken)
    {
        var failures = new List<string>();
        foreach (var source in silencing.Sources)
        {
            var (listed, reason) = await silencing.ListAsync(source, cancellationToken);
            if (listed?.FirstOrDefault(one => string.Equals(one.Id, id, StringComparison.OrdinalIgnoreCase)) is { } silence)
            {
                return await EndElsewhereAsync(call, source, silence, cancellationToken);
            }

            failures.AddRange(listed is null ? [$"Alertmanager {source.Source}: {reason}"] : []);
        }

        return No(call, failures.Count > 0 ? $"It cannot be looked for: {string.Join("; ", failures)}." : "No Alertmanager has a silence of this id that holds.");
    }

    private async Task<ChatReply> EndElsewhereAsync(ChatCall call, AlertmanagerOptions source, ListedSilence silence,
        CancellationToken cancellationToken)
    {
        var open = await store.Deeds.OpenSilencesAsync(cancellationToken);
        if (open.FirstOrDefault(one => string.Equals(one.Id, silence.Id, StringComparison.Ordinal)) is { } ours)
        {
            return await EndAsync(call, ours, cancellationToken);
        }

        var (hidden, _) = await silencing.PreviewAsync(source, silence.Matchers, cancellationToken);
        var (marks, failure) = await silencing.EndAsync(source, silence, cancellationToken);
        var matches = PlainText.Line(MatcherWords.Say(silence.Matchers), 200);
        return new ChatReply
        {
            Effect = new Effect.Marked(marks),
            What = $"silence {silence.Id} of {PlainText.Line(silence.By, 60)}: {matches}",
            Tell = _ => failure.Length > 0
                ? new ChatTold(IncidentAct.Say(call, $"Alertmanager {source.Source} did not end it: {failure}. It still holds."), $"failed: {failure}")
                : new ChatTold(IncidentAct.Say(call, $"{call.By.Name} ended the silence of {PlainText.Line(silence.By, 40)} ({matches})"
                    + (hidden is null ? "." : $"; it hid {Counts.Alerts(hidden.Count)}.")), "done"),
        };
    }

    private static ChatReply No(ChatCall call, string line) => new() { Answer = IncidentAct.Say(call, $"{line} Nothing was done.") };
}
