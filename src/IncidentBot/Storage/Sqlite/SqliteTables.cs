using IncidentBot.Incidents;
using IncidentBot.Posts;
using Microsoft.Data.Sqlite;

namespace IncidentBot.Storage.Sqlite;

/// <summary>The statements by which the committing thread reads and writes, each prepared once.</summary>
internal sealed class SqliteTables(SqliteConnection connection) : IDisposable
{
    public const string IncidentColumns = "number, source, receiver, group_labels, common_labels, version, status, severity, lane, firing, "
        + "truncated, external_url, stretches, opened_at, updated_at, resolved_at, heard_at, firing_since, call, flapping, inhibition, burdens, rises, "
        + "said_at, repeat_every, repeats";

    public const string TimelineColumns = "id, incident, at, kind, detail, count, quiet, calls";

    public const string PostColumns =
        "id, subject_kind, subject, room, lane, step, wanted, shown, message_id, last_reply_id, history, told, reason, refused, "
        + "attempts, intent_kind, intent_version, intent_up_to, generation, wanted_since, shown_at, urgent, called, over, summary";

    /// <summary>Where columns begin that are read beside those of a post.</summary>
    public static readonly int AfterPost = PostColumns.Split(',').Length;

    private readonly List<SqliteCommand> _prepared = [];

    private Statement? _incidentByNumber, _numberByKey, _owners, _alerts, _posts, _insertIncident, _updateIncident, _heard, _upsertAlerts,
        _deleteOwners, _upsertOwners, _insertTimeline, _escalation, _insertPost, _updatePost, _untold, _postById, _insertRequest,
            _deleteRequests;

    public long? NumberByKey(IncidentKey key) => Read(ref _numberByKey,
        "SELECT number FROM incidents WHERE key = $0 ORDER BY number DESC LIMIT 1", row => (long?)row.GetInt64(0), key.ToString())
            .FirstOrDefault();

    /// <summary>The incidents that last had these alerts, by fingerprint; alerts that none had are absent.</summary>
    public Dictionary<string, long> Owners(string source, IReadOnlyList<string> fingerprints) => Read(ref _owners,
        $"SELECT fingerprint, incident FROM owners WHERE source = $0 AND fingerprint IN {Sql.Texts("$1")}",
        row => (Fingerprint: row.GetString(0), Incident: row.GetInt64(1)), source, Stored.List(fingerprints))
        .ToDictionary(owner => owner.Fingerprint, owner => owner.Incident, StringComparer.Ordinal);

    public Post? Post(long id) => Read(ref _postById, $"SELECT {PostColumns} FROM posts WHERE id = $0", SqliteRow.Post, id)
        .FirstOrDefault();

    public (Incident Incident, string Lane, List<Post> Posts)? Incident(long number)
    {
        var alerts = Read(ref _alerts, "SELECT alerts FROM alerts WHERE incident = $0", row => (byte[])row[0], number).FirstOrDefault();
        var found = Read(ref _incidentByNumber, $"SELECT {IncidentColumns} FROM incidents WHERE number = $0",
            row => (SqliteRow.Incident(row, alerts), SqliteRow.Lane(row)), number);
        if (found.Count == 0)
        {
            return null;
        }

        var posts = Read(ref _posts, $"SELECT {PostColumns} FROM posts WHERE subject_kind = {Sql.OfIncident} AND subject = $0 ORDER BY id",
            SqliteRow.Post, number);
        return (found[0].Item1, found[0].Item2, posts);
    }

    public List<TimelineEntry> Untold(Post post) => Read(ref _untold,
        $"SELECT {TimelineColumns} FROM timeline WHERE incident = $0 AND id > $1 ORDER BY id LIMIT 1000", SqliteRow.Timeline,
            post.Subject.Number, post.Progress.Told);

    public long LatestLine(long incident) =>
        Query("SELECT coalesce(max(id), 0) FROM timeline WHERE incident = $0", row => row.GetInt64(0), incident)[0];

    /// <summary>Writes an incident; a new one gets its number.</summary>
    public long Write(Incident incident, string lane)
    {
        var values = Values(incident, lane);
        if (incident.Number != 0)
        {
            Execute(ref _updateIncident,
                """
                UPDATE incidents SET key = $1, source = $2, receiver = $3, group_labels = $4, common_labels = $5, version = $6, status = $7,
                severity = $8, rank = $9, lane = $10, title = $11, place = $12, summary = $13, runbook_url = $14, firing = $15, resolved = $16,
                flaps = $17, truncated = $18, external_url = $19, stretches = $20, opened_at = $21, updated_at = $22, resolved_at = $23,
                heard_at = $24, firing_since = $25, call = $26, flapping = $27, due_at = $28, inhibition = $29, burdens = $30, rises = $31,
                said_at = $32, repeat_every = $33, repeats = $34 WHERE number = $0
                """, [incident.Number, .. values]);
            return incident.Number;
        }

        return Read(ref _insertIncident,
            """
            INSERT INTO incidents (key, source, receiver, group_labels, common_labels, version, status, severity, rank, lane, title, place,
            summary, runbook_url, firing, resolved, flaps, truncated, external_url, stretches, opened_at, updated_at, resolved_at, heard_at,
            firing_since, call, flapping, due_at, inhibition, burdens, rises, said_at, repeat_every, repeats) VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
            $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33) RETURNING number
            """, row => row.GetInt64(0), values)[0];
    }

    public void WriteHeard(Incident incident) => Execute(ref _heard,
        "UPDATE incidents SET heard_at = $1, said_at = $2, repeat_every = $3, repeats = $4 WHERE number = $0",
        [incident.Number, Stored.Time(incident.HeardAt), .. Values(incident.Repeats)]);

    /// <summary>Writes what of an incident no message shows: its lane, when time changes it next, and what then.</summary>
    public void WriteEscalation(Incident incident, string lane) => Execute(ref _escalation,
        "UPDATE incidents SET lane = $1, call = $2, inhibition = $3, due_at = $4 WHERE number = $0",
        incident.Number, lane, Stored.Text(incident.Escalation), Stored.Text(incident.Inhibition), Time(incident.DueAt));

    /// <summary>Writes all alerts of an incident.</summary>
    public void WriteAlerts(Incident incident) => Execute(ref _upsertAlerts,
        "INSERT INTO alerts (incident, alerts) VALUES ($0, $1) ON CONFLICT (incident) DO UPDATE SET alerts = excluded.alerts",
        incident.Number, AlertDocument.Write(incident.Alerts.Values));

    /// <summary>An incident is the last to have these alerts.</summary>
    public void WriteOwners(string source, IReadOnlyList<string> fingerprints, long incident) => Execute(ref _upsertOwners,
        $"INSERT INTO owners (source, fingerprint, incident) SELECT $0, value, $2 FROM {Sql.Each("$1")} WHERE true "
        + "ON CONFLICT (source, fingerprint) DO UPDATE SET incident = excluded.incident",
        source, Stored.List(fingerprints), incident);

    /// <summary>An incident has forgotten these alerts; what another has had since stays that one's.</summary>
    public void DeleteOwners(string source, IReadOnlyList<string> fingerprints, long incident) => Execute(ref _deleteOwners,
        $"DELETE FROM owners WHERE source = $0 AND incident = $2 AND fingerprint IN {Sql.Texts("$1")}", source, Stored.List(fingerprints),
            incident);

    public long Add(long incident, Change change) => Read(ref _insertTimeline,
        "INSERT INTO timeline (incident, at, kind, detail, count, quiet, calls) VALUES ($0, $1, $2, $3, $4, $5, $6) RETURNING id",
        row => row.GetInt64(0), incident, Stored.Time(change.At), (long)change.Kind, change.Detail, (long)change.Count, change.Quiet ? 1L
            : 0L,
        change.Calls ? 1L : 0L)[0];

    /// <summary>Writes a post; a new one gets its id.</summary>
    public Post Write(Post post)
    {
        var values = Values(post);
        if (post.Id != 0)
        {
            Execute(ref _updatePost,
                """
                UPDATE posts SET subject_kind = $1, subject = $2, room = $3, lane = $4, step = $5, wanted = $6, shown = $7, message_id = $8,
                last_reply_id = $9, history = $10, told = $11, reason = $12, refused = $13, attempts = $14, intent_kind = $15, intent_version = $16,
                intent_up_to = $17, generation = $18, wanted_since = $19, shown_at = $20, urgent = $21, called = $22, over = $23, summary = $24 WHERE id = $0
                """, [post.Id, .. values]);
            return post;
        }

        return post with
        {
            Id = Read(ref _insertPost,
                """
                INSERT INTO posts (subject_kind, subject, room, lane, step, wanted, shown, message_id, last_reply_id, history, told, reason, refused,
                attempts, intent_kind, intent_version, intent_up_to, generation, wanted_since, shown_at, urgent, called, over, summary)
                VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23) RETURNING id
                """, row => row.GetInt64(0), values)[0],
        };
    }

    public void AddRequest(PastRequest request) => Execute(ref _insertRequest,
        "INSERT INTO requests (room, kind, urgent, at, closed_until) VALUES ($0, $1, $2, $3, $4)",
        request.Room.ToString(), (long)request.Kind, request.Urgent ? 1L : 0L, Stored.Time(request.At), Time(request.ClosedUntil));

    /// <summary>Deletes requests before a moment, and answers that count no longer.</summary>
    public void DeleteRequests(DateTimeOffset before, DateTimeOffset now) => Execute(ref _deleteRequests,
        "DELETE FROM requests WHERE at < $0 AND coalesce(closed_until, 0) <= $1", Stored.Time(before), Stored.Time(now));

    /// <summary>Reads with a statement that is used too seldom to be kept.</summary>
    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params object?[] values)
    {
        Statement? once = Prepare(sql, values.Length);
        using var command = once.Command;
        return Read(ref once, sql, read, values);
    }

    /// <summary>Writes with a statement that is used too seldom to be kept.</summary>
    public void Execute(string sql, params object?[] values)
    {
        Statement? once = Prepare(sql, values.Length);
        using var command = once.Command;
        Execute(ref once, sql, values);
    }

    public void Dispose() => _prepared.ForEach(command => command.Dispose());

    private static object?[] Values(Incident incident, string lane)
    {
        var shown = IncidentSummary.Of(incident, lane, []);
        return
        [
            incident.Key.ToString(), incident.Key.Source, incident.Key.Receiver, Stored.Labels(incident.Key.GroupLabels),
            Stored.Labels(incident.CommonLabels), (long)incident.Version, (long)incident.Status, incident.Severity.Word,
            (long)incident.Severity.Level, lane, shown.Title, shown.Place, shown.Summary, shown.RunbookUrl,
            (long)shown.Firing, (long)shown.Resolved, (long)shown.Flaps, incident.Truncated, incident.ExternalUrl,
            Stored.Text(incident.Ended), Stored.Time(incident.OpenedAt), Stored.Time(incident.UpdatedAt), Time(incident.ResolvedAt),
            Stored.Time(incident.HeardAt), Time(incident.FiringSince), Stored.Text(incident.Escalation), Stored.Text(incident.Flapping),
            Time(incident.DueAt), Stored.Text(incident.Inhibition), incident.Inhibits, Stored.Text(incident.Rises),
            .. Values(incident.Repeats),
        ];
    }

    private static object?[] Values(Repeats? repeats) =>
        [Time(repeats?.SaidAt), (repeats?.Longest.Ticks ?? 0) / TimeSpan.TicksPerMicrosecond, (long)(repeats?.Count ?? 0)];

    private static object?[] Values(Post post)
    {
        var progress = post.Progress;
        return
        [
            SqliteRow.Kind(post.Subject), post.Subject.Number, post.Room.ToString(), post.Lane, (long)post.Step, (long)progress.Wanted,
                (long)progress.Shown,
            progress.MessageId, progress.LastReplyId, progress.History, progress.Told, post.Trouble.Reason, post.Trouble.Refused ? 1L : 0L,
            (long)post.Trouble.Attempts, (long?)progress.Intent?.Kind, (long?)progress.Intent?.Version, progress.Intent?.UpTo,
                (long)progress.Generation,
            Stored.Time(progress.WantedSince), Time(progress.ShownAt), post.Urgent ? 1L : 0L, post.Called ? 1L : 0L, post.Over ? 1L
                : 0L, post.Summary,
        ];
    }

    private static long? Time(DateTimeOffset? time) => time is { } set ? Stored.Time(set) : null;

    private List<T> Read<T>(ref Statement? statement, string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        var rows = new List<T>(1);
        using var reader = Bind(ref statement, sql, values).ExecuteReader();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private void Execute(ref Statement? statement, string sql, params ReadOnlySpan<object?> values) =>
        Bind(ref statement, sql, values).ExecuteNonQuery();

    private SqliteCommand Bind(ref Statement? statement, string sql, ReadOnlySpan<object?> values)
    {
        if (statement is null)
        {
            statement = Prepare(sql, values.Length);
            _prepared.Add(statement.Command);
        }

        for (var i = 0; i < values.Length; i++)
        {
            statement.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return statement.Command;
    }

    private Statement Prepare(string sql, int count)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        var parameters = new SqliteParameter[count];
        for (var i = 0; i < count; i++)
        {
            parameters[i] = new SqliteParameter { ParameterName = "$" + i };
            command.Parameters.Add(parameters[i]);
        }

        return new Statement(command, parameters);
    }

    private sealed record Statement(SqliteCommand Command, SqliteParameter[] Parameters);
}
