using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Posts;

namespace IncidentBot.Storage.Sqlite;

/// <summary>Writes turns: the incident, its alerts, its history, and what its posts want. Used by the committing thread alone.</summary>
internal sealed class SqliteIncidents(SqliteLedger ledger, SqliteTables tables, SqlitePosts posts, SqliteInhibitions inhibitions)
{
    /// <summary>Writes what follows from something that was applied. Returns whether it was news.</summary>
    public bool Apply(StoredIncident? before, Applied applied, Rulebook by)
    {
        if (Turn.Of(before?.Incident, before?.Lane, applied, by, ledger.Now) is { } turn)
        {
            Write(before, turn);
            return true;
        }

        if (before is not null && (applied.Incident.HeardAt != before.Incident.HeardAt
            || !ReferenceEquals(applied.Incident.Alerts, before.Incident.Alerts)))
        {
            ledger.Begin();
            tables.WriteHeard(applied.Incident);
            if (!ReferenceEquals(applied.Incident.Alerts, before.Incident.Alerts))
            {
                tables.WriteAlerts(applied.Incident);
            }

            ledger.Put(before with { Incident = applied.Incident });
        }

        return false;
    }

    /// <summary>Writes a turn that people can be told of.</summary>
    public void Write(StoredIncident? before, Turn turn)
    {
        ledger.Begin();
        var number = tables.Write(turn.Incident, turn.Routing.Lane.Name);
        turn = turn with { Incident = turn.Incident with { Number = number } };
        var joined = WriteAlerts(before?.Incident, turn.Incident);
        var (told, latest) = (0L, 0L);
        foreach (var change in turn.Changes.Where(change => change.Kind != ChangeKind.Updated))
        {
            latest = tables.Add(number, change);
            told = change.IsToldInThread() ? latest : told;
        }

        var wanted = posts.Want(before?.Posts ?? [], turn, new TurnHistory(told, () => latest > 0 ? latest : tables.LatestLine(number)));
        ledger.Wants(wanted);
        ledger.Put(new StoredIncident(turn.Incident, turn.Routing.Lane.Name, wanted));
        joined.ForEach(fingerprint => ledger.Cache.Owns(number, fingerprint));
        if (before is null)
        {
            ledger.Cache.IsLatest(number);
        }

        inhibitions.Put(turn.Incident);
        ledger.Changed(number);
    }

    /// <summary>Writes a turn that is no news: when something is due next, and by which lanes it is shown from now on.</summary>
    /// <param name="isDue">The stored time of what is due next has passed, so it is written in any case.</param>
    public void Keep(StoredIncident before, Turn turn, bool isDue)
    {
        var lane = turn.Routing.Lane.Name;
        var isMoved = !string.Equals(before.Lane, lane, StringComparison.Ordinal);
        if (isDue || isMoved || turn.Incident != before.Incident)
        {
            ledger.Begin();
            tables.WriteEscalation(turn.Incident, lane);
        }

        var wanted = posts.Want(before.Posts, turn, new TurnHistory(0, () => tables.LatestLine(turn.Incident.Number)));
        ledger.Wants(wanted.Except(before.Posts));
        ledger.Put(new StoredIncident(turn.Incident, lane, wanted));
        inhibitions.Put(turn.Incident);
        if (isMoved || wanted.Count > before.Posts.Count)
        {
            ledger.Changed(turn.Incident.Number);
        }
    }

    /// <summary>Writes the alerts when any changed, and returns those that the incident has not had before.</summary>
    private List<string> WriteAlerts(Incident? before, Incident after)
    {
        if (ReferenceEquals(before?.Alerts, after.Alerts))
        {
            return [];
        }

        tables.WriteAlerts(after);
        var joined = after.Alerts.Keys.Where(fingerprint => before?.Alerts.ContainsKey(fingerprint) != true).ToList();
        if (joined.Count > 0)
        {
            tables.WriteOwners(after.Key.Source, joined, after.Number);
        }

        var gone = before is null ? [] : before.Alerts.Keys.Where(fingerprint => !after.Alerts.ContainsKey(fingerprint)).ToList();
        if (gone.Count > 0)
        {
            tables.DeleteOwners(after.Key.Source, gone, after.Number);
            gone.ForEach(fingerprint => ledger.Cache.Disown(after.Number, after.Key.Source, fingerprint));
        }

        return joined;
    }
}
