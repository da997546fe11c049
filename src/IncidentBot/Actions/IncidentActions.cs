using System.Globalization;
using IncidentBot.Channels;
using IncidentBot.Delivery;
using IncidentBot.Rooms;
using IncidentBot.Storage;

namespace IncidentBot.Actions;

/// <summary>
/// What people and programs do by pages, links and API. A door finds out who somebody is and whether they may act; what an action means,
/// under which name it is told, what became of it and its line in the audit log is here.
/// </summary>
/// <exception cref="StoreUnavailableException">By every method: nothing was changed.</exception>
internal sealed partial class IncidentActions(IIncidentStore store, ISendAgain sendAgain, ILogger<IncidentActions> logger)
{
    /// <summary>The longest comment that is kept.</summary>
    public const int CommentLength = 500;

    /// <summary>Takes an incident on: nothing escalates any more. May be repeated; another name takes over.</summary>
    /// <param name="comment">What they say about it: hostile text. May be empty.</param>
    public Task<ActionResult> AcknowledgeAsync(Actor by, long number, string? comment, CancellationToken cancellationToken)
    {
        var said = PlainText.Line(comment ?? "", CommentLength);
        return DoAsync(by, "ack", number, said, new Effect.Acknowledge(number, by.Name, said, TakesOver: true), cancellationToken);
    }

    /// <summary>Gives an incident back: people are called as if it had just begun. May be repeated.</summary>
    public Task<ActionResult> GiveBackAsync(Actor by, long number, CancellationToken cancellationToken) =>
        DoAsync(by, "unack", number, "", new Effect.GiveBack(number, by.Name), cancellationToken);

    /// <summary>
    /// Tries a refused post again, because somebody says that what the vendor complained of is mended. May be repeated.
    /// </summary>
    public Task<ActionResult> SendAgainAsync(Actor by, long post, CancellationToken cancellationToken) =>
        SendAgainAsync(by, post, null, cancellationToken);

    /// <summary>Tries all refused posts of a room again. May be repeated.</summary>
    public Task<ActionResult> SendAgainAsync(Actor by, Room room, CancellationToken cancellationToken) =>
        SendAgainAsync(by, null, room, cancellationToken);

    private async Task<ActionResult> SendAgainAsync(Actor by, long? post, Room? room, CancellationToken cancellationToken)
    {
        var result = new ActionResult.SentAgain(await sendAgain.SendAgainAsync(post, room, cancellationToken));
        LogSentAgain(by.Name, result.Posts);
        await store.Deeds.DoAsync(
            new Deed(new Effect.Nothing())
            {
                Audit = new AuditDraft(by.Name, by.Id, by.Place, "send-again", null,
                    room?.ToString() ?? string.Create(CultureInfo.InvariantCulture, $"post {post}")),
                Tell = _ => new DeedWords("", result.Words),
            },
            cancellationToken);
        return result;
    }

    private async Task<ActionResult> DoAsync(Actor by, string action, long number, string what, Effect effect,
        CancellationToken cancellationToken)
    {
        var deed = new Deed(effect)
        {
            Audit = new AuditDraft(by.Name, by.Id, by.Place, action, number, what),
            Tell = end => new DeedWords("", Of(end, number).Words),
        };
        return Of((await store.Deeds.DoAsync(deed, cancellationToken)).End!, number);
    }

    private static ActionResult Of(DeedEnd end, long number) => end.Outcome switch
    {
        DeedOutcome.AlreadySo => new ActionResult.AlreadySo(number),
        DeedOutcome.Unknown => new ActionResult.NoSuchIncident(number),
        DeedOutcome.Over => new ActionResult.Over(number),
        _ => new ActionResult.Done(number),
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name} has {Posts} refused posts sent again")]
    private partial void LogSentAgain(string name, int posts);
}
