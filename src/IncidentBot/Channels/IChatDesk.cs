namespace IncidentBot.Channels;

/// <summary>
/// Where channels hand in what people say, and get what to answer. Channels only translate: who may, what it means and whether it was
/// done before is decided here. It may be called by many at the same time.
/// <para>
/// The order of a channel that reads by position (polling, sync): read, <see cref="AnswerAsync"/> with the position, then read on from
/// there.
/// Effect, answer and position are in one transaction, so after a kill the event is either done and passed, or comes again and is done
/// then; an event that comes twice is done once and answered alike. What came without being a request is passed by <see
/// cref="PassAsync"/>.
/// </para>
/// </summary>
/// <exception cref="Loops.TransientException">By every method: the store cannot be written now. Nothing was done and no position saved:
/// hand it in again later, or let the vendor do so.</exception>
internal interface IChatDesk
{
    /// <summary>
    /// Does what is asked and says what to answer; <see cref="ChatAnswer.Nothing"/> where nothing is to be said. Returns after the
    /// commit.
    /// It never throws for what was said. Mostly within milliseconds; what asks Alertmanager takes up to 10 s, so acknowledge to the
    /// vendor first where that is urgent (Slack: 3 s).
    /// </summary>
    Task<ChatAnswer> AnswerAsync(ChatRequest request, CancellationToken cancellationToken);

    /// <summary>The answer to this request has reached its person (or never will); it is not handed out again.</summary>
    Task ToldAsync(string channel, string id, CancellationToken cancellationToken);

    /// <summary>
    /// Answers that were not told when the program ended, oldest first: ask once at the start, tell each, then <see cref="ToldAsync"/>.
    /// </summary>
    Task<IReadOnlyList<UntoldAnswer>> UntoldAsync(string channel, CancellationToken cancellationToken);

    /// <summary>The value that was last saved under a key; null when none was.</summary>
    Task<string?> PositionAsync(string channel, string key, CancellationToken cancellationToken);

    /// <summary>Saves how far a channel has read where nothing was asked in between.</summary>
    Task PassAsync(ChatPosition position, CancellationToken cancellationToken);
}
