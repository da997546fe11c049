using Xunit;

namespace IncidentBot.Support;

public sealed class FakeClockTests
{
    private readonly FakeClock _clock = new();

    [Fact]
    public void Timers_fire_in_the_order_they_are_due_each_at_its_own_time()
    {
        var start = _clock.GetUtcNow();
        var fired = new List<(string, double)>();
        using var late = Timer("late", 5);
        using var early = Timer("early", 2);
        using var stopped = Timer("stopped", 3);
        stopped.Dispose();
        using var again = _clock.CreateTimer(_ => Note("again"), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
        Assert.Equal(3, _clock.PendingTimers);
        Assert.Equal(start + TimeSpan.FromSeconds(1), _clock.NextTimerAt);

        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal([("again", 1), ("early", 2), ("again", 4), ("late", 5)], fired);
        Assert.True(_clock.AdvanceToNextTimer());
        Assert.Equal(("again", 7), fired[^1]);

        ITimer Timer(string name, int seconds) => _clock.CreateTimer(_ => Note(name), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
        void Note(string name) => fired.Add((name, (_clock.GetUtcNow() - start).TotalSeconds));
    }

    [Fact]
    public async Task A_delay_ends_when_the_clock_is_moved_past_it()
    {
        var delay = Task.Delay(TimeSpan.FromMinutes(10), _clock);
        _clock.Advance(TimeSpan.FromMinutes(9));
        Assert.False(delay.IsCompleted);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await delay;
        Assert.False(_clock.AdvanceToNextTimer());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    public void A_jump_changes_the_time_of_day_and_leaves_every_timer_what_it_had_left(int hours)
    {
        var (start, stamp) = (_clock.GetUtcNow(), _clock.GetTimestamp());
        var fired = new List<double>();
        using var timer = _clock.CreateTimer(_ => fired.Add((_clock.GetUtcNow() - start).TotalSeconds), null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        _clock.Advance(TimeSpan.FromSeconds(2));

        _clock.Jump(TimeSpan.FromHours(hours));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Empty(fired);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([(hours * 3600) + 5], fired);
        Assert.Equal(TimeSpan.FromSeconds(5), _clock.GetElapsedTime(stamp));
    }

    [Fact]
    public async Task Waiting_for_timers_ends_when_they_are_set()
    {
        var waiting = _clock.WaitForTimersAsync(2, TestContext.Current.CancellationToken);
        using var one = new CancellationTokenSource(TimeSpan.FromSeconds(1), _clock);
        Assert.False(waiting.IsCompleted);
        using var two = new CancellationTokenSource(TimeSpan.FromSeconds(1), _clock);
        await waiting;
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(one.IsCancellationRequested && two.IsCancellationRequested);
        Assert.Equal(TimeSpan.FromSeconds(1), _clock.GetElapsedTime(0, TimeSpan.TicksPerSecond));
    }
}
