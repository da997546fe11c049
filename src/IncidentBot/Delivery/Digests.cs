using IncidentBot.Lanes;
using IncidentBot.Loops;
using IncidentBot.Storage;

namespace IncidentBot.Delivery;

/// <summary>
/// Has digests made when they are due. The store remembers until when each room has had them: after a stop the next one tells
/// all of the time between.
/// </summary>
internal sealed class Digests(DeliverySetup setup, ICalendar store, LoopBook book) : Loop("digests", book, AtTheLatest)
{
    /// <summary>A clock that jumps and a configuration that is new are noticed after so long at the latest.</summary>
    private static readonly TimeSpan AtTheLatest = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, DateTimeOffset> _made = new(StringComparer.Ordinal);
    private DeliveryParts? _parts;

    /// <summary>A lane whose digest fails takes no other lane's with it, and stays due.</summary>
    protected override async Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        var parts = setup.Now;
        if (parts != _parts)
        {
            _made.Clear();
            _parts = parts;
        }

        Exception? failed = null;
        foreach (var lane in parts.Lanes.Lanes)
        {
            if (lane.Digest?.Last(now) is { } due && _made.GetValueOrDefault(lane.Name) != due)
            {
                try
                {
                    await store.DigestAsync(lane, due, stoppingToken);
                    _made[lane.Name] = due;
                }
                catch (Exception failure) when (failure is not (OperationCanceledException or TransientException))
                {
                    failed = new InvalidOperationException($"the digest of lane {lane.Name} cannot be made", failure);
                }
            }
        }

        return failed is null ? Next(parts, now) : throw failed;
    }

    private static DateTimeOffset? Next(DeliveryParts parts, DateTimeOffset now)
    {
        var next = parts.Lanes.Lanes.Select(lane => lane.Digest).OfType<DigestTimes>()
            .Select(times => times.Last(now) + times.Every).Append(now + AtTheLatest).Min();
        return next > now ? next : now + TimeSpan.FromSeconds(1);
    }
}
