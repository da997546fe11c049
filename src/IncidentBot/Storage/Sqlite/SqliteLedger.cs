using IncidentBot.Posts;
using Microsoft.Data.Sqlite;

namespace IncidentBot.Storage.Sqlite;

/// <summary>
/// The transaction that changes share: when it begins, what it remembers of incidents, and what is told once it is durable.
/// Used by the committing thread alone.
/// </summary>
internal sealed class SqliteLedger(SqliteConnection connection, SqliteTables tables, SetAside setAside)
{
    private const long CacheBytes = 48 * 1024 * 1024;

    private readonly List<Post> _wanted = [];
    private readonly HashSet<long> _changed = [];
    private readonly HashSet<long> _touched = [];
    private bool _begun;

    /// <summary>As of when the change counts that is being made: fixed when it begins, also when it is made a second time.</summary>
    public DateTimeOffset Now { get; set; }

    /// <summary>The incidents that were spoken of last.</summary>
    public IncidentCache Cache { get; } = new(CacheBytes);

    /// <summary>What the last commit made to want sending, and which incidents it changed, once. Null for nothing.</summary>
    public StoreChange? TakeNews()
    {
        if (_changed.Count == 0 && _wanted.Count == 0)
        {
            return null;
        }

        var news = new StoreChange(_wanted.ToArray(), _changed.ToArray());
        _wanted.Clear();
        _changed.Clear();
        return news;
    }

    public void Wants(Post post) => _wanted.Add(post);

    public void Wants(IEnumerable<Post> posts) => _wanted.AddRange(posts);

    public void Changed(long incident) => _changed.Add(incident);

    /// <summary>An incident with its lane and posts; null when there is none of this number.</summary>
    public StoredIncident? Load(long number)
    {
        if (Cache.TryGet(number, out var held))
        {
            return held;
        }

        if (With(number, () => tables.Incident(number)) is not var (incident, lane, posts))
        {
            return null;
        }

        var stored = new StoredIncident(incident, lane, posts);
        Cache.Put(stored);
        return stored;
    }

    /// <summary>When an incident that met a bug is tried again; null when it may be worked on.</summary>
    public DateTimeOffset? SetAsideUntil(long number) => setAside.Until(number, Now);

    /// <summary>The incidents that are left alone because they met a bug.</summary>
    public IEnumerable<long> SetAside => setAside.Held(Now);

    /// <summary>An incident that met a bug is gone, or could be worked on.</summary>
    public void Works(long number) => setAside.Over(number);

    /// <summary>Works on one incident, so that a bug in that can be told from all others.</summary>
    /// <exception cref="IncidentFailedException">Something failed that is not the database.</exception>
    public static T With<T>(long number, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception failure) when (failure is not (SqliteException or StoreUnavailableException) && number > 0)
        {
            throw new IncidentFailedException(number, failure);
        }
    }

    /// <summary>Remembers an incident as it was just written.</summary>
    public void Put(StoredIncident stored)
    {
        _touched.Add(stored.Incident.Number);
        Cache.Put(stored);
    }

    /// <summary>Forgets what is held of an incident that was written without it: it is read when it is spoken of next.</summary>
    public void Evict(long number)
    {
        _touched.Add(number);
        Cache.Remove(number);
    }

    /// <summary>Begins the transaction unless a change before has begun it.</summary>
    public void Begin()
    {
        if (!_begun)
        {
            Execute("BEGIN IMMEDIATE");
            _begun = true;
        }
    }

    /// <summary>Makes everything since the last commit durable. Returns whether there was anything.</summary>
    public bool Commit()
    {
        var begun = _begun;
        if (begun)
        {
            Execute("COMMIT");
            _begun = false;
        }

        _touched.Clear();
        return begun;
    }

    /// <summary>Forgets everything since the last commit. Returns the incidents of which it forgot something.</summary>
    public IReadOnlyList<long> Rollback()
    {
        long[] touched = [.. _touched];
        foreach (var number in touched)
        {
            Cache.Remove(number);
        }

        _touched.Clear();
        _wanted.Clear();
        _changed.Clear();
        if (_begun)
        {
            _begun = false;
            try
            {
                Execute("ROLLBACK");
            }
            catch (SqliteException)
            {
                // A full disk has SQLite roll back by itself, and then there is nothing left to roll back.
            }
        }

        return touched;
    }

    private void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
