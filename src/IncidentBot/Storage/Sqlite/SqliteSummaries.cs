using IncidentBot.Incidents;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using Microsoft.Data.Sqlite;

namespace IncidentBot.Storage.Sqlite;

/// <summary>
/// Summaries of storms with their posts. The history of such a post is not a timeline: it names its incidents in the order of
/// their posts. Used by the committing thread alone.
/// </summary>
internal sealed class SqliteSummaries(SqliteLedger ledger, SqliteTables tables, SqlitePosts posts, SqliteDigests digests)
{
    public const string Columns = "number, room, phase, began_at, ended_at";

    /// <summary>Incidents that one reply names; fewer wait for more, so that a storm does not become one of replies.</summary>
    public const int Named = 30;

    /// <summary>An incident is named after so long at the latest, however few there are.</summary>
    private static readonly TimeSpan NamedWithin = TimeSpan.FromMinutes(1);

    /// <summary>Incidents that wait in a room for their first announcement; the last condition is the one that an index has.</summary>
    private const string Unannounced = "room = $0 AND incident > 0 AND shown < wanted AND shown = 0 AND message_id IS NULL AND (shown < wanted OR told < history)";

    public static Summary Read(SqliteDataReader row) =>
        new(row.GetInt64(0), Room.Parse(row.GetString(1)), (StormPhase)row.GetInt32(2), row.Time(3), row.TimeOrNull(4));

    public long Summarize(Room room, long? summary, StormPhase phase)
    {
        var number = summary ?? (posts.Storms.In(room) is > 0 and var open ? open : Open(room));
        Refresh(Find(number), PostOf(number), phase);
        return number;
    }

    public View? View(Post post)
    {
        var number = -post.Incident;
        if (post.Lane.Length > 0)
        {
            var (from, to) = tables.Query("SELECT began_at, ended_at FROM summaries WHERE number = $0", row => (row.Time(0), row.Time(1)), number)[0];
            return digests.View(post, new Digest(post.Lane, from, to));
        }

        var counts = tables.Query(
            "SELECT i.title, i.severity, sum(i.status <> 2), sum(i.status = 2) FROM posts p JOIN incidents i ON i.number = p.incident "
            + "WHERE p.summary = $0 GROUP BY 1, 2 ORDER BY max(i.status <> 2) DESC, max(i.rank) DESC, 3 DESC, 4 DESC, 1",
            row => new SummaryCount(row.GetString(0), new Severity(row.GetString(1)), row.GetInt32(2), row.GetInt32(3)), number);
        var toAnnounce = tables.Query("SELECT count(*) FROM posts WHERE summary = $0 AND shown = 0 AND message_id IS NULL AND over = 0",
            row => row.GetInt32(0), number)[0];
        return new SummaryView(post, Find(number), counts, toAnnounce, Outdated(post.Room), post.Told < post.History ? Untold(number, post) : []);
    }

    /// <summary>The post of a summary, which is kept nowhere else.</summary>
    public Post? Post(long id) => tables.Query($"SELECT {SqliteTables.PostColumns} FROM posts WHERE id = $0", SqliteRow.Post, id).FirstOrDefault();

    /// <summary>Deletes a few that ended before a moment. Returns how many.</summary>
    public int DeleteEnded(DateTimeOffset before, int few)
    {
        var ended = tables.Query("SELECT number FROM summaries WHERE phase = 0 AND ended_at < $0 LIMIT $1", row => row.GetInt64(0), Stored.Time(before), (long)few);
        foreach (var number in ended)
        {
            ledger.Begin();
            tables.Execute("DELETE FROM posts WHERE incident = $0", -number);
            tables.Execute("DELETE FROM summaries WHERE number = $0", number);
        }

        return ended.Count;
    }

    private List<SummaryMember> Untold(long number, Post post) => tables.Query(
        "SELECT p.id, i.number, i.title, i.place, i.severity FROM posts p JOIN incidents i ON i.number = p.incident "
        + "WHERE p.summary = $0 AND p.id > $1 ORDER BY p.id LIMIT $2",
        row => new SummaryMember(row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3), new Severity(row.GetString(4))),
        number, post.Told, (long)Named);

    private long Open(Room room)
    {
        ledger.Begin();
        var now = ledger.Now;
        var number = tables.Query("INSERT INTO summaries (room, phase, began_at) VALUES ($0, $1, $2) RETURNING number",
            row => row.GetInt64(0), room.ToString(), (long)StormPhase.Storm, Stored.Time(now))[0];
        tables.Execute($"UPDATE posts SET summary = $1 WHERE {Unannounced}", room.ToString(), number);
        var refused = posts.Rooms.WhyRefused(room);
        tables.Write(new Post(0, -number, room, "", 0, 0, null, null, 0, 0, refused, refused is not null, 0, null, 0, now, null));
        ledger.Cache.Clear();
        posts.Storms.Clear();
        return number;
    }

    private void Refresh(Summary summary, Post post, StormPhase phase)
    {
        var now = ledger.Now;
        if (phase != StormPhase.Storm)
        {
            Settle(summary, now);
        }

        var latest = tables.Query("SELECT coalesce(max(id), 0) FROM posts WHERE summary = $0", row => row.GetInt64(0), summary.Number)[0];
        var (untold, since) = tables.Query("SELECT count(*), min(wanted_since) FROM posts WHERE summary = $0 AND id > $1",
            row => (row.GetInt32(0), row.TimeOrNull(1)), summary.Number, post.History)[0];
        var history = untold >= Named || now - since >= NamedWithin || phase != StormPhase.Storm ? latest : post.History;
        var outdated = Outdated(summary.Room);
        var changed = phase != summary.Phase || !posts.Storms.IsCurrent(summary.Number, outdated);
        if (!changed && history == post.History)
        {
            return;
        }

        ledger.Begin();
        if (phase != summary.Phase)
        {
            tables.Execute("UPDATE summaries SET phase = $1, ended_at = $2 WHERE number = $0",
                summary.Number, (long)phase, phase == StormPhase.Calm ? Stored.Time(now) : null);
            posts.Storms.Clear();
        }

        posts.Storms.Refreshed(summary.Number, outdated);
        ledger.Wants(tables.Write(post with
        {
            Wanted = post.Wanted + (changed ? 1 : 0),
            History = Math.Max(history, post.History),
            WantedSince = post.NeedsWork ? post.WantedSince : now,
            Over = phase == StormPhase.Calm,
        }));
    }

    /// <summary>What is over and was never announced is shown by the summary, and by nothing else; also what came to its room before it.</summary>
    private void Settle(Summary summary, DateTimeOffset now)
    {
        var over = tables.Query($"SELECT {SqliteTables.PostColumns} FROM posts WHERE {Unannounced} AND over = 1 AND intent_kind IS NULL",
            SqliteRow.Post, summary.Room.ToString());
        foreach (var post in over)
        {
            ledger.Begin();
            ledger.Cache.Remove(post.Incident);
            ledger.Wants(tables.Write(post with
            {
                Shown = post.Wanted,
                Told = post.History,
                Summary = summary.Number,
                Reason = null,
                Refused = false,
                Attempts = 0,
                ShownAt = now,
            }));
        }
    }

    /// <summary>How many messages of a room show an older state.</summary>
    private int Outdated(Room room) => tables.Query(
        "SELECT count(*) FROM posts WHERE room = $0 AND incident > 0 AND message_id IS NOT NULL AND shown < wanted AND (shown < wanted OR told < history)",
        row => row.GetInt32(0), room.ToString())[0];

    private Summary Find(long number) => tables.Query($"SELECT {Columns} FROM summaries WHERE number = $0", Read, number)[0];

    private Post PostOf(long number) =>
        tables.Query($"SELECT {SqliteTables.PostColumns} FROM posts WHERE incident = $0", SqliteRow.Post, -number)[0];
}
