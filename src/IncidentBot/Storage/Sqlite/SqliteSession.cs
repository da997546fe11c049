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

    public SqliteSession(SqliteConnection connection, SqliteTables tables)
    {
        _tables = tables;
        Ledger = new SqliteLedger(connection, tables);
        _posts = new SqlitePosts(Ledger, tables);
        Inhibitions = new SqliteInhibitions(Ledger, tables);
        Digests = new SqliteDigests(Ledger, tables, _posts);
        Summaries = new SqliteSummaries(Ledger, tables, _posts, Digests);
        Incidents = new SqliteIncidents(Ledger, tables, _posts, Summaries, Inhibitions);
        Sending = new SqliteSending(Ledger, tables, _posts, Summaries);
    }

    public SqliteLedger Ledger { get; }

    /// <summary>Which open incidents inhibit which.</summary>
    public SqliteInhibitions Inhibitions { get; }

    /// <summary>What webhooks, comparisons, people, time and housekeeping change.</summary>
    public SqliteIncidents Incidents { get; }

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

    public void Begin(DateTimeOffset now) => Ledger.Now = now;

    public void Commit()
    {
        Ledger.Commit();
    }

    public void Rollback()
    {
        _posts.Rooms.Clear();
        _posts.Storms.Clear();
        Inhibitions.Clear();
        Ledger.Rollback();
    }

    public string? Explain(Exception failure) => SqliteFailure.Explain(failure);
}
