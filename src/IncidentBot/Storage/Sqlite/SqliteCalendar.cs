using IncidentBot.Incidents;
using IncidentBot.Lanes;

namespace IncidentBot.Storage.Sqlite;

/// <summary>
/// Finds the incidents of which time demands something, a few at a time so that a webhook hardly notices. Used by the
/// committing thread alone, except for what says otherwise.
/// </summary>
internal sealed class SqliteCalendar(SqliteLedger ledger, SqliteTables tables, SqliteIncidents incidents, SqliteSummaries summaries,
    SqliteInhibitions inhibitions)
{
    private const int FewDue = 50;
    private const int FewSilent = 100;
    private const int FewEnded = 4;

    private const long Nothing = -1;

    private long _recalculated = Nothing;

    /// <summary>Whether open incidents are still to be looked at because the lanes may be others.</summary>
    public bool IsRecalculating => Volatile.Read(ref _recalculated) != Nothing;

    /// <summary>Something is due that no incident's row says yet. Asked by any thread.</summary>
    public bool HasWork => IsRecalculating || inhibitions.HasChanged;

    /// <summary>
    /// Does what time alone demands: of the longest overdue first, then of what is to be looked at because the lanes may be others.
    /// </summary>
    public int TakeDue(Rulebook by)
    {
        inhibitions.TakeChanged();
        var due = tables.Query("SELECT number FROM incidents WHERE due_at <= $0 ORDER BY due_at LIMIT $1",
            row => row.GetInt64(0), Stored.Time(ledger.Now), (long)FewDue);
        due.ForEach(number => Take(number, isDue: true, by));
        return due.Count > 0 ? due.Count : Recalculate(by);
    }

    /// <summary>Has all that is open looked at from the first number on. What has been looked at since a restart does not count.</summary>
    public bool RecalculateDue()
    {
        Volatile.Write(ref _recalculated, 0);
        return true;
    }

    /// <summary>Counts a new version of each that is not resolved, so that its posts are edited.</summary>
    public bool Rewrite(IReadOnlyList<long> numbers, Rulebook by)
    {
        foreach (var number in numbers.Where(number => ledger.SetAsideUntil(number) is null))
        {
            if (ledger.Load(number) is { Incident.Status: not IncidentStatus.Resolved } stored)
            {
                SqliteLedger.With(number, () => incidents.Apply(
                    stored, new Applied(stored.Incident, [new Change(ChangeKind.Updated, ledger.Now)]), by));
                ledger.Works(number);
            }
        }

        return true;
    }

    /// <summary>Marks firing incidents that nobody has spoken of for too long.</summary>
    public int Sweep(Rulebook by)
    {
        // The same as the rules' own patience, so that those who may be silent for longer are not looked at again and again.
        var silent = tables.Query($"SELECT number FROM incidents WHERE status = {Sql.Firing} AND number NOT IN {Sql.Texts("$2")} AND heard_at <= $0 - "
            + $"CASE WHEN repeats < {Repeats.Enough} THEN $3 WHEN 2 * repeat_every + $5 > $4 THEN 2 * repeat_every + $5 ELSE $4 END LIMIT $1",
            row => row.GetInt64(0), Stored.Time(ledger.Now), (long)FewSilent, Sql.List(ledger.SetAside), Microseconds(by.Rules.StaleAfter),
            Microseconds(by.Rules.StaleFloor), Microseconds(Repeats.Slack));
        foreach (var number in silent)
        {
            var stored = ledger.Load(number)!;
            SqliteLedger.With(number, () => incidents.Apply(stored, stored.Incident.Sweep(by.Rules, ledger.Now), by));
            ledger.Works(number);
        }

        return silent.Count;
    }

    private static long Microseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Deletes a few incidents that ended before a moment, then storms and digests.</summary>
    public int DeleteEnded(DateTimeOffset before)
    {
        var ended = tables.Query(
            $"SELECT number FROM incidents WHERE status <> {Sql.Firing} AND updated_at < $0 ORDER BY updated_at LIMIT $1",
            row => row.GetInt64(0), Stored.Time(before), (long)FewEnded);
        foreach (var number in ended)
        {
            ledger.Begin();
            if (ledger.SetAsideUntil(number) is null)
            {
                var incident = ledger.Load(number)!.Incident;
                tables.DeleteOwners(incident.Key.Source, [.. incident.Alerts.Keys], number);
            }
            else
            {
                // What cannot be read can be deleted all the same; this looks at all owners.
                tables.Execute("DELETE FROM owners WHERE incident = $0", number);
            }

            tables.Execute("DELETE FROM alerts WHERE incident = $0", number);
            tables.Execute("DELETE FROM digested WHERE incident = $0", number);
            tables.Execute("DELETE FROM timeline WHERE incident = $0", number);
            tables.Execute($"DELETE FROM posts WHERE subject_kind = {Sql.OfIncident} AND subject = $0", number);
            tables.Execute("DELETE FROM incidents WHERE number = $0", number);
            ledger.Evict(number);
            ledger.Works(number);
        }

        return ended.Count > 0 ? ended.Count : summaries.DeleteEnded(before, FewEnded);
    }

    private int Recalculate(Rulebook by)
    {
        if (!IsRecalculating)
        {
            return 0;
        }

        var open = tables.Query($"SELECT number FROM incidents WHERE status <> {Sql.Resolved} AND number > $0 ORDER BY number LIMIT $1",
            row => row.GetInt64(0), _recalculated, (long)FewDue);
        open.ForEach(number => Take(number, isDue: false, by));

        // Should the change be taken back, the loop asks for all of it once more.
        Volatile.Write(ref _recalculated, open.Count < FewDue ? Nothing : open[^1]);
        return open.Count;
    }

    /// <summary>Does with one incident what is due; one that is set aside is due when it is tried again.</summary>
    private void Take(long number, bool isDue, Rulebook by)
    {
        if (ledger.SetAsideUntil(number) is { } next)
        {
            ledger.Begin();
            tables.Execute("UPDATE incidents SET due_at = $0 WHERE number = $1", Stored.Time(next), number);
            return;
        }

        var stored = ledger.Load(number)!;
        SqliteLedger.With(number, () => Take(stored, isDue, by));
        ledger.Works(number);
    }

    private bool Take(StoredIncident stored, bool isDue, Rulebook by)
    {
        var turn = Turn.Due(stored.Incident, stored.Lane, by, ledger.Now);
        if (turn.Changes.IsEmpty)
        {
            incidents.Keep(stored, turn, isDue);
        }
        else
        {
            incidents.Write(stored, turn);
        }

        return true;
    }
}
