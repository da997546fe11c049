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

    public static Incident Incident(SqliteDataReader row, ReadOnlySpan<byte> alerts)
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
            Repeats = row.TimeOrNull(23) is { } said
                ? new Repeats(said, new TimeSpan(row.GetInt64(24) * TimeSpan.TicksPerMicrosecond), row.GetInt32(25))
                : null,
        };
        return incident with
        {
            Alerts =
            incident.Alerts.AddRange(AlertDocument.Read(alerts).Select(alert => KeyValuePair.Create(alert.Fingerprint, alert)))
        };
    }

    public static string Lane(SqliteDataReader incident) => incident.GetString(8);

    public static TimelineEntry Timeline(SqliteDataReader row) => new(row.GetInt64(0), row.GetInt64(1),
        new Change((ChangeKind)row.GetInt32(3), row.Time(2), row.GetString(4), row.GetInt32(5))
        {
            Quiet = row.GetInt64(6) != 0,
            Calls = row.GetInt64(7) != 0
        });

    public static Post Post(SqliteDataReader row) => new(
        row.GetInt64(0),
        Subject(row.GetInt32(1), row.GetInt64(2)),
        new PostAddress(Room.Parse(row.GetString(3)), row.GetString(4), row.GetInt32(5)),
        new PostProgress
        {
            Wanted = row.GetInt32(6),
            Shown = row.GetInt32(7),
            MessageId = row.TextOrNull(8),
            LastReplyId = row.TextOrNull(9),
            History = row.GetInt64(10),
            Told = row.GetInt64(11),
            Intent = row.IsDBNull(15) ? null : new PostIntent((SendKinds)row.GetInt32(15), row.GetInt32(16), row.GetInt64(17)),
            Generation = row.GetInt32(18),
            WantedSince = row.Time(19),
            ShownAt = row.TimeOrNull(20),
        },
        new PostTrouble(row.TextOrNull(12), row.GetInt64(13) != 0, row.GetInt32(14)))
    {
        Urgent = row.GetInt64(21) != 0,
        Called = row.GetInt64(22) != 0,
        Over = row.GetInt64(23) != 0,
        Summary = row.GetInt64(24),
    };

    /// <summary>The number of a kind of subject; the numbers are stored.</summary>
    public static long Kind(PostSubject subject) => subject switch
    {
        PostSubject.OfIncident => 1,
        PostSubject.OfStorm => 2,
        PostSubject.OfDigest => 3,
        _ => throw new InvalidOperationException($"{subject} is not known"),
    };

    private static PostSubject Subject(int kind, long number) => kind switch
    {
        1 => new PostSubject.OfIncident(number),
        2 => new PostSubject.OfStorm(number),
        3 => new PostSubject.OfDigest(number),
        _ => throw new InvalidOperationException($"the kind {kind} of a post's subject is not known"),
    };
}
