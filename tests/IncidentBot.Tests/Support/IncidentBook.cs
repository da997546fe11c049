using IncidentBot.Alerts;
using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Rooms;

namespace IncidentBot.Support;

/// <summary>
/// The least that a store does with incidents, in memory: find by key and by alert, assign, apply, number. With it the rules
/// of identity are tested without a database. What follows from what is decided by <see cref="Turn"/> alone.
/// </summary>
internal sealed class IncidentBook(IncidentRules? rules = null)
{
    private const string LaneName = "all";

    private readonly InhibitionIndex _inhibitions = new((rules ?? IncidentRules.Default).Inhibit);
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
            var kept = Keep(share.Incident, incident.Apply(share.Reports, notification, now), now);
            if (share.Incident is null)
            {
                _byKey[key] = kept.Number;
            }

            foreach (var report in share.Reports)
            {
                _byAlert[(notification.Source, report.Fingerprint)] = kept.Number;
            }

            changes.AddRange(kept.Changes);
        }

        return changes;
    }

    /// <summary>Looks for incidents that nobody speaks of any more.</summary>
    public IReadOnlyList<Change> Sweep(DateTimeOffset now) => [.. Incidents.SelectMany(incident => Keep(incident, incident.Sweep(_rules, now), now).Changes)];

    /// <summary>Lets time do what it demands by itself.</summary>
    public IReadOnlyList<Change> TakeDue(EscalationPlan plan, DateTimeOffset now) =>
        [.. Incidents.Where(incident => incident.DueAt <= now).SelectMany(incident => Keep(Turn.Due(incident, LaneName, By(plan), now)))];

    /// <summary>Applies something else than a notification, as a store does.</summary>
    public IReadOnlyList<Change> Apply(long number, Func<Incident, Applied> change, DateTimeOffset now) =>
        Keep(_incidents[number], change(_incidents[number]), now).Changes;

    /// <summary>Puts something in the place of an incident as it is.</summary>
    public IReadOnlyList<Change> Put(Applied applied)
    {
        _incidents[applied.Incident.Number] = applied.Incident;
        History.AddRange(applied.Changes.Select(change => (applied.Incident.Number, change)));
        return applied.Changes;
    }

    private Rulebook By(EscalationPlan plan) => new(_rules, new LaneBook([new Lane(LaneName, 0, [], [Room.Inbox], false, [], false)
    {
        Escalate = [.. plan.Steps.Select(after => new EscalationStep(after, [], false, []))],
        RemindEvery = plan.RemindEvery,
    }]), _inhibitions);

    private (long Number, IReadOnlyList<Change> Changes) Keep(Incident? before, Applied applied, DateTimeOffset now)
    {
        if (Turn.Of(before, before is null ? null : LaneName, applied, By(Plan), now) is { } turn)
        {
            var changes = Keep(turn);
            return (before?.Number ?? _incidents.Count, changes);
        }

        _incidents[applied.Incident.Number] = applied.Incident;
        return (applied.Incident.Number, []);
    }

    private IReadOnlyList<Change> Keep(Turn turn)
    {
        var incident = turn.Incident.Number == 0 ? turn.Incident with { Number = _incidents.Count + 1 } : turn.Incident;
        _inhibitions.Put(incident);
        return Put(new Applied(incident, turn.Changes));
    }

    private Incident? Owner(string source, string fingerprint) =>
        _byAlert.TryGetValue((source, fingerprint), out var number) ? _incidents[number] : null;
}
