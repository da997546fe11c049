using IncidentBot.Settings;
using IncidentBot.Telemetry;

namespace IncidentBot.Runbooks;

/// <summary>
/// The runbooks as they are now. Changed files are seen within a second. It looks itself rather than being told: neither a
/// network folder nor a checkout that is exchanged by moving a link tells anybody.
/// </summary>
internal sealed partial class RunbookLibrary(Func<RunbookOptions> options, TimeProvider clock, ILogger<RunbookLibrary> logger, BotMetrics? metrics = null) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the start waits for the pages. What takes longer, on a slow disk, comes later.</summary>
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(5);

    /// <summary>Looking takes at most this part of the time, however slow the disk is.</summary>
    private const int Share = 25;

    private readonly RunbookLoader _loader = new();
    private readonly Lock _oneLook = new();
    private volatile RunbookSet _current = RunbookSet.Empty;
    private volatile TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RunbookSet Current => _current;

    /// <summary>Is called after each change, by the thread that looks; must return at once.</summary>
    public event Action? Changed;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        using (var longest = new CancellationTokenSource(LongestStart, clock))
        {
            await Task.Run(TryLook, cancellationToken).WaitAsync(longest.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await base.StartAsync(cancellationToken);
    }

    /// <summary>Has it look at once, because the settings may name other folders.</summary>
    public void Ask() => _asked.TrySetResult();

    /// <summary>Takes in what changed.</summary>
    public void Look()
    {
        lock (_oneLook)
        {
            var next = _loader.Load(options().Path);
            if (!ReferenceEquals(next, _current))
            {
                _current = next;
                Tell(next);
                Changed?.Invoke();
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = LookEvery;
        while (true)
        {
            await WaitAsync(wait, stoppingToken);
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            var begin = clock.GetTimestamp();
            TryLook();
            wait = clock.GetElapsedTime(begin) * Share is var longer && longer > LookEvery ? longer : LookEvery;
        }
    }

    private void TryLook()
    {
        try
        {
            Look();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // What was read before stays.
            LookFailed(failure.Message);
        }
    }

    /// <summary>Without a folder there is nothing to look at until the settings change.</summary>
    private async Task WaitAsync(TimeSpan wait, CancellationToken stoppingToken)
    {
        var asked = _asked;
        await (options().Path.Count == 0 ? asked.Task.WaitAsync(stoppingToken) : asked.Task.WaitAsync(wait, clock, stoppingToken))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (asked.Task.IsCompleted)
        {
            _asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private void Tell(RunbookSet set)
    {
        var broken = set.Pages.Where(page => page.Problem is not null).ToList();
        metrics?.Runbooks(set.Pages.Count, broken.Count);
        Read(set.Pages.Count, broken.Count);
        foreach (var complaint in set.Complaints.Concat(broken.Select(page => $"{page.File}: {page.Problem}")).Take(20))
        {
            Complain(complaint);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Pages} runbooks read, {Broken} of them broken")]
    private partial void Read(int pages, int broken);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Runbooks: {Complaint}")]
    private partial void Complain(string complaint);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Runbooks could not be read again: {Reason}")]
    private partial void LookFailed(string reason);
}
