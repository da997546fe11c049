using IncidentBot.Outgoing;

namespace IncidentBot.Probes;

/// <summary>Ends a request that stands still for too long; one that moves may take as long as it needs.</summary>
internal sealed class Stall : IDisposable
{
    private readonly TimeSpan _limit;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _either;

    public Stall(TimeSpan limit, TimeProvider clock, CancellationToken caller)
    {
        (_limit, _caller) = (limit, caller);
        _timer = new CancellationTokenSource(limit, clock);
        _either = CancellationTokenSource.CreateLinkedTokenSource(caller, _timer.Token);
    }

    public CancellationToken Token => _either.Token;

    public bool IsOver => _timer.IsCancellationRequested;

    public string Words => NoAnswer.Within(_limit).Reason;

    /// <summary>Something came, so the wait begins anew.</summary>
    public void Moves() => _timer.CancelAfter(_limit);

    /// <summary>It is a failure of the request, and not the caller who no longer wants to wait.</summary>
    public bool IsOurs(Exception failure) => !_caller.IsCancellationRequested
        && failure is HttpRequestException or IOException or OperationCanceledException or FormatException or InvalidOperationException;

    public void Dispose()
    {
        _either.Dispose();
        _timer.Dispose();
    }
}
