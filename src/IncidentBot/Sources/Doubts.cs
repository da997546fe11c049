using IncidentBot.Alerts;
using IncidentBot.Incidents;

namespace IncidentBot.Sources;

/// <summary>
/// Notices when one voice says that an alert fires whose end another voice told just before: a peer's late copy and a return look
/// the same then, and only Alertmanager's own list knows. Bounded; used by one thread at a time.
/// </summary>
internal sealed class Doubts
{
    private const int MostEnds = 10_000;

    private static readonly HashSet<string> Nothing = new(StringComparer.Ordinal);

    private readonly Dictionary<string, (DateTimeOffset StartsAt, DateTimeOffset ToldAt, string? Voice)> _ends =
        new(StringComparer.Ordinal);

    private readonly Dictionary<string, DateTimeOffset> _doubted = new(StringComparer.Ordinal);
    private DateTimeOffset _forgetAt;

    /// <summary>Takes note of what is said. Returns whether something in it is in doubt.</summary>
    public bool Hear(Notification said, DateTimeOffset now)
    {
        Forget(now);
        string? voice = null;
        var doubt = false;
        foreach (var alert in said.Alerts)
        {
            if (!alert.Firing)
            {
                if (_ends.Count < MostEnds && (!_ends.TryGetValue(alert.Fingerprint, out var end) || end.StartsAt < alert.StartsAt))
                {
                    _ends[alert.Fingerprint] = (alert.StartsAt, now, voice ??= Voice.Of(said));
                }
            }
            else if (_ends.Count > 0 && _ends.TryGetValue(alert.Fingerprint, out var end) && end.StartsAt == alert.StartsAt)
            {
                voice ??= Voice.Of(said);
                if (string.Equals(voice, end.Voice, StringComparison.Ordinal))
                {
                    // Who told the end says that it is back: that is news, and no doubt.
                    _ends.Remove(alert.Fingerprint);
                }
                else if (now - end.ToldAt <= IncidentRules.LatecomerWithin)
                {
                    _doubted[alert.Fingerprint] = now;
                    doubt = true;
                }
            }
        }

        return doubt;
    }

    /// <summary>The alerts that are in doubt, by fingerprint; the list is believed of them at once.</summary>
    public IReadOnlySet<string> Now(DateTimeOffset now) => _doubted.Count == 0 ? Nothing
        : _doubted.Where(doubt => now - doubt.Value <= ReconcileRules.ReturnAfter).Select(doubt => doubt.Key)
            .ToHashSet(StringComparer.Ordinal);

    private void Forget(DateTimeOffset now)
    {
        if (_ends.Count + _doubted.Count == 0 || (now < _forgetAt && _ends.Count < MostEnds))
        {
            return;
        }

        _forgetAt = now + IncidentRules.LatecomerWithin;
        foreach (var old in _ends.Where(end => now - end.Value.ToldAt > IncidentRules.LatecomerWithin).ToList())
        {
            _ends.Remove(old.Key);
        }

        foreach (var old in _doubted.Where(doubt => now - doubt.Value > ReconcileRules.ReturnAfter).ToList())
        {
            _doubted.Remove(old.Key);
        }
    }
}
