using IncidentBot.Incidents;
using IncidentBot.Loops;
using IncidentBot.Storage;

namespace IncidentBot.Delivery;

/// <summary>
/// Has the store do what time alone demands, when it is due: steps of escalation, reminders, the end of flapping, and the
/// announcement of what nothing explains any more. What is due stands in the store, so a restart or a machine that slept makes it late and
/// never lost.
/// </summary>
internal sealed class Escalations : Loop
{
    /// <summary>What has become due sooner than was known before is noticed after so long at the latest.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly ICalendar _store;
    private volatile bool _recalculate = true;

    public Escalations(ICalendar store, DeliverySetup setup, KnownServices services, LoopBook book)
        : base("escalations", book, Every)
    {
        _store = store;
        setup.Reloaded += RecalculateAgain;
        services.Changed += RecalculateAgain;
    }

    protected override async Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        await RecalculateDueAsync(stoppingToken);
        while (true)
        {
            var next = await _store.NextDueAsync(stoppingToken);
            if (next is null || next > Clock.GetUtcNow() || await _store.TakeDueAsync(stoppingToken) == 0)
            {
                return next;
            }

            stoppingToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>
    /// At the start and after a reload the lanes may have other steps than those by which the times were written, and services may need
    /// something else.
    /// </summary>
    private async Task RecalculateDueAsync(CancellationToken stoppingToken)
    {
        if (!_recalculate)
        {
            return;
        }

        // A reload that comes meanwhile asks for it once more.
        _recalculate = false;
        try
        {
            await _store.RecalculateDueAsync(stoppingToken);
        }
        catch
        {
            _recalculate = true;
            throw;
        }
    }

    private void RecalculateAgain()
    {
        _recalculate = true;
        Wake();
    }
}
