using IncidentBot.Alerts;
using IncidentBot.Incidents;
using IncidentBot.Lanes;

namespace IncidentBot.Storage.Sqlite;

/// <summary>
/// Applies what was heard to incidents, and writes what that changed: the incident, its alerts, its history, and what its
/// posts want. Used by the committing thread alone.
/// </summary>
internal sealed class SqliteIncidents(SqliteLedger ledger, SqliteTables tables, SqlitePosts posts, SqliteSummaries summaries, SqliteInhibitions inhibitions)
{
    /// <summary>So few that a webhook hardly notices.</summary>
    private const int DueAtOnce = 50;

    /// <summary>Applies a notification to the incidents that its alerts belong to.</summary>
    public bool Receive(Notification notification, Rulebook by)
    {
        var key = IncidentKey.Of(notification);
        var byKey = Latest(key);
        var owners = Owners(notification);
        var changed = false;
        foreach (var share in Assignment.Assign(notification, byKey, Owner, by.Rules, ledger.Now))
        {
            var incident = share.Incident ?? new Incident { Key = key };
            changed |= Write(share.Incident is null ? null : ledger.Load(incident.Number), incident.Apply(share.Reports, notification, ledger.Now), by);
        }

        return changed;

        Incident? Owner(string fingerprint) => owners.TryGetValue(fingerprint, out var owner) ? ledger.Load(owner)?.Incident : null;
    }

    /// <summary>Applies a difference to Alertmanager's own list, as far as it still holds. Returns whether anything changed.</summary>
    public bool Reconcile(Finding finding, Rulebook by)
    {
        var now = ledger.Now;
        switch (finding)
        {
            case Finding.Gone gone:
                return ledger.Load(gone.Incident) is { } losing && Write(losing, Reconciliation.Lose(losing.Incident, gone, now), by);
            case Finding.Marked marked:
                return ledger.Load(marked.Incident) is { } marking && Write(marking, Reconciliation.Mark(marking.Incident, marked, now), by);
            case Finding.Fires { Notification: var listed } fires:
                var owners = Owners(listed);
                var news = Reconciliation.News(
                    fires, Latest(IncidentKey.Of(listed)), alert => owners.TryGetValue(alert, out var owner) ? ledger.Load(owner)?.Incident : null, by.Rules, now);
                return news.Alerts.Count > 0 && Receive(news, by);
            default:
                throw new ArgumentException($"{finding} is not a difference that is known", nameof(finding));
        }
    }

    public int Sweep(Rulebook by)
    {
        var now = ledger.Now;
        var silent = tables.Query("SELECT number FROM incidents WHERE status = 1 AND heard_at <= $0 LIMIT 100",
            row => row.GetInt64(0), Stored.Time(now - by.Rules.StaleAfter));
        foreach (var number in silent)
        {
            var stored = ledger.Load(number)!;
            Write(stored, stored.Incident.Sweep(by.Rules, now), by);
        }

        return silent.Count;
    }

    /// <summary>Does what time alone demands, of a few incidents: the longest overdue first. Returns how many were looked at.</summary>
    public int TakeDue(Rulebook by)
    {
        var now = ledger.Now;
        var due = tables.Query("SELECT number FROM incidents WHERE due_at <= $0 ORDER BY due_at LIMIT $1", row => row.GetInt64(0), Stored.Time(now), (long)DueAtOnce);
        foreach (var number in due)
        {
            var stored = ledger.Load(number)!;
            var turn = Turn.Due(stored.Incident, stored.Lane, by, now);
            if (turn.Changes.IsEmpty)
            {
                Keep(stored, turn);
            }
            else
            {
                Write(stored, turn);
            }
        }

        return due.Count;
    }

    /// <summary>Has the lanes and times of all that is open reckoned anew, because the lanes may be others.</summary>
    public bool RecalculateDue()
    {
        ledger.Begin();
        tables.Execute("UPDATE incidents SET due_at = $0 WHERE status <> 2", Stored.Time(ledger.Now));
        return true;
    }

    /// <summary>A person takes an incident on, or gives it back.</summary>
    public AcknowledgeResult Acknowledge(long number, string person, string comment, bool taken, Rulebook by)
    {
        if (ledger.Load(number) is not { } stored)
        {
            return AcknowledgeResult.Unknown;
        }

        if (stored.Incident.Status == IncidentStatus.Resolved)
        {
            return AcknowledgeResult.Over;
        }

        var turn = taken
            ? Turn.Acknowledge(stored.Incident, stored.Lane, person, comment, by, ledger.Now)
            : Turn.Withdraw(stored.Incident, stored.Lane, person, by, ledger.Now);
        if (turn is null)
        {
            return AcknowledgeResult.AlreadySo;
        }

        Write(stored, turn);
        return AcknowledgeResult.Done;
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

    /// <summary>Writes an incident that was only heard of again. Returns whether there is a turn to be written instead.</summary>
    private bool Write(StoredIncident? before, Applied applied, Rulebook by)
    {
        if (Turn.Of(before?.Incident, before?.Lane, applied, by, ledger.Now) is { } turn)
        {
            Write(before, turn);
            return true;
        }

        if (before is not null && applied.Incident.HeardAt != before.Incident.HeardAt)
        {
            ledger.Begin();
            tables.WriteHeard(applied.Incident);
            ledger.Cache.Put(before with { Incident = applied.Incident });
        }

        return false;
    }

    /// <summary>Writes what a turn changed: the incident, its alerts, its history, and what its posts want.</summary>
    private void Write(StoredIncident? before, Turn turn)
    {
        ledger.Begin();
        var incident = turn.Incident with { Number = tables.Write(turn.Incident, turn.Routing.Lane.Name) };
        var isNew = WriteAlerts(before?.Incident, incident);
        var history = 0L;
        foreach (var change in turn.Changes.Where(change => change.Kind != ChangeKind.Updated))
        {
            var line = tables.Add(incident.Number, change);
            history = change.IsToldInThread() ? line : history;
        }

        var wanted = posts.Want(before?.Posts ?? [], incident, turn.Routing, history, turn.Begins);
        ledger.Wants(wanted);
        ledger.Cache.Put(new StoredIncident(incident, turn.Routing.Lane.Name, wanted));
        isNew.ForEach(fingerprint => ledger.Cache.Owns(incident.Number, fingerprint));
        if (before is null)
        {
            ledger.Cache.IsLatest(incident.Number);
        }

        inhibitions.Put(incident);
        ledger.Changed(incident.Number);
    }

    /// <summary>Writes what changed without being news: when something is due next, and by which lanes it is shown from now on.</summary>
    private void Keep(StoredIncident before, Turn turn)
    {
        ledger.Begin();
        tables.WriteEscalation(turn.Incident, turn.Routing.Lane.Name);
        var wanted = posts.Want(before.Posts, turn.Incident, turn.Routing, history: 0, begins: false);
        ledger.Wants(wanted.Except(before.Posts));
        ledger.Cache.Put(new StoredIncident(turn.Incident, turn.Routing.Lane.Name, wanted));
        inhibitions.Put(turn.Incident);
        if (!string.Equals(before.Lane, turn.Routing.Lane.Name, StringComparison.Ordinal) || wanted.Count > before.Posts.Count)
        {
            ledger.Changed(turn.Incident.Number);
        }
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
