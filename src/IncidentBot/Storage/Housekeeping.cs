using IncidentBot.Incidents;
using IncidentBot.Loops;
using IncidentBot.Settings;

namespace IncidentBot.Storage;

/// <summary>Every minute marks incidents that nobody speaks of any more, and deletes those that ended long ago.</summary>
internal sealed partial class Housekeeping(IIncidentStore store, CurrentSettings settings, LoopBook book) : Loop("housekeeping", book,
    Every)
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>Who was not heard of while the program stood still gets the time to say something first.</summary>
    protected override TimeSpan FirstPause => Every;

    protected override async Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        var stale = await store.SweepAsync(stoppingToken);
        if (stale > 0)
        {
            LogStale(stale);
        }

        var deleted = await store.DeleteEndedAsync(now - settings.Value.Incidents.Retention, stoppingToken);
        if (deleted > 0)
        {
            LogDeleted(deleted);
        }

        return now + Every;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} incidents are stale: nobody has spoken of them for incidents.stale_after")]
    private partial void LogStale(int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} incidents deleted that ended before incidents.retention")]
    private partial void LogDeleted(int count);
}
