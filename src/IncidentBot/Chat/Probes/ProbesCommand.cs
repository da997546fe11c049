using IncidentBot.ProbeRuns;

namespace IncidentBot.Chat.Probes;

/// <summary>What the probes found last, those that fail first.</summary>
internal sealed class ProbesCommand(ProbeBook probes) : IChatCommand
{
    private const int Listed = 10;

    public string Word => "probes";

    public string Help => "what the synthetic checks found last";

    public Task<ChatReply> RunAsync(ChatCall call, CancellationToken cancellationToken)
    {
        var all = probes.All.OrderBy(probe => probe.State.Last?.Outcome switch
        {
            RunOutcome.Unhealthy => 0,
            RunOutcome.Unknown => 1,
            null => 2,
            _ => 3,
        }).ThenBy(probe => probe.Name, StringComparer.Ordinal).ToList();
        return Task.FromResult(all.Count == 0 ? ChatReply.Say("No probe is configured.")
            : ChatReply.Say(
            [
                .. all.Take(Listed).Select(probe => ProbeLine.Of(probe, call.Now)),
                .. all.Count > Listed ? [$"{all.Count - Listed} more: {new Uri(call.Pages, "probes")}"] : (string[])[],
            ]));
    }
}
