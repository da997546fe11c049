using IncidentBot.Channels;
using IncidentBot.Lanes;
using IncidentBot.Settings;
using IncidentBot.Storage;
using IncidentBot.Words;

namespace IncidentBot.Chat.Lanes;

/// <summary>The lanes in their order, with what is open in each.</summary>
internal sealed class LanesCommand(CurrentSettings settings, IIncidentStore store) : IChatCommand
{
    private const int Listed = 12;

    public string Word => "lanes";

    public string Help => "the lanes, with what is open in each";

    public async Task<ChatReply> RunAsync(ChatCall call, CancellationToken cancellationToken)
    {
        var open = (await store.ListAsync(new IncidentFilter("firing", Limit: 1000), cancellationToken)).ToLookup(one => one.Lane,
            StringComparer.Ordinal);
        var lanes = settings.Value.LaneBook.Lanes;
        return ChatReply.Say(
        [
            .. lanes.Take(Listed).Select(lane => PlainText.Line($"{lane.Name}: {open[lane.Name].Count():N0} open · {Counts.Of(lane.Rooms.Count, "room")}{Manner(lane)}", 140)),
            .. lanes.Count > Listed ? [$"{lanes.Count - Listed} more"] : (string[])[],
        ]);
    }

    private static string Manner(Lane lane) => (lane.Digest is not null ? ", a digest" : "") + (lane.Quiet ? ", without sound" : "")
        + (lane.QuietHours.Count > 0 ? ", with quiet hours" : "");
}
