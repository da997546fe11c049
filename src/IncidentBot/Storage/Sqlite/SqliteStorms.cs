using IncidentBot.Rooms;

namespace IncidentBot.Storage.Sqlite;

/// <summary>Which rooms have a storm, and whose summary is out of date. Used by the committing thread alone.</summary>
internal sealed class SqliteStorms(SqliteTables tables)
{
    /// <summary>How many messages with an older state each summary spoke of that says nothing else that is untrue.</summary>
    private readonly Dictionary<long, int> _current = [];
    private Dictionary<Room, long>? _open;

    /// <summary>The summary that stands for what comes into a room now; 0 for none. It is out of date with it.</summary>
    public long In(Room room)
    {
        _open ??= tables.Query($"SELECT room, number FROM summaries WHERE phase <> {Sql.Calm}", row =>
            (Room: Room.Parse(row.GetString(0)), Number: row.GetInt64(1)))
            .GroupBy(summary => summary.Room, (room, summaries) => (Room: room, Number: summaries.Max(summary => summary.Number)))
            .ToDictionary(summary => summary.Room, summary => summary.Number);
        var number = _open.GetValueOrDefault(room);
        Changed(number);
        return number;
    }

    /// <summary>An incident of a summary changed.</summary>
    public void Changed(long summary) => _current.Remove(summary);

    /// <summary>
    /// Whether a summary shows what is true now. After a start nobody knows, so it is not said. How many messages show an older
    /// state need not be exact, because every edit of the summary is one that they do not get.
    /// </summary>
    public bool IsCurrent(long summary, int outdated) =>
        _current.TryGetValue(summary, out var said) && (outdated == said || (outdated > said / 2 && outdated < said * 2));

    public void Refreshed(long summary, int outdated) => _current[summary] = outdated;

    /// <summary>Forgets what it knows: a storm began or ended, a room moved, or a transaction failed.</summary>
    public void Clear()
    {
        _open = null;
        _current.Clear();
    }
}
