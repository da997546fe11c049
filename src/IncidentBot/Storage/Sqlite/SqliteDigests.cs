using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using Microsoft.Data.Sqlite;

namespace IncidentBot.Storage.Sqlite;

/// <summary>
/// Digests with their posts, and until when each room has had them. Which incidents a room hears of by digests is kept apart
/// from posts, because such an incident has none there, with the time of its latest beginning: when it opened, came back, was
/// no longer explained, or came into the lane. Used by the committing thread alone.
/// </summary>
internal sealed class SqliteDigests(SqliteLedger ledger, SqliteTables tables, SqlitePosts posts)
{
    /// <summary>Incidents that a digest names; more never fit a message that somebody reads.</summary>
    private const int Named = 40;

    /// <summary>What ended so long before a digest is in none that can still be sent.</summary>
    private static readonly TimeSpan KeptAfterEnd = TimeSpan.FromDays(7);

    private const string Members = "FROM digested d JOIN incidents i ON i.number = d.incident WHERE d.room = $0 AND d.lane = $1 ";

    private const string IsOpened = "(d.since > $2 AND d.since <= $3)";

    private const string IsOpen = $"i.status <> {Sql.Resolved}";

    private const string IsResolved = $"(i.status = {Sql.Resolved} AND i.resolved_at > $2 AND i.resolved_at <= $3)";

    /// <summary>Makes the digest that is due in each room of a lane, where there is any news. Returns how many it made.</summary>
    public int Make(Lane lane, DateTimeOffset until)
    {
        var made = 0;
        foreach (var room in lane.Rooms.Select(posts.Rooms.Now).Where(room => room != Room.Inbox).Distinct())
        {
            made += Make(room, lane.Name, until) ? 1 : 0;
        }

        return made;
    }

    public DigestView View(Post post, Digest digest)
    {
        object?[] values = [post.Room.ToString(), digest.Lane, Stored.Time(digest.From), Stored.Time(digest.To)];
        var (opened, resolved, burning, total) = tables.Query(
            $"SELECT count(*) FILTER (WHERE {IsOpened}), count(*) FILTER (WHERE {IsResolved}), count(*) FILTER (WHERE {IsOpen}), "
            + $"count(*) FILTER (WHERE {IsOpened} OR {IsResolved} OR {IsOpen}) " + Members,
            row => (row.GetInt32(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3)), values)[0];
        var lines = tables.Query(
            "SELECT i.number, i.title, i.place, i.severity, i.status, d.since, i.resolved_at " + Members
            + $"AND ({IsOpened} OR {IsResolved} OR {IsOpen}) ORDER BY CASE WHEN {IsOpen} THEN 0 ELSE 1 END, i.rank DESC, d.since, i.number LIMIT {Named}",
            Line, values);
        return new DigestView(post, digest, opened, resolved, burning, lines) { Total = total };
    }

    private bool Make(Room room, string lane, DateTimeOffset until)
    {
        var to = Stored.Time(until);
        var known = tables.Query("SELECT until FROM digests WHERE room = $0 AND lane = $1", row => row.GetInt64(0), room.ToString(), lane);
        if (known.Count > 0 && known[0] >= to)
        {
            return false;
        }

        ledger.Begin();
        tables.Execute("INSERT INTO digests (room, lane, until) VALUES ($0, $1, $2) ON CONFLICT (room, lane) DO UPDATE SET until = excluded.until", room.ToString(), lane, to);
        if (known.Count == 0 || tables.Query($"SELECT 1 {Members} AND ({IsOpened} OR {IsResolved}) LIMIT 1",
            row => row.GetInt32(0), room.ToString(), lane, known[0], to).Count == 0)
        {
            return false;
        }

        var number = tables.Query(
            "INSERT INTO summaries (room, phase, began_at, ended_at, digest) VALUES ($0, $1, $2, $3, $4) RETURNING number",
            row => row.GetInt64(0), room.ToString(), (long)StormPhase.Calm, known[0], to, lane)[0];
        var post = Post.New(new PostSubject.OfDigest(number), new PostAddress(room, lane), 1, posts.Rooms.WhyRefused(room), ledger.Now);
        ledger.Wants(tables.Write(post));
        tables.Execute($"DELETE FROM digested WHERE room = $0 AND lane = $1 AND incident IN (SELECT number FROM incidents WHERE status = {Sql.Resolved} AND resolved_at <= $2)",
            room.ToString(), lane, Stored.Time(until - KeptAfterEnd));
        return true;
    }

    private static DigestLine Line(SqliteDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), new Severity(row.GetString(3)), row.GetInt32(4) == (int)IncidentStatus.Stale,
            row.Time(5),
        row.GetInt32(4) == (int)IncidentStatus.Resolved ? row.TimeOrNull(6) : null);
}
