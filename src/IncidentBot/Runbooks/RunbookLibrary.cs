using IncidentBot.Loops;

namespace IncidentBot.Runbooks;

/// <summary>
/// The runbooks as they are now. Changed files are seen within a second. It looks itself rather than being told: neither a
/// network folder nor a checkout that is exchanged by moving a link tells anybody.
/// </summary>
internal sealed partial class RunbookLibrary(Func<RunbookOptions> options, LoopBook book, RunbookMetrics? metrics = null)
    : Loop("runbooks", book, LongestLook)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the start waits for the pages. What takes longer, on a slow disk, comes later.</summary>
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(1);

    /// <summary>Looking takes at most this part of the time, however slow the disk is.</summary>
    private const int Share = 25;

    private readonly RunbookLoader _loader = new();
    private readonly Lock _oneLook = new();
    private volatile RunbookSet _current = RunbookSet.Empty;

    public RunbookSet Current => _current;

    /// <summary>Is called after each change, by the thread that looks; must return at once.</summary>
    public event Action? Changed;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        using (var longest = new CancellationTokenSource(LongestStart, Clock))
        {
            await Task.Run(Look, cancellationToken).WaitAsync(longest.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await base.StartAsync(cancellationToken);
    }

    /// <summary>Has it look at once, because the settings may name other folders.</summary>
    public void Ask() => Wake();

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

    /// <summary>
    /// What was read before stays when a look fails. Without a folder there is nothing to look at until the settings change.
    /// </summary>
    protected override Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        var begin = Clock.GetTimestamp();
        Look();
        var wait = Clock.GetElapsedTime(begin) * Share is var longer && longer > LookEvery ? longer : LookEvery;
        return Task.FromResult<DateTimeOffset?>(options().Path.Count == 0 ? null : Clock.GetUtcNow() + wait);
    }

    private void Tell(RunbookSet set)
    {
        var broken = set.Pages.Where(page => page.Problem is not null).ToList();
        metrics?.Read(set.Pages.Count, broken.Count);
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
}
