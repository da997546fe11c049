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
    private const string Unannounced =
        $"room = $0 AND subject_kind = {Sql.OfIncident} AND shown < wanted AND shown = 0 AND message_id IS NULL AND {Sql.Waits}";

    public static Summary Read(SqliteDataReader row) =>
        new(row.GetInt64(0), Room.Parse(row.GetString(1)), (StormPhase)row.GetInt32(2), row.Time(3), row.TimeOrNull(4));

    public long Summarize(Room room, long? summary, StormPhase phase)
    {
        var number = summary ?? (posts.Storms.In(room) is > 0 and var open ? open : Open(room));
        Refresh(Find(number), PostOf(number), phase);
        return number;
    }

    public View View(Post post)
    {
        var number = post.Subject.Number;
        if (post.Subject is PostSubject.OfDigest)
        {
            var (from, to) = tables.Query("SELECT began_at, ended_at FROM summaries WHERE number = $0", row => (row.Time(0), row.Time(1)),
                number)[0];
            return digests.View(post, new Digest(post.Lane, from, to));
        }

        var counts = tables.Query(
            $"SELECT i.title, i.severity, count(*) FILTER (WHERE i.status <> {Sql.Resolved}) AS open, count(*) FILTER (WHERE i.status = {Sql.Resolved}) AS over "
            + $"FROM posts p JOIN incidents i ON i.number = p.subject WHERE p.summary = $0 AND p.subject_kind = {Sql.OfIncident} GROUP BY i.title, i.severity "
            + $"ORDER BY min(CASE WHEN i.status <> {Sql.Resolved} THEN 0 ELSE 1 END), max(i.rank) DESC, open DESC, over DESC, i.title",
            row => new SummaryCount(row.GetString(0), new Severity(row.GetString(1)), row.GetInt32(2), row.GetInt32(3)), number);
        var toAnnounce = tables.Query("SELECT count(*) FROM posts WHERE summary = $0 AND shown = 0 AND message_id IS NULL AND over = 0",
            row => row.GetInt32(0), number)[0];
        return new SummaryView(post, Find(number), counts, toAnnounce, Outdated(post.Room), post.Progress.Told < post.Progress.History
            ? Untold(number, post) : []);
    }

    /// <summary>Deletes a few that ended before a moment. Returns how many.</summary>
    public int DeleteEnded(DateTimeOffset before, int few)
    {
        var ended = tables.Query($"SELECT number FROM summaries WHERE phase = {Sql.Calm} AND ended_at < $0 LIMIT $1", row =>
            row.GetInt64(0), Stored.Time(before), (long)few);
        foreach (var number in ended)
        {
            ledger.Begin();
            tables.Execute($"DELETE FROM posts WHERE subject_kind IN ({Sql.OfStorm}, {Sql.OfDigest}) AND subject = $0", number);
            tables.Execute("DELETE FROM summaries WHERE number = $0", number);
        }

        return ended.Count;
    }

    private List<SummaryMember> Untold(long number, Post post) => tables.Query(
        "SELECT p.id, i.number, i.title, i.place, i.severity FROM posts p JOIN incidents i ON i.number = p.subject "
        + $"WHERE p.summary = $0 AND p.subject_kind = {Sql.OfIncident} AND p.id > $1 ORDER BY p.id LIMIT $2",
        row => new SummaryMember(row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3), new Severity(row.GetString(4))),
        number, post.Progress.Told, (long)Named);

    private long Open(Room room)
    {
        ledger.Begin();
        var now = ledger.Now;
        var number = tables.Query("INSERT INTO summaries (room, phase, began_at) VALUES ($0, $1, $2) RETURNING number",
            row => row.GetInt64(0), room.ToString(), (long)StormPhase.Storm, Stored.Time(now))[0];
        posts.Evict(tables.Query($"UPDATE posts SET summary = $1 WHERE {Unannounced} RETURNING subject_kind, subject",
            SqlitePosts.SubjectOf, room.ToString(), number));
        tables.Write(Post.New(new PostSubject.OfStorm(number), new PostAddress(room, ""), 0, posts.Rooms.WhyRefused(room), now));
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
            row => (row.GetInt32(0), row.TimeOrNull(1)), summary.Number, post.Progress.History)[0];
        var history = untold >= Named || now - since >= NamedWithin || phase != StormPhase.Storm ? latest : post.Progress.History;
        var outdated = Outdated(summary.Room);
        var changed = phase != summary.Phase || !posts.Storms.IsCurrent(summary.Number, outdated);
        if (!changed && history == post.Progress.History)
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
            Progress = post.Progress with
            {
                Wanted = post.Progress.Wanted + (changed ? 1 : 0),
                History = Math.Max(history, post.Progress.History),
                WantedSince = post.NeedsWork ? post.Progress.WantedSince : now,
            },
            Over = phase == StormPhase.Calm,
        }));
    }

    /// <summary>
    /// What is over and was never announced is shown by the summary, and by nothing else; also what came to its room before it.
    /// </summary>
    private void Settle(Summary summary, DateTimeOffset now)
    {
        var over = tables.Query($"SELECT {SqliteTables.PostColumns} FROM posts WHERE {Unannounced} AND over = 1 AND intent_kind IS NULL",
            SqliteRow.Post, summary.Room.ToString());
        foreach (var post in over)
        {
            ledger.Begin();
            posts.Evict([post.Incident]);
            ledger.Wants(tables.Write(post.SettledBy(summary.Number, now)));
        }
    }

    /// <summary>How many messages of a room show an older state.</summary>
    private int Outdated(Room room) => tables.Query(
        $"SELECT count(*) FROM posts WHERE room = $0 AND subject_kind = {Sql.OfIncident} AND message_id IS NOT NULL AND shown < wanted AND {Sql.Waits}",
        row => row.GetInt32(0), room.ToString())[0];

    private Summary Find(long number) => tables.Query($"SELECT {Columns} FROM summaries WHERE number = $0", Read, number)[0];

    private Post PostOf(long number) =>
        tables.Query($"SELECT {SqliteTables.PostColumns} FROM posts WHERE subject_kind = {Sql.OfStorm} AND subject = $0", SqliteRow.Post,
            number)[0];
}
