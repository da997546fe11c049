using IncidentBot.Alerts;
using IncidentBot.Incidents;
using IncidentBot.Lanes;

namespace IncidentBot.Storage.Sqlite;

/// <summary>
/// Applies what was heard to incidents, and writes what that changed: the incident, its alerts, its history, and what its
/// posts want. Used by the committing thread alone.
/// </summary>
internal sealed class SqliteIncidents(SqliteLedger ledger, SqliteTables tables, SqlitePosts posts, SqliteSummaries summaries, TimeProvider clock)
{
    /// <summary>So few that a webhook hardly notices.</summary>
    private const int DueAtOnce = 50;

    /// <summary>Which open incidents explain which.</summary>
    public SqliteInhibitions Inhibitions { get; } = new(ledger, tables);

    /// <summary>Applies a notification to the incidents that its alerts belong to.</summary>
    public bool Receive(Notification notification, IncidentRules rules, LaneBook lanes)
    {
        var now = clock.GetUtcNow();
        var key = IncidentKey.Of(notification);
        var byKey = Latest(key);
        var owners = Owners(notification);
        var changed = false;
        foreach (var share in Assignment.Assign(notification, byKey, Owner, rules, now))
        {
            var incident = share.Incident ?? new Incident { Key = key };
            changed |= Write(share.Incident is null ? null : ledger.Load(incident.Number), incident.Apply(share.Reports, notification, now), rules, lanes);
        }

        return changed;

        Incident? Owner(string fingerprint) => owners.TryGetValue(fingerprint, out var owner) ? ledger.Load(owner)?.Incident : null;
    }

    /// <summary>Applies a difference to Alertmanager's own list, as far as it still holds. Returns whether anything changed.</summary>
    public bool Reconcile(Finding finding, IncidentRules rules, LaneBook lanes)
    {
        var now = clock.GetUtcNow();
        switch (finding)
        {
            case Finding.Gone gone:
                return ledger.Load(gone.Incident) is { } losing && Write(losing, Reconciliation.Lose(losing.Incident, gone, now), rules, lanes);
            case Finding.Marked marked:
                return ledger.Load(marked.Incident) is { } marking && Write(marking, Reconciliation.Mark(marking.Incident, marked, now), rules, lanes);
            case Finding.Fires { Notification: var listed } fires:
                var owners = Owners(listed);
                var news = Reconciliation.News(
                    fires, Latest(IncidentKey.Of(listed)), alert => owners.TryGetValue(alert, out var owner) ? ledger.Load(owner)?.Incident : null, rules, now);
                return news.Alerts.Count > 0 && Receive(news, rules, lanes);
            default:
                throw new ArgumentException($"{finding} is not a difference that is known", nameof(finding));
        }
    }

    public int Sweep(IncidentRules rules, LaneBook lanes)
    {
        var now = clock.GetUtcNow();
        var silent = tables.Query("SELECT number FROM incidents WHERE status = 1 AND heard_at <= $0 LIMIT 100",
            row => row.GetInt64(0), Stored.Time(now - rules.StaleAfter));
        foreach (var number in silent)
        {
            var stored = ledger.Load(number)!;
            Write(stored, stored.Incident.Sweep(rules, now), rules, lanes);
        }

        return silent.Count;
    }

    /// <summary>Does what time alone demands, of a few incidents: the longest overdue first. Returns how many were looked at.</summary>
    public int TakeDue(IncidentRules rules, LaneBook lanes)
    {
        var now = clock.GetUtcNow();
        var due = tables.Query("SELECT number FROM incidents WHERE due_at <= $0 ORDER BY due_at LIMIT $1", row => row.GetInt64(0), Stored.Time(now), (long)DueAtOnce);
        foreach (var number in due)
        {
            var stored = ledger.Load(number)!;
            var routing = lanes.Route(stored.Incident, stored.Lane);
            var applied = Due(stored.Incident, routing, rules, now);
            if (applied.Changes.IsEmpty)
            {
                Keep(stored, applied.Incident, routing, rules, now);
            }
            else
            {
                Write(stored, applied with { Incident = applied.Incident with { Version = stored.Incident.Version + 1, UpdatedAt = now } }, rules, lanes);
            }
        }

        return due.Count;
    }

    /// <summary>Has the lanes and times of all that is open reckoned anew, because the lanes may be others.</summary>
    public bool RecalculateDue()
    {
        ledger.Begin();
        tables.Execute("UPDATE incidents SET due_at = $0 WHERE status <> 2", Stored.Time(clock.GetUtcNow()));
        return true;
    }

    /// <summary>A person takes an incident on, or gives it back.</summary>
    public AcknowledgeResult Acknowledge(long number, string by, string comment, bool taken, IncidentRules rules, LaneBook lanes)
    {
        if (ledger.Load(number) is not { } stored)
        {
            return AcknowledgeResult.Unknown;
        }

        if (stored.Incident.Status == IncidentStatus.Resolved)
        {
            return AcknowledgeResult.Over;
        }

        var now = clock.GetUtcNow();
        var applied = taken
            ? EscalationRules.Acknowledge(stored.Incident, by, comment, now)
            : EscalationRules.Withdraw(stored.Incident, by, lanes.Route(stored.Incident, stored.Lane).Lane.Plan(stored.Incident), now);
        return Write(stored, applied, rules, lanes) ? AcknowledgeResult.Done : AcknowledgeResult.AlreadySo;
    }

    /// <summary>Deletes a few ended incidents; so few that a webhook hardly notices.</summary>
    public int DeleteEnded(DateTimeOffset before)
    {
        const int Few = 4;
        var ended = tables.Query("SELECT number, source FROM incidents WHERE status <> 1 AND updated_at < $0 ORDER BY updated_at LIMIT $1",
            row => (Number: row.GetInt64(0), Source: row.GetString(1)), Stored.Time(before), (long)Few);
        foreach (var (number, source) in ended)
        {
            ledger.Begin();
            tables.Execute("DELETE FROM owners WHERE source = $1 AND incident = $0 AND fingerprint IN (SELECT fingerprint FROM alerts WHERE incident = $0)",
                number, source);
            tables.Execute("DELETE FROM alerts WHERE incident = $0", number);
            tables.Execute("DELETE FROM digested WHERE incident = $0", number);
            tables.Execute("DELETE FROM timeline WHERE incident = $0", number);
            tables.Execute("DELETE FROM posts WHERE incident = $0", number);
            tables.Execute("DELETE FROM incidents WHERE number = $0", number);
            ledger.Cache.Remove(number);
        }

        return ended.Count > 0 ? ended.Count : summaries.DeleteEnded(before, Few);
    }

    private Incident? Latest(IncidentKey key)
    {
        if (ledger.Cache.Number(key) is { } held)
        {
            return ledger.Load(held)?.Incident;
        }

        if (tables.NumberByKey(key) is not { } number)
        {
            return null;
        }

        var latest = ledger.Load(number)?.Incident;
        ledger.Cache.IsLatest(number);
        return latest;
    }

    /// <summary>The incidents that last had the alerts of a notification; what the cache does not know is asked for at once.</summary>
    private Dictionary<string, long> Owners(Notification notification)
    {
        var owners = new Dictionary<string, long>(notification.Alerts.Count, StringComparer.Ordinal);
        List<string>? unknown = null;
        foreach (var report in notification.Alerts)
        {
            if (ledger.Cache.Owner(notification.Source, report.Fingerprint) is { } owner)
            {
                owners[report.Fingerprint] = owner;
            }
            else
            {
                (unknown ??= []).Add(report.Fingerprint);
            }
        }

        foreach (var (fingerprint, owner) in unknown is null ? [] : tables.Owners(notification.Source, unknown))
        {
            owners[fingerprint] = owner;
            ledger.Load(owner);
            ledger.Cache.Owns(owner, fingerprint);
        }

        return owners;
    }

    /// <summary>Writes what an application changed: the incident, its alerts, its history, and what its posts want.</summary>
    private bool Write(StoredIncident? before, Applied applied, IncidentRules rules, LaneBook lanes)
    {
        var incident = applied.Incident;
        if (applied.Changes.IsEmpty)
        {
            if (before is not null && incident.HeardAt != before.Incident.HeardAt)
            {
                ledger.Begin();
                tables.WriteHeard(incident);
                ledger.Cache.Put(before with { Incident = incident });
            }

            return false;
        }

        ledger.Begin();
        var routing = lanes.Route(incident, before?.Lane);
        var now = clock.GetUtcNow();
        applied = Flapping.Follow(before?.Incident, Moved(before?.Incident, applied, routing), rules, routing.Lane.IsUrgent, now);
        applied = EscalationRules.Follow(before?.Incident, Explained(applied, rules, now), routing.Lane.Plan(incident), routing.Move, now);
        incident = applied.Incident with { Number = tables.Write(applied.Incident, routing.Lane.Name) };
        var isNew = WriteAlerts(before?.Incident, incident);
        var history = 0L;
        foreach (var change in applied.Changes.Where(change => change.Kind != ChangeKind.Updated))
        {
            var line = tables.Add(incident.Number, change);
            history = change.IsToldInThread() ? line : history;
        }

        var begins = applied.Changes.Any(change => change.Kind is ChangeKind.Reopened or ChangeKind.Uninhibited);
        var wanted = posts.Want(before?.Posts ?? [], incident, routing, history, begins);
        ledger.Wants(wanted);
        ledger.Cache.Put(new StoredIncident(incident, routing.Lane.Name, wanted));
        isNew.ForEach(fingerprint => ledger.Cache.Owns(incident.Number, fingerprint));
        if (before is null)
        {
            ledger.Cache.IsLatest(incident.Number);
        }

        Inhibitions.Put(incident, rules, now);
        ledger.Changed(incident.Number);
        return true;
    }

    /// <summary>What time alone demands, and first of all what other lanes do.</summary>
    private Applied Due(Incident incident, Routing routing, IncidentRules rules, DateTimeOffset now)
    {
        var applied = Explained(Flapping.Calm(incident, now), rules, now);
        if (!applied.Changes.IsEmpty)
        {
            return applied;
        }

        if (routing.Move != LaneMove.None)
        {
            return applied with { Changes = [new Change(ChangeKind.Updated, now)] };
        }

        var due = EscalationRules.Due(applied.Incident, routing.Lane.Plan(applied.Incident), now);
        var isOutdated = due.Changes.IsEmpty && due.Incident.Escalation.EscalatesAt != incident.Escalation.EscalatesAt;
        return isOutdated ? due with { Changes = [new Change(ChangeKind.Updated, now)] } : due;
    }

    /// <summary>Writes what changed without being news: when something is due next, and by which lanes it is shown from now on.</summary>
    private void Keep(StoredIncident before, Incident incident, Routing routing, IncidentRules rules, DateTimeOffset now)
    {
        ledger.Begin();
        tables.WriteEscalation(incident, routing.Lane.Name);
        var wanted = posts.Want(before.Posts, incident, routing, history: 0, begins: false);
        ledger.Wants(wanted.Except(before.Posts));
        ledger.Cache.Put(new StoredIncident(incident, routing.Lane.Name, wanted));
        Inhibitions.Put(incident, rules, now);
        if (!string.Equals(before.Lane, routing.Lane.Name, StringComparison.Ordinal) || wanted.Count > before.Posts.Count)
        {
            ledger.Changed(incident.Number);
        }
    }

    /// <summary>With the move to a more urgent lane while it burns; what fires again says so anyhow.</summary>
    private static Applied Moved(Incident? before, Applied applied, Routing routing) =>
        routing.Move == LaneMove.Up && before?.Status != IncidentStatus.Resolved && applied.Incident.Status == IncidentStatus.Firing
            ? applied with { Changes = applied.Changes.Add(new Change(ChangeKind.LaneRaised, applied.Changes[0].At, $"from lane {routing.Before!.Name} to {routing.Lane.Name}")) }
            : applied;

    /// <summary>With what explains an incident now, and what it explains.</summary>
    private Applied Explained(Applied applied, IncidentRules rules, DateTimeOffset now)
    {
        var cascade = Inhibitions.By(rules);
        return Inhibition.Follow(applied, cascade.CausesOf(applied.Incident), cascade.Inhibits(applied.Incident.Number), now);
    }

    /// <summary>Writes the alerts that changed, and returns those that the incident has not had before.</summary>
    private List<string> WriteAlerts(Incident? before, Incident after)
    {
        var isNew = new List<string>();
        foreach (var (fingerprint, alert) in after.Alerts)
        {
            Alert? known = null;
            before?.Alerts.TryGetValue(fingerprint, out known);
            if (!ReferenceEquals(known, alert))
            {
                tables.Write(after.Number, alert);
                if (known is null)
                {
                    tables.WriteOwner(after.Key.Source, fingerprint, after.Number);
                    isNew.Add(fingerprint);
                }
            }
        }

        foreach (var gone in before?.Alerts.Keys.Where(fingerprint => !after.Alerts.ContainsKey(fingerprint)) ?? [])
        {
            tables.DeleteAlert(after.Key.Source, after.Number, gone);
            ledger.Cache.Disown(after.Number, after.Key.Source, gone);
        }

        return isNew;
    }
}
