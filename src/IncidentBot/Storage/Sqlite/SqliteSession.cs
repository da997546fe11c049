using IncidentBot.Graph;
using IncidentBot.Incidents;
using Microsoft.Data.Sqlite;

namespace IncidentBot.Storage.Sqlite;

/// <summary>
/// The one writer of the database: what changes do inside the transaction that they share with others, by whom they are asked
/// for. Used by the committing thread alone.
/// </summary>
internal sealed class SqliteSession : ICommitSession
{
    private readonly SqliteTables _tables;
    private readonly SqlitePosts _posts;
    private readonly StoreHealth _health;

    /// <param name="rebuild">See <see cref="SqliteInhibitions"/>.</param>
    /// <param name="setAside">The incidents that are left alone for now.</param>
    /// <param name="health">Is told whether changes become durable.</param>
    public SqliteSession(
        SqliteConnection connection, SqliteTables tables, Action<InhibitionIndex> rebuild, SetAside setAside, StoreHealth health)
    {
        (_tables, _health) = (tables, health);
        Ledger = new SqliteLedger(connection, tables, setAside);
        _posts = new SqlitePosts(Ledger, tables);
        Inhibitions = new SqliteInhibitions(Ledger, tables, rebuild);
        Digests = new SqliteDigests(Ledger, tables, _posts);
        Summaries = new SqliteSummaries(Ledger, tables, _posts, Digests);
        var incidents = new SqliteIncidents(Ledger, tables, _posts, Inhibitions);
        Intake = new SqliteIntake(Ledger, tables, incidents);
        Deeds = new SqliteDeeds(Ledger, tables, incidents, Intake);
        Calendar = new SqliteCalendar(Ledger, tables, incidents, Summaries, Inhibitions);
        Sending = new SqliteSending(Ledger, tables, _posts, Summaries, new SqliteUnreached(Ledger, incidents));
    }

    public SqliteLedger Ledger { get; }

    /// <summary>Which open incidents inhibit which.</summary>
    public SqliteInhibitions Inhibitions { get; }

    /// <summary>What webhooks and comparisons change.</summary>
    public SqliteIntake Intake { get; }

    /// <summary>What people do, and what is remembered of it.</summary>
    public SqliteDeeds Deeds { get; }

    /// <summary>What time and housekeeping change.</summary>
    public SqliteCalendar Calendar { get; }

    /// <summary>What lanes with digests change.</summary>
    public SqliteDigests Digests { get; }

    /// <summary>What storms change.</summary>
    public SqliteSummaries Summaries { get; }

    /// <summary>What delivery changes.</summary>
    public SqliteSending Sending { get; }

    /// <summary>Writes a row and takes it back: nothing less shows whether a change can be made durable.</summary>
    public bool Check()
    {
        // An UPDATE to what stands there already would write nothing.
        Ledger.Begin();
        _tables.Execute("INSERT INTO store (identity) VALUES ('')");
        _tables.Execute("DELETE FROM store WHERE identity = ''");
        return true;
    }

    /// <summary>Keeps what a graph server said.</summary>
    public bool Keep(IReadOnlyList<KeptLinks> links) => SqliteKeptLinks.Keep(links, Ledger, _tables);

    /// <summary>Makes a change of tables that have nothing to do with incidents.</summary>
    public bool ChangeOther(Action<SqliteTables> change)
    {
        Ledger.Begin();
        change(_tables);
        return true;
    }

    public void Begin(DateTimeOffset now) => Ledger.Now = now;

    public void Commit()
    {
        if (Ledger.Commit())
        {
            _health.Wrote(Ledger.Now);
        }
    }

    public void Rollback()
    {
        _posts.Rooms.Clear();
        _posts.Storms.Clear();
        Inhibitions.TakeBack(Ledger.Rollback());
    }

    public string? Explain(Exception failure)
    {
        var reason = SqliteFailure.Explain(failure);
        if (reason is not null)
        {
            _health.Failed(reason, Ledger.Now);
        }

        return reason;
    }
}
