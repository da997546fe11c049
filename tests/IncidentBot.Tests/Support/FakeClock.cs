namespace IncidentBot.Support;

/// <summary>
/// A clock that stands still until a test moves it. Timers (and with them delays and time-outs that take a
/// <see cref="TimeProvider"/>) fire in the order they are due, on the thread that moves the clock.
/// </summary>
internal sealed class FakeClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<Timer, (DateTimeOffset Due, long Order)> _queue = new();
    private DateTimeOffset _now = start;
    private long _order;
    private TimeSpan _asleep;
    private TaskCompletionSource _timerSet = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FakeClock()
        : this(new DateTimeOffset(2026, 3, 1, 3, 0, 0, TimeSpan.Zero))
    {
    }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How many timers are waiting.</summary>
    public int PendingTimers
    {
        get
        {
            lock (_lock)
            {
                return _queue.UnorderedItems.Count(item => item.Element.IsDueAt(item.Priority));
            }
        }
    }

    /// <summary>When the next timer fires; null when none is waiting.</summary>
    public DateTimeOffset? NextTimerAt
    {
        get
        {
            lock (_lock)
            {
                DropOutdated();
                return _queue.TryPeek(out _, out var priority) ? priority.Due : null;
            }
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return (_now - _asleep).UtcTicks;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock, firing on the way what becomes due, each at its own time.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        AdvanceTo(GetUtcNow() + by);
    }

    /// <summary>Moves the clock to a moment that is not before now.</summary>
    public void AdvanceTo(DateTimeOffset target)
    {
        while (true)
        {
            Timer timer;
            lock (_lock)
            {
                DropOutdated();
                if (!_queue.TryPeek(out _, out var priority) || priority.Due > target)
                {
                    _now = target > _now ? target : _now;
                    return;
                }

                timer = _queue.Dequeue();
                _now = priority.Due > _now ? priority.Due : _now;
                timer.Took();
            }

            timer.Fire();
        }
    }

    /// <summary>
    /// The time of day jumps, as after a suspend or when somebody sets it: timers and timestamps know nothing of it, so what
    /// was left of every timer is still left.
    /// </summary>
    /// <param name="by">Negative when the clock is set back.</param>
    public void Jump(TimeSpan by)
    {
        lock (_lock)
        {
            DropOutdated();
            _now += by;
            _asleep += by;
            var waiting = _queue.UnorderedItems.Where(item => item.Element.IsDueAt(item.Priority)).ToList();
            _queue.Clear();
            foreach (var (timer, (due, order)) in waiting)
            {
                timer.MoveTo((due + by, order));
            }
        }
    }

    /// <summary>Moves the clock to the next timer and fires it. False when none is waiting.</summary>
    public bool AdvanceToNextTimer()
    {
        if (NextTimerAt is not { } next)
        {
            return false;
        }

        AdvanceTo(next);
        return true;
    }

    /// <summary>Ends when at least so many timers are waiting.</summary>
    public async Task WaitForTimersAsync(int count, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task set;
            lock (_lock)
            {
                set = _timerSet.Task;
            }

            if (PendingTimers >= count)
            {
                return;
            }

            await set.WaitAsync(cancellationToken);
        }
    }

    private void DropOutdated()
    {
        while (_queue.TryPeek(out var timer, out var priority) && !timer.IsDueAt(priority))
        {
            _queue.Dequeue();
        }
    }

    private sealed class Timer(FakeClock clock, TimerCallback callback, object? state) : ITimer
    {
        private readonly ExecutionContext? _context = ExecutionContext.Capture();
        private (DateTimeOffset Due, long Order)? _due;
        private TimeSpan _period;

        public bool IsDueAt((DateTimeOffset Due, long Order) priority) => _due == priority;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            TaskCompletionSource waiting;
            lock (clock._lock)
            {
                _due = null;
                _period = period;
                if (dueTime == Timeout.InfiniteTimeSpan)
                {
                    return true;
                }

                Enqueue(clock._now + dueTime);
                waiting = clock._timerSet;
                clock._timerSet = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            waiting.SetResult();
            return true;
        }

        /// <summary>Called with the clock's lock held.</summary>
        public void MoveTo((DateTimeOffset Due, long Order) due)
        {
            _due = due;
            clock._queue.Enqueue(this, due);
        }

        /// <summary>Called with the clock's lock held, by the one who is going to fire it.</summary>
        public void Took()
        {
            _due = null;
            if (_period > TimeSpan.Zero)
            {
                Enqueue(clock._now + _period);
            }
        }

        public void Fire()
        {
            if (_context is null)
            {
                callback(state);
                return;
            }

            ExecutionContext.Run(_context, _ => callback(state), null);
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                _due = null;
                _period = TimeSpan.Zero;
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Enqueue(DateTimeOffset due)
        {
            _due = (due, clock._order++);
            clock._queue.Enqueue(this, _due.Value);
        }
    }
}
