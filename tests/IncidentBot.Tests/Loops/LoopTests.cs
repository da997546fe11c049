using IncidentBot.Storage;
using IncidentBot.Support;
using Microsoft.Extensions.Logging;
using Xunit;

namespace IncidentBot.Loops;

/// <summary>What every loop has of <see cref="Loop"/>: it takes turns when they are due, and no turn ends it.</summary>
public sealed class LoopTests : IAsyncLifetime
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeClock _clock = new(Say.Noon);
    private readonly LogLines _log = new();
    private readonly LoopBook _book;
    private readonly Counting _loop;

    public LoopTests()
    {
        _book = new LoopBook(_clock, LoggerFactory.Create(logging => logging.AddProvider(_log)));
        _loop = new Counting(_book);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _loop.StopAsync(CancellationToken.None);
        _loop.Dispose();
    }

    [Fact]
    public async Task It_takes_a_turn_when_something_is_due_and_after_the_longest_pause_otherwise()
    {
        _loop.Turn = now => now + (3 * Second);
        await StartAsync();
        await AdvanceAsync(2);
        Assert.Equal(1, _loop.Turns);
        await AdvanceAsync(1);
        Assert.Equal(2, _loop.Turns);

        _loop.Turn = _ => null;
        await AdvanceAsync(3);
        await AdvanceAsync(59);
        Assert.Equal(3, _loop.Turns);
        await AdvanceAsync(1);
        Assert.Equal(4, _loop.Turns);
    }

    [Fact]
    public async Task Woken_during_a_turn_it_takes_one_more()
    {
        _loop.Turn = _ =>
        {
            if (_loop.Turns == 1)
            {
                _loop.Wake();
            }

            return null;
        };
        await StartAsync();
        await BotFixture.UntilAsync(() => _loop.Turns == 2);
        await SleepsAsync();

        var next = _loop.NextTurnAsync();
        await next.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(3, _loop.Turns);
    }

    [Fact]
    public async Task A_bug_in_one_turn_does_not_end_it_and_is_logged_once_counted_and_shown_until_a_turn_succeeds()
    {
        _loop.Turn = _ => throw new InvalidOperationException("a bug with secret-1");
        await StartAsync();
        for (var second = 1; second <= 30; second++)
        {
            await AdvanceAsync(1);
        }

        // At once, and after 1, 2, 4, 8 and 10 s.
        Assert.Equal(6, _loop.Turns);
        Assert.Equal(6, _loop.Failures);
        Assert.Single(_log.Lines, line => line.Contains("The loop counting met a bug", StringComparison.Ordinal));
        Assert.Equal(["The loop counting has failed 6 times in a row since 12:00:00 UTC: see the log."], _book.Problems);

        _loop.Turn = _ => null;
        await AdvanceAsync(10);
        Assert.Empty(_book.Problems);
        Assert.Equal((7, 6), (_loop.Turns, _loop.Failures));
        Assert.Single(_log.Lines, line => line.Contains("works again after 6 failures in a row", StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_it_fails_it_is_woken_once_a_second_at_the_most()
    {
        _loop.Turn = _ => throw new InvalidOperationException("a bug");
        await StartAsync();
        for (var second = 1; second <= 20; second++)
        {
            Assert.Equal(second, _loop.Turns);
            for (var i = 0; i < 100; i++)
            {
                _loop.Wake();
            }

            await AdvanceAsync(1);
        }

        // Left alone, it waits as long as its failures in a row say.
        await AdvanceAsync(9);
        Assert.Equal(21, _loop.Turns);
        await AdvanceAsync(1);
        Assert.Equal(22, _loop.Turns);
    }

    [Fact]
    public async Task What_does_not_work_outside_is_logged_in_one_line_and_again_when_the_reason_is_another()
    {
        var reason = "the disk is full";
        _loop.Turn = _ => throw new StoreUnavailableException(reason);
        await StartAsync();
        await AdvanceAsync(1);
        reason = "the database is locked by another program";
        await AdvanceAsync(2);
        await AdvanceAsync(4);

        Assert.Equal(4, _loop.Turns);
        Assert.Equal(
            ["The loop counting is put off: the disk is full", "The loop counting is put off: the database is locked by another program"], _log.Lines);
    }

    [Fact]
    public async Task A_cancellation_that_is_not_the_programs_end_is_a_failure_like_others()
    {
        _loop.Turn = _ => throw new OperationCanceledException("some time limit");
        await StartAsync();
        await AdvanceAsync(1);
        Assert.Equal((2, 2), (_loop.Turns, _loop.Failures));
    }

    [Fact]
    public async Task It_ends_when_the_program_stops_also_during_a_turn_and_while_it_fails()
    {
        _loop.Turn = _ => throw new InvalidOperationException("a bug");
        await StartAsync();
        await _loop.StopAsync(TestContext.Current.CancellationToken);
        Assert.True(_loop.ExecuteTask!.IsCompletedSuccessfully);

        var endless = new Endless(_book);
        await endless.StartAsync(TestContext.Current.CancellationToken);
        await BotFixture.UntilAsync(() => endless.IsInTurn);
        await endless.StopAsync(TestContext.Current.CancellationToken);
        Assert.True(endless.ExecuteTask!.IsCompletedSuccessfully);
        Assert.Equal((0, true), (endless.Failures, endless.HasEnded));
        endless.Dispose();
    }

    private async Task StartAsync()
    {
        await _loop.StartAsync(TestContext.Current.CancellationToken);
        await SleepsAsync();
    }

    private async Task AdvanceAsync(int seconds)
    {
        _clock.Advance(seconds * Second);
        await SleepsAsync();
    }

    private Task SleepsAsync() => BotFixture.UntilAsync(() => _loop.IsAsleep);

    private sealed class Counting(LoopBook book) : Loop("counting", book, TimeSpan.FromMinutes(1))
    {
        private int _turns;

        public int Turns => Volatile.Read(ref _turns);

        public Func<DateTimeOffset, DateTimeOffset?> Turn { get; set; } = _ => null;

        protected override Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken)
        {
            Interlocked.Increment(ref _turns);
            return Task.FromResult(Turn(now));
        }
    }

    private sealed class Endless(LoopBook book) : Loop("endless", book, TimeSpan.FromMinutes(1))
    {
        private volatile bool _isInTurn;

        public bool IsInTurn => _isInTurn;

        public bool HasEnded { get; private set; }

        protected override async Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken)
        {
            _isInTurn = true;
            await Task.Delay(Timeout.InfiniteTimeSpan, Clock, stoppingToken);
            return null;
        }

        protected override Task EndAsync()
        {
            HasEnded = true;
            return Task.CompletedTask;
        }
    }
}
