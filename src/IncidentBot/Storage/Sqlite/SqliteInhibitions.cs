using IncidentBot.Incidents;

namespace IncidentBot.Storage.Sqlite;

/// <summary>
/// Which open incidents inhibit which: read at the start, then kept up to date with what is written. What a change concerns
/// elsewhere is marked as due, so that no transaction grows with the number of inhibited incidents. When the rules change, the
/// next index is read beside the changes and fed in slices, and the old one answers until it is whole. Used by the committing
/// thread alone.
/// </summary>
/// <param name="rebuild">Reads all firing incidents elsewhere and feeds them to an index, then has it taken over.</param>
internal sealed class SqliteInhibitions(SqliteLedger ledger, SqliteTables tables, Action<InhibitionIndex> rebuild)
{
    /// <summary>
    /// So many firing incidents are read at once, within the change that meets other rules; more are read beside changes.
    /// </summary>
    private const int FewEnough = 100;

    private readonly HashSet<long> _written = [];

    /// <summary>What has to be looked at again and is not marked as due yet; the start looks at all that is open.</summary>
    private readonly HashSet<long> _touched = [];
    private InhibitionIndex? _index;
    private InhibitionIndex? _next;
    private bool _hasChanged;

    /// <summary>What was marked as due may have been taken back with a transaction.</summary>
    private bool _isTakenBack;

    /// <summary>The index by these rules, or by those before while the one by these is being read.</summary>
    public InhibitionIndex By(IncidentRules rules)
    {
        if (Same(_index, rules))
        {
            _next = null;
        }
        else if (!Same(_next, rules))
        {
            Change(rules);
        }

        return _index!;
    }

    /// <summary>Takes in an incident that was written.</summary>
    public void Put(Incident incident)
    {
        if (_index is { } index)
        {
            _touched.UnionWith(index.Put(incident));
            Volatile.Write(ref _hasChanged, _touched.Count > 0 || index.HasChanged);
        }

        if (_next is not null)
        {
            _next.Put(incident);
            _written.Add(incident.Number);
        }
    }

    /// <summary>Something is to be looked at again because of others. Asked by any thread.</summary>
    public bool HasChanged => Volatile.Read(ref _hasChanged);

    /// <summary>Marks as due what is to be looked at again: not while a webhook waits, and once for all that came meanwhile.</summary>
    public void TakeChanged()
    {
        if (HasChanged)
        {
            ledger.Begin();
            _touched.UnionWith(_index?.TakeChanged() ?? []);
            if (_isTakenBack)
            {
                tables.Execute($"UPDATE incidents SET due_at = $0 WHERE status = {Sql.Firing}", Stored.Time(ledger.Now));
            }
            else
            {
                Due(_touched);
            }

            _touched.Clear();
            _isTakenBack = false;
            Volatile.Write(ref _hasChanged, false);
        }
    }

    /// <summary>Takes a slice into an index that is being read. Returns false when other rules have come meanwhile.</summary>
    public bool Feed(InhibitionIndex next, IReadOnlyList<Incident> slice)
    {
        if (!ReferenceEquals(next, _next))
        {
            return false;
        }

        foreach (var incident in slice.Where(incident => !_written.Contains(incident.Number)))
        {
            next.Put(incident);
        }

        return true;
    }

    /// <summary>
    /// Takes over an index that is whole; everything open has to be looked at by it. Returns false when other rules have come meanwhile.
    /// </summary>
    public bool TakeOver(InhibitionIndex next)
    {
        if (!ReferenceEquals(next, _next))
        {
            return false;
        }

        (_index, _next) = (next, null);
        _written.Clear();
        return true;
    }

    /// <summary>An index could not be read.</summary>
    public bool GiveUp(InhibitionIndex next)
    {
        _next = ReferenceEquals(next, _next) ? null : _next;
        return true;
    }

    /// <summary>Takes in again how incidents stand in the database, after what was written of them was taken back.</summary>
    public void TakeBack(IReadOnlyList<long> numbers)
    {
        _isTakenBack = _index is { IsIdle: false };
        Volatile.Write(ref _hasChanged, _isTakenBack);
        try
        {
            foreach (var number in _index is { IsIdle: false } || _next is not null ? numbers : [])
            {
                var stored = Readable(number);
                TakeBack(_index, number, stored);
                TakeBack(_next, number, stored);
            }
        }
        catch
        {
            // It is read anew by the next change.
            (_index, _next) = (null, null);
            throw;
        }
    }

    /// <summary>An incident as it stands in the database; null when there is none, or none that can be read.</summary>
    private Incident? Readable(long number)
    {
        try
        {
            return SqliteLedger.With(number, () => tables.Incident(number))?.Incident;
        }
        catch (IncidentFailedException)
        {
            return null;
        }
    }

    private static void TakeBack(InhibitionIndex? index, long number, Incident? stored)
    {
        if (stored is null)
        {
            index?.Remove(number);
        }
        else
        {
            index?.Put(stored);
        }
    }

    private static bool Same(InhibitionIndex? index, IncidentRules rules) =>
        index is not null && (ReferenceEquals(index.Rules, rules.Inhibit) || index.Rules.SequenceEqual(rules.Inhibit))
            && string.Equals(index.Map.Identity, rules.Services.Identity, StringComparison.Ordinal);

    private void Due(IReadOnlyCollection<long> touched)
    {
        if (touched.Count > 0)
        {
            tables.Execute($"UPDATE incidents SET due_at = $0 WHERE number IN {Sql.Texts("$1")}", Stored.Time(ledger.Now),
                Sql.List(touched));
        }
    }

    private static bool IsIdle(IncidentRules rules) => rules.Inhibit.Count == 0 && rules.Services.IsEmpty;

    private void Change(IncidentRules rules)
    {
        var next = new InhibitionIndex(rules.Inhibit, rules.Services);
        _written.Clear();
        var firing = IsIdle(rules) ? [] : tables.Query($"SELECT number FROM incidents WHERE status = {Sql.Firing} LIMIT $0",
            row => row.GetInt64(0), _index is null ? long.MaxValue : FewEnough + 1L);
        if (_index is not null && firing.Count > FewEnough)
        {
            _next = next;
            rebuild(next);
            return;
        }

        foreach (var number in firing)
        {
            if (ledger.SetAsideUntil(number) is null)
            {
                next.Put(ledger.Load(number)!.Incident);
            }
        }

        (_index, _next) = (next, null);
        Volatile.Write(ref _hasChanged, next.HasChanged);
    }
}
