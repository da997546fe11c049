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
    private bool _failed;

    public SqliteSession(SqliteConnection connection, SqliteTables tables, TimeProvider clock)
    {
        _tables = tables;
        Ledger = new SqliteLedger(connection, tables);
        _posts = new SqlitePosts(Ledger, tables, clock);
        Digests = new SqliteDigests(Ledger, tables, _posts, clock);
        Summaries = new SqliteSummaries(Ledger, tables, _posts, Digests, clock);
        Incidents = new SqliteIncidents(Ledger, tables, _posts, Summaries, clock);
        Sending = new SqliteSending(Ledger, tables, _posts, Summaries, clock);
    }

    public SqliteLedger Ledger { get; }

    /// <summary>What webhooks, comparisons and housekeeping change.</summary>
    public SqliteIncidents Incidents { get; }

    /// <summary>What lanes with digests change.</summary>
    public SqliteDigests Digests { get; }

    /// <summary>What storms change.</summary>
    public SqliteSummaries Summaries { get; }

    /// <summary>What delivery changes.</summary>
    public SqliteSending Sending { get; }

    /// <summary>Takes and gives back the lock that every change needs; after a failure it writes, to see whether that works again.</summary>
    public bool Check()
    {
        Ledger.Begin();
        if (_failed)
        {
            _tables.Execute("UPDATE store SET identity = identity");
        }

        return true;
    }

    public void Commit()
    {
        if (Ledger.Commit())
        {
            _failed = false;
        }
    }

    public void Rollback()
    {
        _failed = true;
        _posts.Rooms.Clear();
        _posts.Storms.Clear();
        Incidents.Cascade.Clear();
        Ledger.Rollback();
    }

    public string? Explain(Exception failure) => SqliteFailure.Explain(failure);
}
