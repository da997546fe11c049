using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;

namespace IncidentBot.Storage.Sqlite;

/// <summary>Writes what the posts of an incident want, as <see cref="PostPlan"/> has it. Used by the committing thread alone.</summary>
internal sealed class SqlitePosts(SqliteLedger ledger, SqliteTables tables) : IRoomStates
{
    public SqliteRooms Rooms { get; } = new(tables);

    public SqliteStorms Storms { get; } = new(tables);

    public Room Now(Room room) => Rooms.Now(room);

    public string? WhyRefused(Room room) => Rooms.WhyRefused(room);

    public long StormIn(Room room) => Storms.In(room);

    /// <summary>Writes what a turn makes the posts of its incident want, and returns them.</summary>
    public List<Post> Want(IReadOnlyList<Post> known, Turn turn, TurnHistory history)
    {
        var posts = new List<Post>(known.Count);
        foreach (var step in PostPlan.Of(known, turn, history, this))
        {
            switch (step)
            {
                case PostStep.Keep(var post):
                    posts.Add(post);
                    break;

                case PostStep.Write(var post):
                    ledger.Begin();
                    Storms.Changed(post.Summary);
                    posts.Add(tables.Write(post));
                    break;

                case PostStep.Drop(var post):
                    ledger.Begin();
                    Storms.Changed(post.Summary);
                    tables.Execute("DELETE FROM posts WHERE id = $0", post.Id);
                    ledger.Wants(post with { Progress = post.Progress with { Shown = post.Progress.Wanted } });
                    break;

                case PostStep.LeaveToDigest(var room, var lane, var begins):
                    ledger.Begin();
                    tables.Execute("INSERT INTO digested (room, lane, incident, since) VALUES ($0, $1, $2, $3) ON CONFLICT (room, lane, incident) DO "
                        + (begins ? "UPDATE SET since = excluded.since" : "NOTHING"), room.ToString(), lane, turn.Incident.Number,
                            Stored.Time(turn.At));
                    break;

                default:
                    throw new InvalidOperationException($"{step} is not known");
            }
        }

        return posts;
    }

    /// <summary>
    /// Marks everything that waits for a room as refused with it. Returns the incidents of those that are urgent and not over.
    /// </summary>
    public IReadOnlyList<long> Refuse(Room room, string reason)
    {
        var refused = tables.Query(
            $"UPDATE posts SET refused = 1, reason = $1 WHERE room = $0 AND {Sql.Waits} RETURNING subject_kind, subject, urgent > over",
            row => (Incident: SubjectOf(row), Burns: row.GetBoolean(2)), room.ToString(), reason);
        Evict(refused.Select(post => post.Incident));
        return [.. refused.Where(post => post.Burns).Select(post => post.Incident).OfType<long>().Order()];
    }

    /// <summary>Forgets what is held of the incidents whose posts a statement has changed.</summary>
    public void Evict(IEnumerable<long?> incidents)
    {
        foreach (var number in incidents.OfType<long>())
        {
            ledger.Evict(number);
        }
    }

    /// <summary>The incident of a changed post, of which a statement returned the subject.</summary>
    public static long? SubjectOf(Microsoft.Data.Sqlite.SqliteDataReader row) => row.GetInt32(0) == 1 ? row.GetInt64(1) : null;
}
