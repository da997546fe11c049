using IncidentBot.Channels;
using IncidentBot.Delivery;
using IncidentBot.Rooms;
using IncidentBot.Storage;

namespace IncidentBot.Actions;

/// <summary>
/// What people and programs do, the same from every door: pages, API, later chat. A door finds out who somebody is and whether they
/// may act; what an action means, under which name it is told and what became of it is here.
/// </summary>
/// <exception cref="StoreUnavailableException">By every method: nothing was changed.</exception>
internal sealed partial class IncidentActions(IIncidentStore store, ISendAgain sendAgain, ILogger<IncidentActions> logger)
{
    /// <summary>The longest comment that is kept.</summary>
    public const int CommentLength = 500;

    /// <summary>Takes an incident on: nothing escalates any more. May be repeated; another name takes over.</summary>
    /// <param name="comment">What they say about it: hostile text. May be empty.</param>
    public async Task<ActionResult> AcknowledgeAsync(Actor by, long number, string? comment, CancellationToken cancellationToken) =>
        Of(await store.AcknowledgeAsync(number, by.Name, PlainText.Line(comment ?? "", CommentLength), cancellationToken), number);

    /// <summary>Gives an incident back: people are called as if it had just begun. May be repeated.</summary>
    public async Task<ActionResult> GiveBackAsync(Actor by, long number, CancellationToken cancellationToken) =>
        Of(await store.WithdrawAsync(number, by.Name, cancellationToken), number);

    /// <summary>Tries a refused post again, because somebody says that what the vendor complained of is mended. May be repeated.</summary>
    public Task<ActionResult> SendAgainAsync(Actor by, long post, CancellationToken cancellationToken) =>
        SendAgainAsync(by, post, null, cancellationToken);

    /// <summary>Tries all refused posts of a room again. May be repeated.</summary>
    public Task<ActionResult> SendAgainAsync(Actor by, Room room, CancellationToken cancellationToken) =>
        SendAgainAsync(by, null, room, cancellationToken);

    private async Task<ActionResult> SendAgainAsync(Actor by, long? post, Room? room, CancellationToken cancellationToken)
    {
        var count = await sendAgain.SendAgainAsync(post, room, cancellationToken);
        LogSentAgain(by.Name, count);
        return new ActionResult.SentAgain(count);
    }

    private static ActionResult Of(AcknowledgeResult result, long number) => result switch
    {
        AcknowledgeResult.Done => new ActionResult.Done(number),
        AcknowledgeResult.AlreadySo => new ActionResult.AlreadySo(number),
        AcknowledgeResult.Unknown => new ActionResult.NoSuchIncident(number),
        AcknowledgeResult.Over => new ActionResult.Over(number),
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name} has {Posts} refused posts sent again")]
    private partial void LogSentAgain(string name, int posts);
}
