namespace IncidentBot.Loops;

/// <summary>
/// Background work that is done in turns. A turn does what is due and says when it wants the next one; <see cref="Wake"/> has it
/// come at once. A turn that throws ends nothing: it is logged, counted, shown by <c>/-/ready</c>, and repeated after a backoff.
/// </summary>
internal abstract partial class Loop : BackgroundService
{
    /// <summary>The log of the loop, for itself and for what the loop does.</summary>
    protected readonly ILogger _logger;

    private readonly Lock _lock = new();
    private TaskCompletionSource _woken = NewSignal();
    private TaskCompletionSource _turned = NewSignal();
    private (long Since, TimeSpan Time, TimeSpan AtLeast)? _sleep;
    private LoopFailure? _failure;
    private int _failures;

    /// <param name="name">One of the few values of the label <c>loop</c>, in snake_case.</param>
    /// <param name="book">Knows all loops.</param>
    /// <param name="longestPause">So late at the latest it takes a turn without being woken: a clock that jumps is noticed by then.</param>
    protected Loop(string name, LoopBook book, TimeSpan longestPause)
    {
        (Name, LongestPause, Book, Clock) = (name, longestPause, book, book.Clock);
        _logger = book.Logger(GetType());
        book.Add(this);
    }

    public string Name { get; }

    /// <summary>How often turns have failed since the start.</summary>
    public int Failures => Volatile.Read(ref _failures);

    /// <summary>What its last turns failed by; null when the last one succeeded.</summary>
    public LoopFailure? Failure
    {
        get
        {
            lock (_lock)
            {
                return _failure;
            }
        }
    }

    /// <summary>Whether it does nothing until time passes or somebody wakes it.</summary>
    internal bool IsAsleep
    {
        get
        {
            lock (_lock)
            {
                return _sleep is var (since, time, atLeast) && Clock.GetElapsedTime(since) < (_woken.Task.IsCompleted ? atLeast : time);
            }
        }
    }

    protected LoopBook Book { get; }

    protected TimeProvider Clock { get; }

    protected TimeSpan LongestPause { get; }

    /// <summary>How long it waits before its first turn.</summary>
    protected virtual TimeSpan FirstPause => TimeSpan.Zero;

    /// <summary>
    /// Has it take a turn now, or one more when it is taking one. While its turns fail, not within a second of the last one.
    /// </summary>
    public void Wake()
    {
        lock (_lock)
        {
            _woken.TrySetResult();
        }
    }

    /// <summary>Wakes the loop; ends when it has taken a turn without failing. Never, when it has ended or hangs.</summary>
    internal Task NextTurnAsync()
    {
        lock (_lock)
        {
            _woken.TrySetResult();
            return _turned.Task;
        }
    }

    /// <summary>Does what is due.</summary>
    /// <param name="now">When the turn begins.</param>
    /// <param name="stoppingToken">Cancelled when the program stops.</param>
    /// <returns>When something is due next; null when that is not known.</returns>
    protected abstract Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken);

    /// <summary>Called once, when the program stops, after the last turn.</summary>
    protected virtual Task EndAsync() => Task.CompletedTask;

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (FirstPause > TimeSpan.Zero)
        {
            await SleepAsync(FirstPause, stoppingToken);
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            lock (_lock)
            {
                _woken = NewSignal();
                _sleep = null;
            }

            await SleepAsync(await TryTurnAsync(stoppingToken), stoppingToken);
        }

        await EndAsync();
    }

    /// <summary>Takes a turn, and says how long to wait for the next one.</summary>
    private async Task<TimeSpan> TryTurnAsync(CancellationToken stoppingToken)
    {
        try
        {
            var next = await TurnAsync(Clock.GetUtcNow(), stoppingToken);
            Succeeded();
            var left = next - Clock.GetUtcNow();
            return left < LongestPause ? left.Value : LongestPause;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }
        catch (Exception failure)
        {
            return Failed(failure);
        }
    }

    private void Succeeded()
    {
        TaskCompletionSource turned;
        LoopFailure? failure;
        lock (_lock)
        {
            (failure, _failure) = (_failure, null);
            (turned, _turned) = (_turned, NewSignal());
        }

        turned.SetResult();
        if (failure is not null)
        {
            LogWorks(Name, failure.InARow);
        }
    }

    /// <summary>A failure is logged when it is new: the same one again and again would hide everything else.</summary>
    private TimeSpan Failed(Exception failure)
    {
        Interlocked.Increment(ref _failures);
        var backoff = LoopFailure.Backoff((Failure?.InARow ?? 0) + 1);
        var now = Clock.GetUtcNow();
        LoopFailure? before;
        lock (_lock)
        {
            before = _failure;
            _failure = new LoopFailure(failure, before?.Since ?? now, (before?.InARow ?? 0) + 1, now + backoff);
        }

        if (before is null || before.Exception.GetType() != failure.GetType()
            || !string.Equals(before.Exception.Message, failure.Message, StringComparison.Ordinal))
        {
            if (failure is TransientException)
            {
                LogPutOff(Name, failure.Message);
            }
            else
            {
                LogFailed(failure, Name);
            }
        }

        return backoff;
    }

    /// <summary>
    /// Waits for a time, or until it is woken. In whole milliseconds, upwards: a timer leaves out the rest, and would come too early again
    /// and again.
    /// </summary>
    private async Task SleepAsync(TimeSpan time, CancellationToken stoppingToken)
    {
        using var stopWaiting = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        time = TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(time.TotalMilliseconds)));
        var atLeast = Failure is null ? TimeSpan.Zero : LoopFailure.ShortestBackoff;
        var timer = Task.Delay(time, Clock, stopWaiting.Token);
        var pause = Task.Delay(atLeast, Clock, stopWaiting.Token);
        Task woken;
        lock (_lock)
        {
            woken = _woken.Task;
            _sleep = (Clock.GetTimestamp(), time, atLeast);
        }

        await Task.WhenAny(Task.WhenAll(pause, woken), timer);
        await stopWaiting.CancelAsync();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "The loop {Loop} met a bug and will go on: it tries again, and this is logged once until it changes")]
    private partial void LogFailed(Exception failure, string loop);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The loop {Loop} is put off: {Reason}")]
    private partial void LogPutOff(string loop, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The loop {Loop} works again after {Failures} failures in a row")]
    private partial void LogWorks(string loop, int failures);
}
