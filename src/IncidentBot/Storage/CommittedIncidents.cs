using System.Collections.Concurrent;
using IncidentBot.Alerts;
using IncidentBot.Incidents;

namespace IncidentBot.Storage;

/// <summary>
/// The latest incidents of their keys as they were last committed, for whoever has no turn on the committing thread. Most webhooks
/// repeat what is known; those that do are answered from here, without waiting for anything. Written by the committing thread
/// alone, read by all. What is being changed is not in it, so a webhook that meets a change takes its turn behind it.
/// </summary>
internal sealed class CommittedIncidents
{
    private readonly ConcurrentDictionary<IncidentKey, Incident> _latest = new();

    /// <summary>Whether a notification says only what is committed: applied in its turn it would change nothing.</summary>
    public bool Knows(Notification notification, IncidentRules rules, DateTimeOffset now)
    {
        if (!_latest.TryGetValue(IncidentKey.Of(notification), out var incident) || !incident.Takes(rules, now))
        {
            return false;
        }

        return incident.IsRepeatedBy(notification, now);
    }

    /// <param name="incident">The latest of its key, and the last that had each of its alerts.</param>
    public void Publish(Incident incident) => _latest[incident.Key] = incident;

    public void Withdraw(IncidentKey key) => _latest.TryRemove(key, out _);

    /// <summary>An incident is not held any more; a later one of its key stays.</summary>
    public void Withdraw(IncidentKey key, long number)
    {
        if (_latest.TryGetValue(key, out var latest) && latest.Number == number)
        {
            _latest.TryRemove(key, out _);
        }
    }
}
