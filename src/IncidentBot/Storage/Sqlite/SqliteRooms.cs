using IncidentBot.Posts;
using IncidentBot.Rooms;

namespace IncidentBot.Storage.Sqlite;

/// <summary>
/// What is known of rooms as wholes: where one goes on that has moved, which is kept, and which one refuses everything, which
/// its next attempt finds out again. Used by the committing thread alone.
/// </summary>
internal sealed class SqliteRooms(SqliteTables tables)
{
    private const int MostMoves = 8;

    private readonly Dictionary<Room, string> _refused = [];
    private Dictionary<Room, Room>? _moves;

    /// <summary>Why a room refuses everything; null when it does not, as far as is known.</summary>
    public string? WhyRefused(Room room) => _refused.GetValueOrDefault(room);

    /// <summary>Learns from the end of a request.</summary>
    public void Heard(Room room, RequestEnd end)
    {
        switch (end)
        {
            case RequestEnd.RefusedRoom refused:
                _refused[room] = refused.Reason;
                break;
            case RequestEnd.Delivered or RequestEnd.Moved or RequestEnd.NothingToSay:
                _refused.Remove(room);
                break;
        }
    }

    public void RetryNow(Room room) => _refused.Remove(room);

    /// <summary>Forgets what a transaction that failed may have taught.</summary>
    public void Clear()
    {
        _refused.Clear();
        _moves = null;
    }

    /// <summary>The id under which a room goes on now, whatever the configuration calls it.</summary>
    public Room Now(Room room)
    {
        _moves ??= tables.Query("SELECT room, moved_to FROM moves", row =>
            (From: Room.Parse(row.GetString(0)), To: Room.Parse(row.GetString(1))))
            .ToDictionary(move => move.From, move => move.To);
        for (var i = 0; i < MostMoves && _moves.TryGetValue(room, out var to); i++)
        {
            room = to;
        }

        return room;
    }

    /// <summary>Lets the posts of a room follow it, and returns all that are in the new one.</summary>
    public IReadOnlyList<Post> Move(Room from, Room to)
    {
        object?[] rooms = [from.ToString(), to.ToString()];
        tables.Execute("INSERT INTO moves (room, moved_to) VALUES ($0, $1) ON CONFLICT (room) DO UPDATE SET moved_to = excluded.moved_to",
            rooms);

        // Where both ids are configured, an incident has its post in the new room already, and nothing reaches the old one.
        tables.Execute(
            "DELETE FROM posts AS old WHERE room = $0 AND EXISTS (SELECT 1 FROM posts AS new WHERE new.room = $1 AND new.subject_kind = old.subject_kind AND new.subject = old.subject)", rooms);
        tables.Execute("UPDATE posts SET room = $1 WHERE room = $0", rooms);
        tables.Execute("DELETE FROM digests AS new WHERE room = $1 AND EXISTS (SELECT 1 FROM digests AS old WHERE old.room = $0 AND old.lane = new.lane)", rooms);
        tables.Execute("UPDATE digests SET room = $1 WHERE room = $0", rooms);
        tables.Execute("DELETE FROM digested AS new WHERE room = $1 AND EXISTS (SELECT 1 FROM digested AS old WHERE old.room = $0 AND old.lane = new.lane AND old.incident = new.incident)", rooms);
        tables.Execute("UPDATE digested SET room = $1 WHERE room = $0", rooms);
        tables.Execute("UPDATE summaries SET room = $1 WHERE room = $0", rooms);
        _moves = null;
        return tables.Query($"SELECT {SqliteTables.PostColumns} FROM posts WHERE room = $0", SqliteRow.Post, to.ToString());
    }
}
