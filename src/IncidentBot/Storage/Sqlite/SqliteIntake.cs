using IncidentBot.Alerts;
using IncidentBot.Incidents;
using IncidentBot.Lanes;

namespace IncidentBot.Storage.Sqlite;

/// <summary>
/// Finds the incidents that notifications and comparisons speak of, and has their turns written. Used by the committing thread alone.
/// </summary>
internal sealed class SqliteIntake(SqliteLedger ledger, SqliteTables tables, SqliteIncidents incidents)
{
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
            changed |= SqliteLedger.With(incident.Number, () => incidents.Apply(
                share.Incident is null ? null : ledger.Load(incident.Number), incident.Apply(share.Reports, notification, ledger.Now), by));
        }

        return changed;

        Incident? Owner(string fingerprint) => owners.TryGetValue(fingerprint, out var owner) ? Known(owner) : null;
    }

    /// <summary>Applies a difference to Alertmanager's own list, as far as it still holds. Returns whether anything changed.</summary>
    public bool Reconcile(Finding finding, Rulebook by)
    {
        switch (finding)
        {
            case Finding.Gone gone:
                return Known(gone.Incident) is not null && ledger.Load(gone.Incident) is { } losing
                    && incidents.Apply(losing, Reconciliation.Lose(losing.Incident, gone, ledger.Now), by);
            case Finding.Marked marked:
                return Known(marked.Incident) is not null && ledger.Load(marked.Incident) is { } marking
                    && incidents.Apply(marking, Reconciliation.Mark(marking.Incident, marked, ledger.Now), by);
            case Finding.Fires { Notification: var listed } fires:
                var owners = Owners(listed);
                var news = Reconciliation.News(fires, Latest(IncidentKey.Of(listed)),
                    alert => owners.TryGetValue(alert, out var owner) ? Known(owner) : null, by.Rules, ledger.Now);
                return news.Alerts.Count > 0 && Receive(news, by);
            default:
                throw new ArgumentException($"{finding} is not a difference that is known", nameof(finding));
        }
    }

    private Incident? Latest(IncidentKey key)
    {
        if (ledger.Cache.Number(key) is { } held)
        {
            return Known(held);
        }

        if (tables.NumberByKey(key) is not { } number)
        {
            return null;
        }

        var latest = Known(number);
        if (latest is not null)
        {
            ledger.Cache.IsLatest(number);
        }

        return latest;
    }

    /// <summary>
    /// An incident; null when there is none, or when it is set aside: what is said of its alerts then opens another one, for people
    /// must hear of it.
    /// </summary>
    private Incident? Known(long number) => ledger.SetAsideUntil(number) is null ? ledger.Load(number)?.Incident : null;

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
            if (Known(owner) is not null)
            {
                ledger.Cache.Owns(owner, fingerprint);
            }
        }

        return owners;
    }
}
