using IncidentBot.Channels;
using IncidentBot.Storage;

namespace IncidentBot.Chat;

/// <summary>Which incident is meant, or what to say where that is not clear.</summary>
/// <param name="Detail">Null when it is not clear.</param>
/// <param name="Otherwise">What to say then.</param>
/// <param name="Used">How many words named it.</param>
internal readonly record struct Picked(IncidentDetail? Detail, ChatReply? Otherwise, int Used);

/// <summary>
/// Finds the incident that somebody means: the number they say, else that of the thread, else the only one that is open. With several it
/// lists them and picks none.
/// </summary>
internal sealed class IncidentPick(IIncidentStore store)
{
    private const int Listed = 5;

    /// <param name="action">What a button in the list does.</param>
    public async Task<Picked> FindAsync(ChatCall call, ButtonAction action, CancellationToken cancellationToken)
    {
        var named = Phrase.Number(call.Phrase.Words.Count > 0 ? call.Phrase.Words[0] : null);
        if ((named ?? call.Incident) is { } number)
        {
            return await store.FindAsync(number, cancellationToken) is { } found
                ? new Picked(found, null, named is null ? 0 : 1)
                : new Picked(null, ChatReply.SayPrivately($"There is no incident #{number}, or it is gone. Nothing was done."), 1);
        }

        var open = await store.ListAsync(new IncidentFilter("firing", Limit: 200), cancellationToken);
        if (open.Count == 0)
        {
            return new Picked(null, ChatReply.SayPrivately("Nothing is open. Nothing was done."), 0);
        }

        return open.Count == 1 && await store.FindAsync(open[0].Number, cancellationToken) is { } only
            ? new Picked(only, null, 0)
            : new Picked(null, Which(call, open, action), 0);
    }

    /// <summary>What follows from the incident that is meant; what to say instead where that is not clear.</summary>
    /// <param name="then">Is given the incident, and how many words named it.</param>
    public async Task<ChatReply> WithAsync(ChatCall call, ButtonAction action, Func<IncidentDetail, int, ChatReply> then,
        CancellationToken cancellationToken)
    {
        var picked = await FindAsync(call, action, cancellationToken);
        return picked.Otherwise ?? then(picked.Detail!, picked.Used);
    }

    private static ChatReply Which(ChatCall call, IReadOnlyList<IncidentSummary> open, ButtonAction action)
    {
        var shown = open.OrderBy(one => one.AcknowledgedBy is not null || one.Quiet(call.Now)).Take(Listed).ToList();
        var more = open.Count - shown.Count;
        var reply = ChatReply.SayPrivately(
        [
            $"Which one? `{call.Phrase.Command} {shown[0].Number}`, for example. Nothing was done.",
            .. shown.Select(one => IncidentLine.Of(one, call.Now)),
            .. more > 0 ? [$"{more:N0} more: {call.Pages}"] : (string[])[],
        ]);
        return reply with
        {
            Answer = reply.Answer with
            {
                Buttons = [.. shown.Select(one => new Button { Label = $"#{one.Number}", Press = new ButtonPress(action, one.Number) })],
            },
        };
    }
}
