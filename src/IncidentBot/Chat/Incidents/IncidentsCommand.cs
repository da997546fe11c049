using IncidentBot.Channels;
using IncidentBot.Storage;

namespace IncidentBot.Chat.Incidents;

/// <summary>Lists incidents: all that are open, those that somebody has, of one lane or severity, or by words.</summary>
internal sealed class IncidentsCommand(IIncidentStore store) : IChatCommand
{
    private const int Listed = 8;
    private const int LongestFilter = 100;

    public string Word => "incidents";

    public IReadOnlyList<string> Short => ["i"];

    public string Arguments => "[acked | quiet | resolved | words]";

    public string Help => "a list";

    public IReadOnlyList<string> Examples => ["`i acked` those that somebody has, oldest first", "`i postgres` those with a word in name or labels"];

    public async Task<ChatReply> RunAsync(ChatCall call, CancellationToken cancellationToken)
    {
        var said = PlainText.Line(call.Phrase.Rest(0), LongestFilter);
        var filter = said.ToLowerInvariant() switch
        {
            "" or "acked" or "quiet" => new IncidentFilter("firing", Limit: 1000),
            "resolved" => new IncidentFilter("resolved", Limit: Listed + 1),
            _ => new IncidentFilter("firing", Text: said, Limit: 200),
        };
        var found = await store.ListAsync(filter, cancellationToken);
        found = said.ToLowerInvariant() switch
        {
            "acked" => [.. found.Where(one => one.AcknowledgedBy is not null).OrderBy(one => one.FiringSince ?? one.OpenedAt)],
            "quiet" => [.. found.Where(one => one.Quiet(call.Now))],
            _ => found,
        };
        var more = found.Count - Listed;
        return found.Count == 0 ? ChatReply.Say(said.Length == 0 ? "Nothing is open." : "Nothing that fits is open.")
            : ChatReply.Say(
            [
                .. found.Take(Listed).Select(one => IncidentLine.Of(one, call.Now)),
                .. more > 0 ? [filter.Status is "resolved" ? $"More: {call.Pages}?status=resolved" : $"{more:N0} more: {call.Pages}"] : (string[])[],
            ]);
    }
}
