using IncidentBot.Lanes;
using IncidentBot.Storage;

namespace IncidentBot.Delivery;

/// <summary>
/// Has digests made when they are due. The store remembers until when each room has had them: after a stop the next one tells
/// all of the time between.
/// </summary>
internal sealed partial class Digests(DeliverySetup setup, Lazy<IIncidentStore> store, TimeProvider clock, ILogger<Digests> logger) : BackgroundService
{
    /// <summary>A clock that jumps and a configuration that is new are noticed after so long at the latest.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, DateTimeOffset> _made = new(StringComparer.Ordinal);
    private DeliveryParts? _parts;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await MakeAsync(stoppingToken);
            }
            catch (StoreUnavailableException failure)
            {
                LogPutOff(failure.Message);
            }

            await Task.Delay(Pause(), clock, stoppingToken);
        }
    }

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        var parts = setup.Now;
        if (parts != _parts)
        {
            _made.Clear();
            _parts = parts;
        }

        foreach (var lane in parts.Lanes.Lanes)
        {
            if (lane.Digest?.Last(clock.GetUtcNow()) is { } due && _made.GetValueOrDefault(lane.Name) != due)
            {
                await store.Value.DigestAsync(lane, due, cancellationToken);
                _made[lane.Name] = due;
            }
        }
    }

    private TimeSpan Pause()
    {
        var now = clock.GetUtcNow();
        var pause = setup.Now.Lanes.Lanes.Select(lane => lane.Digest).OfType<DigestTimes>()
            .Select(times => times.Last(now) + times.Every - now).Append(LongestPause).Min();
        return pause > TimeSpan.Zero ? TimeSpan.FromMilliseconds(Math.Ceiling(pause.TotalMilliseconds)) : TimeSpan.FromSeconds(1);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Digests wait for the store: {Reason}")]
    private partial void LogPutOff(string reason);
}
