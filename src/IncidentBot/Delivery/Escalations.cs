using IncidentBot.Storage;

namespace IncidentBot.Delivery;

/// <summary>
/// Has the store do what time alone demands, when it is due: steps of escalation, reminders, the end of flapping, and the
/// announcement of what nothing explains any more. What is due stands in the store, so a restart or a machine that slept makes it late and never lost.
/// </summary>
internal sealed partial class Escalations(Lazy<IIncidentStore> store, DeliverySetup setup, TimeProvider clock, ILogger<Escalations> logger)
    : BackgroundService
{
    /// <summary>What has become due sooner than was known before is noticed after so long at the latest.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private TaskCompletionSource _news = NewSignal();
    private DateTimeOffset? _wakeAt;
    private bool _recalculate = true;

    /// <summary>When it looks again; null while it works.</summary>
    internal DateTimeOffset? WakeAt
    {
        get
        {
            lock (_lock)
            {
                return _wakeAt;
            }
        }
    }

    /// <summary>Has it look now.</summary>
    internal void Wake()
    {
        lock (_lock)
        {
            _wakeAt = null;
            _news.TrySetResult();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        setup.Reloaded += RecalculateAgain;
        while (!stoppingToken.IsCancellationRequested)
        {
            Task news;
            lock (_lock)
            {
                news = (_news = NewSignal()).Task;
            }

            var next = await TakeAsync(stoppingToken);
            var now = clock.GetUtcNow();
            var wake = next < now + Every ? next.Value : now + Every;
            using var stopWaiting = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var left = TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling((wake - now).TotalMilliseconds)));
            var timer = Task.Delay(left, clock, stopWaiting.Token);
            lock (_lock)
            {
                _wakeAt = news.IsCompleted ? null : now + left;
            }

            await Task.WhenAny(news, timer);
            await stopWaiting.CancelAsync();
        }

        setup.Reloaded -= RecalculateAgain;
    }

    /// <summary>Takes all that is due, and says when something is due next; null when that is not known.</summary>
    private async Task<DateTimeOffset?> TakeAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RecalculateDueAsync(stoppingToken);
            while (!stoppingToken.IsCancellationRequested)
            {
                var next = await store.Value.NextDueAsync(stoppingToken);
                if (next is null || next > clock.GetUtcNow() || await store.Value.TakeDueAsync(stoppingToken) == 0)
                {
                    return next;
                }
            }
        }
        catch (StoreUnavailableException failure)
        {
            LogPutOff(failure.Message);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is due stands in the store.
        }

        return null;
    }

    /// <summary>At the start and after a reload the lanes may have other steps than those by which the times were written.</summary>
    private async Task RecalculateDueAsync(CancellationToken stoppingToken)
    {
        lock (_lock)
        {
            if (!_recalculate)
            {
                return;
            }

            _recalculate = false;
        }

        try
        {
            await store.Value.RecalculateDueAsync(stoppingToken);
        }
        catch
        {
            lock (_lock)
            {
                _recalculate = true;
            }

            throw;
        }
    }

    private void RecalculateAgain()
    {
        lock (_lock)
        {
            _recalculate = true;
        }

        Wake();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Escalation is put off: {Reason}")]
    private partial void LogPutOff(string reason);
}
