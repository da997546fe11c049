using System.Globalization;
using IncidentBot.Graph;
using IncidentBot.Incidents;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using Microsoft.Data.Sqlite;

namespace IncidentBot.Storage.Sqlite;

/// <summary>Reads for pages and metrics, on connections of their own: they see the last commit and hold up nobody.</summary>
internal sealed class SqliteReads(string source)
{
    private const string SummaryColumns =
        "number, status, severity, lane, title, place, summary, common_labels, firing, resolved, flaps, opened_at, "
        + "updated_at, resolved_at, firing_since, runbook_url, stretches, call, inhibition";

    public Task<IReadOnlyList<Post>> WaitingAsync(CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<Post>>(connection => Query(connection,
        $"SELECT {SqliteTables.PostColumns} FROM posts WHERE {Sql.Waits} ORDER BY wanted_since", SqliteRow.Post), cancellationToken);

    public Task<IReadOnlyList<Post>> UntoldAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<Post>>(connection => Query(connection,
        $"SELECT {SqliteTables.PostColumns} FROM posts AS one WHERE {Sql.Waits} AND wanted_since < $0 AND NOT {StoodFor("one")} AND NOT EXISTS "
        + $"(SELECT 1 FROM posts AS other WHERE other.subject_kind = one.subject_kind AND other.subject = one.subject AND other.id <> one.id AND (other.wanted_since >= $0 OR {StoodFor("other")} "
        + "OR (other.shown >= other.wanted AND other.told >= other.history))) ORDER BY wanted_since", SqliteRow.Post, Stored.Time(before)),
            cancellationToken);

    public Task<IReadOnlyList<Summary>> OpenSummariesAsync(CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<Summary>>(connection => Query(
        connection, $"SELECT {SqliteSummaries.Columns} FROM summaries WHERE phase <> {Sql.Calm}", SqliteSummaries.Read), cancellationToken);

    public Task<IReadOnlyList<PastRequest>> PastRequestsAsync(DateTimeOffset after, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<PastRequest>>(connection => Query(connection,
            "SELECT room, kind, urgent, at, closed_until FROM requests WHERE at >= $0 OR closed_until IS NOT NULL ORDER BY at",
            row => new PastRequest(Room.Parse(row.GetString(0)), (SendKinds)row.GetInt32(1), row.GetInt64(2) != 0, row.Time(3),
                row.TimeOrNull(4)),
            Stored.Time(after)), cancellationToken);

    public Task<IReadOnlyList<OpenAlert>> OpenAlertsAsync(string source, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<OpenAlert>>(connection => [.. Query(connection,
            $"SELECT i.number, i.status, i.heard_at, a.alerts FROM incidents i JOIN alerts a ON a.incident = i.number WHERE i.status <> {Sql.Resolved} AND i.source = $0",
            row => AlertDocument.Read((byte[])row[3]).Where(alert => alert.Firing).Select(alert => new OpenAlert(
                row.GetInt64(0), alert.Fingerprint, alert.StartsAt, alert.HeardAt, alert.Suppression, (IncidentStatus)row.GetInt32(1),
                    row.Time(2))).ToList(), source)
            .SelectMany(open => open)], cancellationToken);

    public Task<IReadOnlyList<(long Incident, string Alert)>> OpenAlertNamesAsync(CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<(long Incident, string Alert)>>(connection => Query(connection,
            "SELECT DISTINCT i.number, json_extract(e.value, '$.labels.alertname') FROM incidents i JOIN alerts a ON a.incident = i.number, "
            + $"json_each(CAST(a.alerts AS TEXT)) e WHERE i.status <> {Sql.Resolved} AND json_extract(e.value, '$.labels.alertname') IS NOT NULL",
            row => (row.GetInt64(0), row.GetString(1))), cancellationToken);

    public Task<IReadOnlyList<KeptLinks>> KeptLinksAsync(int most, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<KeptLinks>>(connection =>
            [.. Query(connection, SqliteKeptLinks.Latest, SqliteKeptLinks.Read, (long)most).OfType<KeptLinks>()], cancellationToken);

    /// <summary>Some firing incidents after a number, lowest first.</summary>
    public Task<IReadOnlyList<Incident>> FiringAsync(long after, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<Incident>>(connection => Query(connection,
            $"SELECT {SqliteTables.IncidentColumns}, a.alerts FROM incidents JOIN alerts a ON a.incident = number WHERE status = {Sql.Firing} AND number > $0 ORDER BY number LIMIT $1",
            row => SqliteRow.Incident(row, (byte[])row["alerts"]), after, (long)limit), cancellationToken);

    public Task<IReadOnlyList<string>> ReceiversAsync(string source, DateTimeOffset after, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<string>>(connection => Query(connection,
            "SELECT DISTINCT receiver FROM incidents WHERE source = $0 AND updated_at > $1", row => row.GetString(0), source,
                Stored.Time(after)),
            cancellationToken);

    public Task<IReadOnlyList<IncidentSummary>> ListAsync(IncidentFilter filter, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<IncidentSummary>>(connection => List(connection, filter), cancellationToken);

    public Task<IncidentDetail?> FindAsync(long number, CancellationToken cancellationToken) => ReadAsync(connection =>
    {
        using var transaction = connection.BeginTransaction(deferred: true);
        var alerts = Query(connection, "SELECT alerts FROM alerts WHERE incident = $0", row => (byte[])row[0], number).FirstOrDefault();
        var found = Query(connection, $"SELECT {SqliteTables.IncidentColumns} FROM incidents WHERE number = $0",
            row => SqliteLedger.With(number, () => (Incident: SqliteRow.Incident(row, alerts), Lane: SqliteRow.Lane(row))), number);
        if (found.Count == 0)
        {
            return null;
        }

        var posts = Query(connection,
            $"SELECT {SqliteTables.PostColumns} FROM posts WHERE subject_kind = {Sql.OfIncident} AND subject = $0 ORDER BY id",
            SqliteRow.Post, number);
        var timeline = Query(connection,
            $"SELECT {SqliteTables.TimelineColumns} FROM timeline WHERE incident = $0 ORDER BY id DESC LIMIT 500",
            SqliteRow.Timeline, number);
        timeline.Reverse();
        return new IncidentDetail(IncidentSummary.Of(found[0].Incident, found[0].Lane, posts), found[0].Incident, timeline);
    }, cancellationToken);

    /// <summary>The rows of a statement of somebody else's tables.</summary>
    public Task<IReadOnlyList<T>> RowsAsync<T>(string sql, Func<SqliteDataReader, T> read, CancellationToken cancellationToken,
        params object?[] values) =>
        ReadAsync<IReadOnlyList<T>>(connection => Query(connection, sql, read, values), cancellationToken);

    public Task<IReadOnlyList<PostSummary>> PostsAsync(int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<PostSummary>>(connection =>
    {
        using var transaction = connection.BeginTransaction(deferred: true);
        var columns = string.Join(", ", SqliteTables.PostColumns.Split(", ").Select(column => "p." + column));
        var select = $"SELECT {columns}, coalesce(i.title, 'Digest of lane ' || s.digest, 'Alert storm'), coalesce(i.place, ''), coalesce(i.status, CASE s.phase WHEN {Sql.Calm} THEN {Sql.Resolved} ELSE {Sql.Firing} END), "
            + $"coalesce(i.severity, 'none'), coalesce(i.lane, '') FROM posts p LEFT JOIN incidents i ON p.subject_kind = {Sql.OfIncident} AND i.number = p.subject "
            + $"LEFT JOIN summaries s ON p.subject_kind IN ({Sql.OfStorm}, {Sql.OfDigest}) AND s.number = p.subject ";
        var waiting = Query(connection,
            select + "WHERE p.shown < p.wanted OR p.told < p.history ORDER BY p.refused DESC, p.wanted_since LIMIT $0",
            PostSummary, (long)limit);
        var shown = Query(connection,
            select + "WHERE p.shown >= p.wanted AND p.told >= p.history AND p.shown_at IS NOT NULL ORDER BY p.shown_at DESC LIMIT $0",
            PostSummary, (long)limit);
        return [.. waiting, .. shown];
    }, cancellationToken);

    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => ReadAsync(connection =>
        Query(connection, "SELECT min(due_at) FROM incidents WHERE due_at IS NOT NULL", row => row.TimeOrNull(0))[0], cancellationToken);

    public Task<StoreCounts> CountAsync(CancellationToken cancellationToken) => ReadAsync(connection =>
    {
        var open = Query(connection,
            $"SELECT lane, severity, status, count(*) FROM incidents WHERE status <> {Sql.Resolved} GROUP BY 1, 2, 3",
            row => (Lane: row.GetString(0), Severity: row.GetString(1), Firing: row.GetInt32(2) == 1, Count: row.GetInt64(3)));
        var posts = Query(connection,
            $"SELECT count(*) FILTER (WHERE refused = 0), count(*) FILTER (WHERE refused = 1) FROM posts WHERE {Sql.Waits}",
            row => (Waiting: row.GetInt64(0), Refused: row.GetInt64(1)))[0];
        return new StoreCounts(
            open.Where(group => group.Firing).Sum(group => group.Count), open.Where(group => !group.Firing).Sum(group => group.Count),
            posts.Waiting, posts.Refused,
                [.. open.Where(group => group.Firing).Select(group => (group.Lane, group.Severity, group.Count))]);
    }, cancellationToken);

    private static List<IncidentSummary> List(SqliteConnection connection, IncidentFilter filter)
    {
        var (where, values) = SqliteFilter.Of(filter);
        values.Add((long)filter.Limit);
        values.Add((long)filter.Skip);
        using var transaction = connection.BeginTransaction(deferred: true);

        // Firing before stale before resolved; among resolved ones the order is that of numbers, which needs no sorting of history.
        var order = string.Equals(filter.Status, "resolved", StringComparison.Ordinal)
            ? "number DESC"
            : $"CASE status WHEN {Sql.Firing} THEN 0 WHEN {Sql.Stale} THEN 1 ELSE 2 END, CASE status WHEN {Sql.Resolved} THEN 0 ELSE -rank END, number DESC";
        var found = Query(connection,
            $"SELECT {SummaryColumns} FROM incidents WHERE {where} ORDER BY {order} LIMIT ${values.Count - 2} OFFSET ${values.Count - 1}",
            Summary, [.. values]);
        var posts = Query(connection,
            $"SELECT {SqliteTables.PostColumns} FROM posts WHERE subject_kind = {Sql.OfIncident} AND subject IN {Sql.Texts("$0")} ORDER BY id",
            SqliteRow.Post, Sql.List(found.Select(summary => summary.Number))).ToLookup(post => post.Subject.Number);
        var quiet = Query(connection,
            $"SELECT incident, alerts FROM alerts WHERE incident IN {Sql.Texts("$0")} AND instr(alerts, '\"suppression\"') > 0",
            row => (Number: row.GetInt64(0), Quiet: Suppression((byte[])row[1])),
            Sql.List(found.Where(summary => summary.Status != IncidentStatus.Resolved).Select(summary => summary.Number)))
            .ToDictionary(row => row.Number, row => row.Quiet);
        return
        [
            .. found.Select(summary => summary with
            {
                Posts = [.. posts[summary.Number]],
                Suppression = quiet.GetValueOrDefault(summary.Number),
            }),
        ];
    }

    /// <summary>What keeps an incident quiet; one whose alerts cannot be read counts as loud.</summary>
    private static Suppression? Suppression(byte[] alerts)
    {
        try
        {
            return IncidentSummary.SuppressionOf(AlertDocument.Read(alerts));
        }
        catch (Exception failure) when (failure is not SqliteException)
        {
            return null;
        }
    }

    /// <summary>A line of a list; of an incident that cannot be read it says so, because the others have to be seen.</summary>
    private static IncidentSummary Summary(SqliteDataReader row)
    {
        try
        {
            return Summary(row, []);
        }
        catch (Exception failure) when (failure is not SqliteException)
        {
            return IncidentSummary.Unreadable(row.GetInt64(0));
        }
    }

    private static IncidentSummary Summary(SqliteDataReader row, IReadOnlyList<Post> posts)
    {
        var (status, openedAt, resolvedAt) = ((IncidentStatus)row.GetInt32(1), row.Time(11), row.TimeOrNull(13));
        var escalation = Stored.EscalationOf(row.GetString(17));
        return new IncidentSummary
        {
            Number = row.GetInt64(0),
            Status = status,
            Severity = new Severity(row.GetString(2)),
            Lane = row.GetString(3),
            Title = row.GetString(4),
            Place = row.GetString(5),
            Summary = row.GetString(6),
            Labels = Stored.Labels(row.GetString(7)),
            Firing = row.GetInt32(8),
            Resolved = row.GetInt32(9),
            Flaps = row.GetInt32(10),
            OpenedAt = openedAt,
            UpdatedAt = row.Time(12),
            ResolvedAt = resolvedAt,
            Lasted = IncidentSummary.TimeOf(status, Stored.FiringIntervalsOf(row.GetString(16)), openedAt, resolvedAt),
            FiringSince = row.TimeOrNull(14),
            RunbookUrl = row.TextOrNull(15),
            Posts = posts,
            AcknowledgedBy = escalation.Acknowledged?.By,
            Untaken = escalation.Untaken,
            Escalated = escalation.Escalated > 0,
            Inhibition = Stored.InhibitionOf(row.TextOrNull(18)),
            Suppression = null,
        };
    }

    private static PostSummary PostSummary(SqliteDataReader row) => new(SqliteRow.Post(row), row.GetString(SqliteTables.AfterPost),
        row.GetString(SqliteTables.AfterPost + 1), (IncidentStatus)row.GetInt32(SqliteTables.AfterPost + 2),
        new Severity(row.GetString(SqliteTables.AfterPost + 3)), row.GetString(SqliteTables.AfterPost + 4));

    /// <summary>The rows of a statement. One that cannot be read is left out, unless it is an incident that was asked for.</summary>
    private static List<T> Query<T>(SqliteConnection connection, string sql, Func<SqliteDataReader, T> read,
        params ReadOnlySpan<object?> values)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue("$" + i.ToString(CultureInfo.InvariantCulture), values[i] ?? DBNull.Value);
        }

        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            try
            {
                rows.Add(read(reader));
            }
            catch (Exception failure) when (failure is not (SqliteException or StoreUnavailableException))
            {
                // Whoever works on it meets the same, says so and sets it aside.
            }
        }

        return rows;
    }

    /// <summary>That the summary of a storm which is not over stands for a post that has no message of its own.</summary>
    private static string StoodFor(string post) =>
        $"({post}.summary <> 0 AND {post}.message_id IS NULL AND EXISTS (SELECT 1 FROM summaries WHERE summaries.number = {post}.summary AND summaries.phase <> 0))";

    /// <summary>SQLite has no asynchronous reads: the caller's thread goes on while another waits for the disk.</summary>
    private Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken) => Task.Run(() =>
    {
        try
        {
            using var connection = new SqliteConnection(source);
            connection.Open();
            return read(connection);
        }
        catch (SqliteException failure)
        {
            throw new StoreUnavailableException(SqliteFailure.Explain(failure)!, failure);
        }
    }, cancellationToken);
}
