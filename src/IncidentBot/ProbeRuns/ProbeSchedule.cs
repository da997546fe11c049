using System.Runtime.CompilerServices;
using Quartz;
using Quartz.Extensibility;

namespace IncidentBot.ProbeRuns;

/// <summary>
/// When probes run, by Quartz on the program's clock. Nothing of Quartz is loaded before the first probe is configured. What was missed -
/// the
/// program stood still, a run took longer than its interval - is left out, never made up for.
/// </summary>
internal sealed partial class ProbeSchedule(ProbeRounds rounds, TimeProvider clock, ILogger<ProbeSchedule> logger)
{
    private const int LeastAtOnce = 10;
    private const int MostAtOnce = 256;

    /// <summary>What runs at the same minute begins within this many seconds.</summary>
    private const int SpreadOfCron = 30;

    private readonly Dictionary<string, string> _scheduled = new(StringComparer.Ordinal);
    private IScheduler? _scheduler;
    private bool _began;
    private int _atOnce;

    /// <summary>Makes the schedule that of these probes. Without any, ever, Quartz is not even loaded.</summary>
    public Task KeepAsync(IReadOnlyList<WatchedProbe> probes, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        _began |= probes.Count > 0;
        return _began ? ChangeAsync(probes, zone, cancellationToken) : Task.CompletedTask;
    }

    /// <summary>Ends the schedule; runs that are under way are told to end.</summary>
    public Task EndAsync() => _began ? ShutDownAsync() : Task.CompletedTask;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task ChangeAsync(IReadOnlyList<WatchedProbe> probes, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var atOnce = Math.Clamp(probes.Count, LeastAtOnce, MostAtOnce);
        if (_scheduler is null || atOnce > _atOnce)
        {
            await ShutDownAsync();
            (_scheduler, _atOnce) = (await BeginAsync(atOnce, cancellationToken), atOnce);
        }

        foreach (var gone in _scheduled.Keys.Where(name => !probes.Any(probe => Is(probe, name))).ToList())
        {
            await _scheduler.DeleteJob(new JobKey(gone), cancellationToken);
            _scheduled.Remove(gone);
        }

        foreach (var probe in probes)
        {
            var options = probe.Probe.Options;
            var wanted = $"{options.Every} {options.Cron} {(options.TimeZone ?? zone).Id}";
            if (_scheduled.GetValueOrDefault(probe.Name) is not { } now || !string.Equals(now, wanted, StringComparison.Ordinal))
            {
                await ScheduleAsync(_scheduler, probe, options.TimeZone ?? zone, cancellationToken);
                _scheduled[probe.Name] = wanted;
            }
        }

        LogScheduled(probes.Count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task ShutDownAsync()
    {
        if (_scheduler is { } ended)
        {
            _scheduler = null;
            _scheduled.Clear();
            await ended.Shutdown(waitForJobsToComplete: false, CancellationToken.None);
        }
    }

    /// <summary>The moment of the schedule that a probe's runs are counted from: the same after every start.</summary>
    internal static DateTimeOffset FirstRun(string name, TimeSpan every, DateTimeOffset now)
    {
        var shift = Hash(name) % (ulong)every.Ticks;
        var since = (ulong)now.UtcTicks + (ulong)every.Ticks - shift;
        return new DateTimeOffset((long)((ulong)now.UtcTicks + (ulong)every.Ticks - (since % (ulong)every.Ticks)), TimeSpan.Zero);
    }

    /// <summary>Crontab's expression with a second of the probe's own, so that not all begin at the full minute.</summary>
    internal static CronExpression Cron(string name, string cron, TimeZoneInfo zone)
    {
        var expression = CronExpression.ParseWithHash(cron, CronFormat.Unix, name).ToString();
        var second = Hash(name) % SpreadOfCron;
        var spread = expression.StartsWith("0 ", StringComparison.Ordinal) ? $"{second} {expression[2..]}" : expression;
        return CronExpression.ParseWithHash(spread, name).WithTimeZone(zone);
    }

    private async Task<IScheduler> BeginAsync(int atOnce, CancellationToken cancellationToken)
    {
        var scheduler = await QuartzSchedulerBuilder.Create(quartz =>
        {
            quartz.UseTimeProvider(clock);
            quartz.UseJobFactory(new Jobs(rounds));
            quartz.UseDefaultThreadPool(pool => pool.MaxConcurrency = atOnce);
        }).BuildScheduler(cancellationToken);
        await scheduler.Start(cancellationToken);
        return scheduler;
    }

    private async Task ScheduleAsync(IScheduler scheduler, WatchedProbe probe, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var (name, options) = (probe.Name, probe.Probe.Options);
        var job = JobBuilder.Create<Job>().WithIdentity(new JobKey(name)).Build();
        var trigger = TriggerBuilder.Create(clock).WithIdentity(new TriggerKey(name)).ForJob(job);
        trigger = options.Every is { } every
            ? trigger.StartAt(FirstRun(name, every, clock.GetUtcNow())).WithSchedule(SimpleScheduleBuilder.Create()
                .WithInterval(every).RepeatForever().WithMisfireInstruction(SimpleTriggerMisfireInstruction.NextWithRemainingCount))
            : trigger.WithSchedule(CronScheduleBuilder.Create(Cron(name, options.Cron!, zone))
                .WithMisfireInstruction(CronTriggerMisfireInstruction.DoNothing));
        await scheduler.DeleteJob(job.Key, cancellationToken);
        await scheduler.ScheduleJob(job, trigger.Build(), cancellationToken: cancellationToken);
    }

    private static bool Is(WatchedProbe probe, string name) => string.Equals(probe.Name, name, StringComparison.Ordinal);

    /// <summary>FNV-1a: the same on every machine and after every start.</summary>
    private static ulong Hash(string name)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in name)
        {
            hash = (hash ^ letter) * 1099511628211UL;
        }

        return hash;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} probes are scheduled")]
    private partial void LogScheduled(int count);

    /// <summary>Hands jobs what they need.</summary>
    private sealed class Jobs(ProbeRounds rounds) : IJobFactory
    {
        public ValueTask<JobScope> CreateJob(
            TriggerFiredBundle bundle, IScheduler scheduler, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(new JobScope(new Job(rounds), null));

        public ValueTask ReturnJob(JobScope scope, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
    }

    /// <summary>One run of the probe that the job is named after.</summary>
    [DisallowConcurrentExecution]
    private sealed class Job(ProbeRounds rounds) : IJob
    {
        public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
            await rounds.RunAsync(context.JobDetail.Key.Name, cancellationToken);
    }
}
