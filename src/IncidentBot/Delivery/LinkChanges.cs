using System.Collections.Concurrent;
using IncidentBot.Loops;
using IncidentBot.Runbooks;
using IncidentBot.Storage;

namespace IncidentBot.Delivery;

/// <summary>
/// Has posts edited when the graph's server links their alerts to another runbook than the one they show: because the better link came
/// later than the message, or because somebody changed it. It rests while no server is configured.
/// </summary>
internal sealed class LinkChanges : Loop
{
    /// <summary>How often it looks what is open, so that the links of what burns for long are asked for too.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    private readonly RunbookGuide _guide;
    private readonly IIncidentStore _store;
    private readonly ConcurrentDictionary<string, bool> _changed = new(StringComparer.Ordinal);
    private DateTimeOffset _lookedAt;

    public LinkChanges(RunbookGuide guide, IIncidentStore store, LoopBook book)
        : base("link_changes", book, Every)
    {
        (_guide, _store) = (guide, store);
        guide.LinksChanged += names =>
        {
            foreach (var name in names)
            {
                _changed[name] = true;
            }

            Wake();
        };
    }

    protected override async Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        if (_guide.Keeper is not { } keeper)
        {
            return null;
        }

        var names = _changed.Keys.ToList();
        if (names.Count == 0 && now - _lookedAt < Every)
        {
            return _lookedAt + Every;
        }

        var open = await _store.OpenAlertNamesAsync(stoppingToken);
        await _store.RewriteAsync([.. open.Where(alert => names.Contains(alert.Alert)).Select(alert => alert.Incident).Distinct()],
            stoppingToken);
        names.ForEach(name => _changed.TryRemove(name, out _));
        if (now - _lookedAt >= Every)
        {
            _lookedAt = now;
            foreach (var name in open.Select(alert => alert.Alert).Distinct(StringComparer.Ordinal))
            {
                keeper.Of(name);
            }
        }

        return _lookedAt + Every;
    }
}
