using System.Collections.Concurrent;
using IncidentBot.Probes;
using IncidentBot.Settings;
using IncidentBot.Support;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace IncidentBot.ProbeRuns;

/// <summary>Quartz on a clock that the test moves, timer by timer; beside no other test, because one of them weighs the process.</summary>
[Collection(typeof(Undisturbed))]
public sealed class ProbeScheduleTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);

    private readonly FakeClock _clock = new(Start);
    private readonly ProbeBook _book = new();
    private readonly ProbeSchedule _schedule;
    private readonly ProbeRounds _rounds;
    private readonly ConcurrentQueue<DateTimeOffset> _runs = new();
    private int _running;
    private int _most;

    public ProbeScheduleTests()
    {
        var runner = new ProbeRunner(_clock, new Random(1), new Nobody(), NullLogger<ProbeRunner>.Instance);
        _rounds = new ProbeRounds(_book, runner, new CurrentSettings(new BotOptions()), _clock, new Life(), NullLogger<ProbeRounds>.Instance);
        _schedule = new ProbeSchedule(_rounds, _clock, NullLogger<ProbeSchedule>.Instance);
    }

    public async ValueTask DisposeAsync() => await _schedule.EndAsync();

    [Fact]
    public async Task A_probe_runs_at_its_interval_shifted_by_its_name_and_the_same_after_every_start()
    {
        await KeepAsync(Recording().Named("blog", TimeSpan.FromMinutes(10)));
        await GoOnAsync(TimeSpan.FromHours(1), 6);

        var runs = _runs.ToList();
        Assert.Equal(6, runs.Count);
        Assert.All(runs.Zip(runs.Skip(1)), pair => Assert.Equal(TimeSpan.FromMinutes(10), pair.Second - pair.First));
        Assert.Equal(ProbeSchedule.FirstRun("blog", TimeSpan.FromMinutes(10), Start), runs[0]);
        Assert.Equal(runs[3], ProbeSchedule.FirstRun("blog", TimeSpan.FromMinutes(10), runs[2] + TimeSpan.FromSeconds(1)));
        Assert.NotEqual(ProbeSchedule.FirstRun("blog", TimeSpan.FromMinutes(10), Start), ProbeSchedule.FirstRun("wiki", TimeSpan.FromMinutes(10), Start));
    }

    [Fact]
    public void Cron_is_read_as_a_crontab_has_it_in_its_time_zone()
    {
        var sofia = TimeZoneInfo.FindSystemTimeZoneById("Europe/Sofia");
        var cron = ProbeSchedule.Cron("nightly", "30 3 * * 1-5", sofia);
        var next = cron.GetNextValidTimeAfter(new DateTimeOffset(2026, 3, 6, 12, 0, 0, TimeSpan.Zero))!.Value;

        // The next weekday after a Friday is Monday; half past three in Sofia is half past one in UTC.
        Assert.Equal(new DateTimeOffset(2026, 3, 9, 1, 30, 0, TimeSpan.Zero), next.AddSeconds(-next.Second).ToUniversalTime());
        Assert.InRange(next.Second, 0, 29);
        Assert.Equal(next, ProbeSchedule.Cron("nightly", "30 3 * * 1-5", sofia).GetNextValidTimeAfter(next.AddMinutes(-1)));
    }

    [Fact]
    public async Task A_run_that_takes_longer_than_the_interval_is_never_joined_by_another_and_nothing_is_made_up_for()
    {
        await KeepAsync(Recording(TimeSpan.FromMinutes(10)).Named("slow", TimeSpan.FromMinutes(1)));
        await GoOnAsync(TimeSpan.FromMinutes(32), 3);

        Assert.Equal(1, _most);
        Assert.Equal(3, _runs.Count);
    }

    [Fact]
    public async Task What_was_missed_while_the_machine_slept_is_left_out()
    {
        await KeepAsync(Recording().Named("blog", TimeSpan.FromMinutes(10)));
        await GoOnAsync(TimeSpan.FromMinutes(20), 2);
        _clock.Jump(TimeSpan.FromHours(3));
        await GoOnAsync(TimeSpan.FromMinutes(21), 4);

        var after = _runs.Skip(2).ToList();
        Assert.Equal(2, after.Count);
        Assert.True(after[0] > Start + TimeSpan.FromHours(3) + TimeSpan.FromMinutes(20), $"{after[0]:O} makes up for what was missed");
    }

    [Fact]
    public async Task Somebody_who_asks_while_it_runs_starts_no_second_one()
    {
        await KeepAsync(Recording(TimeSpan.FromMinutes(1)).Named("slow", TimeSpan.FromHours(1)));
        var first = _rounds.Ask("slow");
        await WaitUntilAsync(() => _running == 1);

        Assert.True(first.Began);
        Assert.False(_rounds.Ask("slow").Began);
        Assert.Null(_rounds.Ask("nobody").Probe);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await first.Run;
        Assert.Equal(1, _most);
        Assert.Equal(1, _book.Skipped);
    }

    [Fact]
    public async Task A_probe_that_is_taken_away_runs_no_more_and_one_that_is_changed_runs_as_it_says_now()
    {
        var kind = Recording();
        await KeepAsync(kind.Named("a", TimeSpan.FromMinutes(10)), kind.Named("b", TimeSpan.FromMinutes(10)));
        await KeepAsync(kind.Named("b", TimeSpan.FromMinutes(5)));
        await GoOnAsync(TimeSpan.FromHours(1), 12);
        Assert.Equal(12, _runs.Count);
    }

    [Fact]
    public async Task Ten_thousand_scheduled_runs_leave_memory_as_it_was()
    {
        var kind = FakeKind.Gives(() => _runs.Count % 3 == 0 ? FakeKind.Good : FakeKind.Bad);
        await KeepAsync([.. Enumerable.Range(0, 50).Select(i => kind.Named($"p{i}", TimeSpan.FromSeconds(10)))]);
        await RunsAsync(6_000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await RunsAsync(16_000);

        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        TestContext.Current.SendDiagnosticMessage($"{grown / 1024} KiB more after 10,000 runs");

        // What is kept of runs was full before; 10,000 runs without a bound are 1.6 MiB.
        Assert.InRange(grown, long.MinValue, 512 * 1024);

        async Task RunsAsync(long count)
        {
            // Well below what counts as missed; whoever is late by this much runs at once.
            while (Total() < count)
            {
                _clock.Advance(TimeSpan.FromSeconds(2));
                await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
                (_, var waiting) = _book.ToStore(int.MaxValue);
                _book.Stored(waiting);
            }
        }

        long Total() => _book.Runs(RunOutcome.Healthy) + _book.Runs(RunOutcome.Unhealthy);
    }

    private FakeKind Recording(TimeSpan takes = default) => new(async (look, stop) =>
    {
        _runs.Enqueue(look.Now);
        _most = Math.Max(_most, Interlocked.Increment(ref _running));
        if (takes > TimeSpan.Zero)
        {
            await Task.Delay(takes, look.Clock, stop);
        }

        Interlocked.Decrement(ref _running);
        return FakeKind.Good;
    });

    private async Task KeepAsync(params Probe[] probes)
    {
        foreach (var probe in probes)
        {
            probe.Options.Timeout = TimeSpan.FromMinutes(30);
        }

        await _book.TakeOverAsync(probes, _ => Task.FromResult((new ProbeState(), (IReadOnlyList<ProbeRun>)[])));
        await _schedule.KeepAsync(_book.All, TimeZoneInfo.Utc, CancellationToken.None);
    }

    private async Task GoOnAsync(TimeSpan time, int runs)
    {
        var target = _clock.GetUtcNow() + time;
        while (_clock.GetUtcNow() < target)
        {
            await StepAsync(target);
        }

        await WaitUntilAsync(() => _runs.Count >= runs);
    }

    /// <summary>To the next timer, once those who work have set theirs: Quartz looks on a thread of its own.</summary>
    private async Task StepAsync(DateTimeOffset? target = null)
    {
        await WaitUntilAsync(() => _clock.NextTimerAt is not null);
        for (var quiet = 0; quiet < 3; quiet++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }

        var next = _clock.NextTimerAt ?? _clock.GetUtcNow();
        _clock.AdvanceTo(target is { } end && next > end ? end : next);
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        for (var i = 0; i < 20_000 && !condition(); i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }

        Assert.True(condition());
    }

    private sealed class Nobody : IHttpClientFactory
    {
        public HttpClient CreateClient(string name) => throw new NotSupportedException();
    }

    private sealed class Life : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
        }
    }
}
