using IncidentBot.Channels;
using IncidentBot.ProbeRuns;
using IncidentBot.Settings;

namespace IncidentBot.Chat.Probe;

/// <summary>Has a probe look now.</summary>
internal sealed class ProbeCommand(ProbeBook probes, ProbeRounds rounds, TimeProvider clock) : IChatCommand
{
    private const int LongestName = 64;

    /// <summary>Whoever asks in a chat waits no longer; the run goes on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    public string Word => "probe";

    public string Arguments => "run NAME";

    public string Help => "have a synthetic check look now";

    public bool Acts => true;

    public async Task<ChatReply> RunAsync(ChatCall call, CancellationToken cancellationToken)
    {
        var words = call.Phrase.Words;
        if (words is not [var run, ..] || !run.Equals("run", StringComparison.OrdinalIgnoreCase) || words.Count < 2)
        {
            return ChatReply.SayPrivately("`probe run NAME` has it look now; `probes` lists them. Nothing was done.");
        }

        var name = PlainText.Line(words[1].Replace('`', '\''), LongestName);
        var asked = rounds.Ask(name);
        if (asked.Probe is not { } probe)
        {
            var near = SettingKey.Nearest(name, probes.All.Select(one => one.Name));
            return ChatReply.SayPrivately($"There is no probe `{name}`{(near is null ? "" : $"; did you mean `{near}`")}. Nothing was done.");
        }

        if (!asked.Began)
        {
            return ChatReply.Say($"{probe.Name} is looking already.");
        }

        try
        {
            await asked.Run.WaitAsync(Patience, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            var page = new Uri(call.Pages, $"probes/{Uri.EscapeDataString(probe.Name)}");
            return ChatReply.Say($"{probe.Name} is looking; what it finds is at {page}") with { What = name };
        }

        return ChatReply.Say(ProbeLine.Of(probe, clock.GetUtcNow())) with { What = name };
    }
}
