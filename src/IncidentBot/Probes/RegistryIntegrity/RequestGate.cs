namespace IncidentBot.Probes.RegistryIntegrity;

/// <summary>
/// Lets requests to one registry through: so many at the same time, so many in a second, and none while the registry has asked to wait.
/// </summary>
internal sealed class RequestGate(int parallel, int perSecond, TimeProvider clock) : IDisposable
{
    /// <summary>How far the pace may be made up for after a while of less; also spares timers that would be due at once.</summary>
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(50);

    private readonly SemaphoreSlim _slots = new(parallel, parallel);
    private readonly Lock _lock = new();
    private readonly TimeSpan _step = TimeSpan.FromSeconds(1.0 / perSecond);
    private DateTimeOffset _next = DateTimeOffset.MinValue;
    private DateTimeOffset _pausedUntil = DateTimeOffset.MinValue;
    private int _requests;

    /// <summary>How many have been let through.</summary>
    public int Requests => _requests;

    /// <summary>Waits for a turn, which <see cref="Leave"/> gives back.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            await PaceAsync(cancellationToken);
        }
        catch
        {
            _slots.Release();
            throw;
        }
    }

    public void Leave() => _slots.Release();

    /// <summary>Waits as the pace asks for; for one more request of somebody who has a turn.</summary>
    public async Task PaceAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset mine;
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            mine = _next > now - Burst ? _next : now - Burst;
            _next = mine + _step;
        }

        while (Later(mine) - clock.GetUtcNow() is var wait && wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, clock, cancellationToken);
        }

        Interlocked.Increment(ref _requests);
    }

    /// <summary>Nobody asks before that.</summary>
    public void Pause(TimeSpan wait)
    {
        lock (_lock)
        {
            var until = clock.GetUtcNow() + wait;
            _pausedUntil = until > _pausedUntil ? until : _pausedUntil;
        }
    }

    public void Dispose() => _slots.Dispose();

    private DateTimeOffset Later(DateTimeOffset mine)
    {
        lock (_lock)
        {
            return mine > _pausedUntil ? mine : _pausedUntil;
        }
    }
}
