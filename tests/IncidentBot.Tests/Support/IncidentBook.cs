using System.Collections.Immutable;
using IncidentBot.Alerts;
using IncidentBot.Incidents;

namespace IncidentBot.Support;

/// <summary>
/// The least that a store does with incidents, in memory: find by key and by alert, assign, apply, number. With it the rules
/// of identity are tested without a database.
/// </summary>
internal sealed class IncidentBook(IncidentRules? rules = null)
{
    private readonly IncidentRules _rules = rules ?? IncidentRules.Default;
    private readonly Dictionary<string, long> _byKey = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Source, string Fingerprint), long> _byAlert = [];
    private readonly SortedDictionary<long, Incident> _incidents = [];

    public IReadOnlyList<Incident> Incidents => [.. _incidents.Values];

    public Incident this[long number] => _incidents[number];

    /// <summary>What is done while nobody acknowledges.</summary>
    public EscalationPlan Plan { get; init; } = EscalationPlan.Nothing;

    /// <summary>All changes of all incidents, in the order in which they happened.</summary>
    public List<(long Incident, Change Change)> History { get; } = [];

    /// <summary>Takes in a notification and returns what it changed.</summary>
    public IReadOnlyList<Change> Receive(Notification notification, DateTimeOffset now)
    {
        var changes = new List<Change>();
        var key = IncidentKey.Of(notification).ToString();
        var byKey = _byKey.TryGetValue(key, out var number) ? _incidents[number] : null;
        var shares = Assignment.Assign(notification, byKey, fingerprint => Owner(notification.Source, fingerprint), _rules, now);
        foreach (var share in shares)
        {
            var incident = share.Incident ?? new Incident { Key = IncidentKey.Of(notification) };
            var applied = Follow(share.Incident, incident.Apply(share.Reports, notification, now), now);
            var after = applied.Incident.Number == 0 ? applied.Incident with { Number = _incidents.Count + 1 } : applied.Incident;
            if (share.Incident is null)
            {
                _byKey[key] = after.Number;
            }

            foreach (var report in share.Reports)
            {
                _byAlert[(notification.Source, report.Fingerprint)] = after.Number;
            }

            changes.AddRange(Keep(after, applied.Changes));
        }

        return changes;
    }

    /// <summary>Looks for incidents that nobody speaks of any more.</summary>
    public IReadOnlyList<Change> Sweep(DateTimeOffset now)
    {
        var changes = new List<Change>();
        foreach (var incident in Incidents)
        {
            var applied = Follow(incident, incident.Sweep(_rules, now), now);
            changes.AddRange(Keep(applied.Incident, applied.Changes));
        }

        return changes;
    }

    /// <summary>Lets time do what it demands by itself.</summary>
    public IReadOnlyList<Change> TakeDue(EscalationPlan plan, DateTimeOffset now)
    {
        var changes = new List<Change>();
        foreach (var incident in Incidents.Where(incident => incident.DueAt <= now))
        {
            var calm = Flapping.Calm(incident, now);
            var called = EscalationRules.Due(calm.Incident, plan, now);
            changes.AddRange(Keep(called.Incident, calm.Changes.AddRange(called.Changes)));
        }

        return changes;
    }

    /// <summary>Applies something else than a notification, as a store does.</summary>
    public IReadOnlyList<Change> Apply(long number, Func<Incident, Applied> change, DateTimeOffset now) =>
        Put(Follow(_incidents[number], change(_incidents[number]), now));

    /// <summary>Puts something in the place of an incident as it is.</summary>
    public IReadOnlyList<Change> Put(Applied applied) => Keep(applied.Incident, applied.Changes);

    private Applied Follow(Incident? before, Applied applied, DateTimeOffset now) => applied.Changes.IsEmpty
        ? applied
        : EscalationRules.Follow(before, Flapping.Follow(before, applied, _rules, alert => alert.Severity.Rank >= 3, now), Plan, LaneMove.None, now);

    private Incident? Owner(string source, string fingerprint) =>
        _byAlert.TryGetValue((source, fingerprint), out var number) ? _incidents[number] : null;

    private ImmutableArray<Change> Keep(Incident incident, ImmutableArray<Change> changes)
    {
        _incidents[incident.Number] = incident;
        History.AddRange(changes.Select(change => (incident.Number, change)));
        return changes;
    }
}
