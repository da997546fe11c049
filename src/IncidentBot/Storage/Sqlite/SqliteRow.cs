using IncidentBot.Incidents;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using Microsoft.Data.Sqlite;

namespace IncidentBot.Storage.Sqlite;

/// <summary>Reads rows into values; the columns are those that <see cref="SqliteTables"/> names, in its order.</summary>
internal static class SqliteRow
{
    public static DateTimeOffset Time(this SqliteDataReader row, int column) => Stored.TimeOf(row.GetInt64(column));

    public static DateTimeOffset? TimeOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.Time(column);

    public static string? TextOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static Incident Incident(SqliteDataReader row, IEnumerable<Alert> alerts)
    {
        var incident = new Incident
        {
            Number = row.GetInt64(0),
            Key = new IncidentKey(row.GetString(1), row.GetString(2), Stored.Labels(row.GetString(3))),
            CommonLabels = Stored.Labels(row.GetString(4)),
            Version = row.GetInt32(5),
            Status = (IncidentStatus)row.GetInt32(6),
            Severity = new Severity(row.GetString(7)),
            FiringCount = row.GetInt32(9),
            Truncated = row.GetInt64(10),
            ExternalUrl = row.GetString(11),
            Ended = Stored.FiringIntervalsOf(row.GetString(12)),
            OpenedAt = row.Time(13),
            UpdatedAt = row.Time(14),
            ResolvedAt = row.TimeOrNull(15),
            HeardAt = row.Time(16),
            FiringSince = row.TimeOrNull(17),
            Escalation = Stored.EscalationOf(row.GetString(18)),
            Flapping = Stored.FlappingOf(row.TextOrNull(19)),
            Inhibition = Stored.InhibitionOf(row.TextOrNull(20)),
            Inhibits = row.GetString(21),
            Rises = Stored.FiringIntervalsOf(row.GetString(22)),
        };
        return incident with { Alerts = incident.Alerts.AddRange(alerts.Select(alert => KeyValuePair.Create(alert.Fingerprint, alert))) };
    }

    public static string Lane(SqliteDataReader incident) => incident.GetString(8);

    public static Alert Alert(SqliteDataReader row)
    {
        var labels = Stored.Labels(row.GetString(1));
        return new Alert(row.GetString(0), labels, Stored.Labels(row.GetString(2)), row.GetString(3),
            row.Time(4), row.Time(5), row.TimeOrNull(6), row.Time(7), Stored.SuppressionOf(row.TextOrNull(8)));
    }

    public static TimelineEntry Timeline(SqliteDataReader row) => new(row.GetInt64(0), row.GetInt64(1),
        new Change((ChangeKind)row.GetInt32(3), row.Time(2), row.GetString(4), row.GetInt32(5)) { Quiet = row.GetInt64(6) != 0, Calls = row.GetInt64(7) != 0 });

    public static Post Post(SqliteDataReader row) => new(
        Id: row.GetInt64(0),
        Incident: row.GetInt64(1),
        Room: Room.Parse(row.GetString(2)),
        Lane: row.GetString(3),
        Wanted: row.GetInt32(4),
        Shown: row.GetInt32(5),
        MessageId: row.TextOrNull(6),
        LastReplyId: row.TextOrNull(7),
        History: row.GetInt64(8),
        Told: row.GetInt64(9),
        Reason: row.TextOrNull(10),
        Refused: row.GetInt64(11) != 0,
        Attempts: row.GetInt32(12),
        Intent: row.IsDBNull(13) ? null : new PostIntent((SendKinds)row.GetInt32(13), row.GetInt32(14), row.GetInt64(15)),
        Generation: row.GetInt32(16),
        WantedSince: row.Time(17),
        ShownAt: row.TimeOrNull(18))
    {
        Urgent = row.GetInt64(19) != 0,
        Over = row.GetInt64(20) != 0,
        Summary = row.GetInt64(21),
        Step = row.GetInt32(22),
        Called = row.GetInt64(23) != 0,
    };
}
