using IncidentBot.Settings;

namespace IncidentBot.Storage;

/// <summary>Every minute marks incidents that nobody speaks of any more, and deletes those that ended long ago.</summary>
internal sealed partial class Housekeeping(IIncidentStore store, CurrentSettings settings, TimeProvider clock, ILogger<Housekeeping> logger)
    : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (StoreUnavailableException failure)
            {
                LogFailed(failure.Message);
            }
        }
    }

    private async Task SweepAsync(CancellationToken stoppingToken)
    {
        var stale = await store.SweepAsync(stoppingToken);
        if (stale > 0)
        {
            LogStale(stale);
        }

        var deleted = await store.DeleteEndedAsync(clock.GetUtcNow() - settings.Value.Incidents.Retention, stoppingToken);
        if (deleted > 0)
        {
            LogDeleted(deleted);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} incidents are stale: nobody has spoken of them for incidents.stale_after")]
    private partial void LogStale(int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} incidents deleted that ended before incidents.retention")]
    private partial void LogDeleted(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Housekeeping is put off: {Reason}")]
    private partial void LogFailed(string reason);
}
