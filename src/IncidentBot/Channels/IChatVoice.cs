namespace IncidentBot.Channels;

/// <summary>
/// Tells people of one kind of chat what the desk answered. It makes one attempt for each call and says what happened; waiting and
/// repeating are not its business. It throws nothing but <see cref="OperationCanceledException"/> for the caller's own token.
/// </summary>
internal interface IChatVoice
{
    /// <param name="answer">What to say, and where.</param>
    /// <param name="live">What the vendor gave with the request to answer it by, while it lasts; empty when there is none (any more).</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    Task<SendResult> TellAsync(UntoldAnswer answer, string live, CancellationToken cancellationToken);
}
