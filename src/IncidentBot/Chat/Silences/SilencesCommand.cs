using IncidentBot.Channels;
using IncidentBot.Sources;
using IncidentBot.Storage;

namespace IncidentBot.Chat.Silences;

/// <summary>Lists the silences of all Alertmanagers, whoever made them; the one that ends first at the top.</summary>
internal sealed class SilencesCommand(Silencing silencing, IIncidentStore store) : IChatCommand
{
    private const int Listed = 6;
    private const int LineLength = 200;

    public string Word => "silences";

    public string Help => "what is silenced, by whom and until when";

    public async Task<ChatReply> RunAsync(ChatCall call, CancellationToken cancellationToken)
    {
        var ours = (await store.Deeds.OpenSilencesAsync(cancellationToken)).Where(row => row.Id is not null)
            .GroupBy(row => row.Id!, StringComparer.Ordinal).ToDictionary(rows => rows.Key, rows => rows.First(), StringComparer.Ordinal);
        var lines = new List<(DateTimeOffset EndsAt, string Line)>();
        var failures = new List<string>();
        foreach (var source in silencing.Sources)
        {
            var (listed, reason) = await silencing.ListAsync(source, cancellationToken);
            failures.AddRange(listed is null ? [$"Alertmanager {source.Source} cannot be asked: {reason}."] : []);
            lines.AddRange((listed ?? []).Select(one => (one.EndsAt, Line(call, one, ours.GetValueOrDefault(one.Id)))));
        }

        var more = lines.Count - Listed;
        return ChatReply.Say(
        [
            .. failures,
            .. silencing.Sources.Count == 0 ? ["No Alertmanager has urls in the configuration."]
                : lines.Count == 0 && failures.Count == 0 ? ["Nothing is silenced."] : (string[])[],
            .. lines.OrderBy(line => line.EndsAt).Take(Listed).Select(line => line.Line),
            .. more > 0 ? [$"{more:N0} more: {new Uri(call.Pages, "silences")}"] : (string[])[],
        ]);
    }

    private static string Line(ChatCall call, ListedSilence silence, SilenceRow? ours)
    {
        var until = ours?.UntilResolved == true ? $"until #{ours.Incident} is resolved" : $"until {call.Clock(silence.EndsAt)}";
        var name = ours is null ? silence.Id : $"{ours.Number}";
        var of = ours is { Incident: > 0 } ? $" #{ours.Incident}" : "";
        var words = SilenceComment.Words(silence.Comment);
        return PlainText.Line(
            $"`{name}`{of} {until} by {silence.By}: {MatcherWords.Say(silence.Matchers)}{(words.Length > 0 ? $" ({words})" : "")}", LineLength);
    }
}
