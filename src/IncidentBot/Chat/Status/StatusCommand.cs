using IncidentBot.Incidents;
using IncidentBot.Storage;
using IncidentBot.Words;

namespace IncidentBot.Chat.Status;

/// <summary>What needs somebody now, the worst first.</summary>
internal sealed class StatusCommand(IIncidentStore store) : IChatCommand
{
    private const int Listed = 5;

    public string Word => "status";

    public IReadOnlyList<string> Short => ["?"];

    public string Help => "what needs somebody now";

    public async Task<ChatReply> RunAsync(ChatCall call, CancellationToken cancellationToken)
    {
        var open = await store.ListAsync(new IncidentFilter("firing", Limit: 1000), cancellationToken);
        var quiet = open.Count(one => one.Quiet(call.Now));
        var taken = open.Count(one => one.AcknowledgedBy is not null && !one.Quiet(call.Now));
        var needs = open.Where(one => one.AcknowledgedBy is null && !one.Quiet(call.Now)).ToList();
        var urgent = needs.Count(one => one.Severity.Level == SeverityLevel.Critical);
        var head = open.Count == 0 ? "Nothing is on fire."
            : needs.Count == 0 ? "Nothing needs somebody."
            : $"{Counts.Of(needs.Count, "needs", "need")} somebody{(urgent > 0 ? $", {urgent:N0} critical" : "")}";
        var rest = string.Join(" · ", new[]
        {
            needs.Count > Listed ? $"{needs.Count - Listed:N0} more" : "", taken > 0 ? $"{taken:N0} taken" : "", quiet > 0 ? $"{quiet:N0} quiet" : "",
        }.Where(part => part.Length > 0));
        return ChatReply.Say(
        [
            head,
            .. needs.Take(Listed).Select(one => IncidentLine.Of(one, call.Now)),
            rest.Length > 0 ? $"{rest} · {call.Pages}" : call.Pages.ToString(),
        ]);
    }
}
