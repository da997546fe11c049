using IncidentBot.Incidents;

namespace IncidentBot.Storage.Sqlite;

/// <summary>
/// Which open incidents explain which: read once, then kept up to date with what is written. What a change concerns elsewhere is
/// marked as due, so that no transaction grows with the size of a cascade. Used by the committing thread alone.
/// </summary>
internal sealed class SqliteInhibitions(SqliteLedger ledger, SqliteTables tables)
{
    private InhibitionIndex? _cascade;

    /// <summary>Forgets what a transaction that failed may have taught.</summary>
    public void Clear() => _cascade = null;

    /// <summary>The cascade by these rules.</summary>
    public InhibitionIndex By(IncidentRules rules)
    {
        if (_cascade is null || !ReferenceEquals(_cascade.Rules, rules.Inhibit))
        {
            _cascade = new InhibitionIndex(rules.Inhibit);
            foreach (var number in rules.Inhibit.Count == 0 ? [] : tables.Query("SELECT number FROM incidents WHERE status = 1", row => row.GetInt64(0)))
            {
                _cascade.Put(ledger.Load(number)!.Incident);
            }
        }

        return _cascade;
    }

    /// <summary>Takes in an incident that was written.</summary>
    public void Put(Incident incident)
    {
        var touched = _cascade?.Put(incident) ?? [];
        if (touched.Count > 0)
        {
            tables.Execute("UPDATE incidents SET due_at = $0 WHERE number IN (SELECT value FROM json_each($1))",
                Stored.Time(ledger.Now), $"[{string.Join(',', touched)}]");
        }
    }
}
