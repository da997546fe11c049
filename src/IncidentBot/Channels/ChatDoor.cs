using IncidentBot.Loops;

namespace IncidentBot.Channels;

/// <summary>What became of a request at the door, as the vendor is told.</summary>
internal enum DoorEnd
{
    /// <summary>Done, and written down.</summary>
    Done,

    /// <summary>It takes longer than the vendor waits; it is done all the same, and answered.</summary>
    UnderWay,

    /// <summary>It could not be written down, so nothing was done: to be told again.</summary>
    NotTaken,
}

/// <summary>
/// Hands requests to the desk for vendors that wait for a receipt, and has the answers told. The receipt is given after the commit, so
/// that a program that ends in between has either done it or is told again.
/// </summary>
internal sealed partial class ChatDoor(IChatDesk desk, AnswerLoop answers, Listening listening, TimeProvider clock,
    ILogger<ChatDoor> logger)
{
    /// <summary>Slack waits three seconds; half a second is for the way.</summary>
    private static readonly TimeSpan VendorWaits = TimeSpan.FromSeconds(2.5);

    private const int MostAtOnce = 256;

    private int _underWay;

    /// <summary>What channels count.</summary>
    public Listening Listening => listening;

    /// <param name="live">What to answer by while it lasts; see <see cref="IChatVoice.TellAsync"/>.</param>
    public async Task<DoorEnd> TakeAsync(ChatRequest request, string live, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _underWay) > MostAtOnce)
        {
            Interlocked.Decrement(ref _underWay);
            listening.Refused(request.Room.Kind, DoorRefusal.Overload);
            return DoorEnd.NotTaken;
        }

        Hear(request);
        var work = AnswerAsync(request, live, cancellationToken);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waited = Task.Delay(VendorWaits, clock, enough.Token);
        if (await Task.WhenAny(work, waited) != work)
        {
            return DoorEnd.UnderWay;
        }

        await enough.CancelAsync();
        return await work;
    }

    /// <summary>The same where nobody waits: for channels that read by position.</summary>
    /// <exception cref="TransientException">Nothing was done and no position was saved.</exception>
    public async Task TakeInOrderAsync(ChatRequest request, string live, CancellationToken cancellationToken)
    {
        Hear(request);
        Tell(request, await desk.AnswerAsync(request, cancellationToken), live);
    }

    private void Hear(ChatRequest request)
    {
        listening.Received(request.Room.Kind);
        if (request.Input is ChatInput.Pressed { Press.Action: ButtonAction.Test })
        {
            listening.Tested(request.Room.Kind);
        }
    }

    private async Task<DoorEnd> AnswerAsync(ChatRequest request, string live, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            Tell(request, await desk.AnswerAsync(request, cancellationToken), live);
            return DoorEnd.Done;
        }
        catch (TransientException failure)
        {
            LogNotTaken(request.Room.Kind, failure.Message);
            return DoorEnd.NotTaken;
        }
        catch (OperationCanceledException)
        {
            return DoorEnd.NotTaken;
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    /// <summary>A press is acknowledged to its vendor also when nothing is said.</summary>
    private void Tell(ChatRequest request, ChatAnswer answer, string live)
    {
        if (answer.Lines.Count > 0 || (live.Length > 0 && request.Input is ChatInput.Pressed))
        {
            answers.Tell(new UntoldAnswer(request.Room, request.Id, request.By, request.Thread, request.IsPrivate, answer), live);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Something said in {Channel} could not be written down and was not done: {Reason}")]
    private partial void LogNotTaken(string channel, string reason);
}
