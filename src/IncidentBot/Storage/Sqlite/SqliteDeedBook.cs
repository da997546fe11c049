using IncidentBot.Lanes;
using IncidentBot.Rooms;
using Microsoft.Data.Sqlite;

namespace IncidentBot.Storage.Sqlite;

/// <summary>What people do, in the database of the incidents: changes share its commits, reads have connections of their own.</summary>
internal sealed class SqliteDeedBook(
    GroupCommit<SqliteSession> commits, Func<SqliteSession, Rulebook> rulebook, SqliteReads reads, byte[] linkKey) : IDeeds
{
    private const int MostUntold = 500;

    private const string AuditColumns = "id, at, name, person, place, action, incident, what, result";

    public Task<DeedResult> DoAsync(Deed deed, CancellationToken cancellationToken) =>
        commits.RunAsync(session => session.Deeds.Do(deed, rulebook(session)), cancellationToken);

    public Task<RequestRow?> RequestAsync(string channel, string id, CancellationToken cancellationToken) =>
        FirstAsync($"SELECT {SqliteDeeds.RequestColumns} FROM chat_requests WHERE channel = $0 AND id = $1", Request,
            cancellationToken, channel, id);

    public Task<RequestRow?> RequestAsync(long number, CancellationToken cancellationToken) =>
        FirstAsync($"SELECT {SqliteDeeds.RequestColumns} FROM chat_requests WHERE number = $0", Request,
            cancellationToken, number);

    public Task<RequestRow?> LatestAsync(Room room, Person by, CancellationToken cancellationToken) =>
        FirstAsync(
            $"SELECT {SqliteDeeds.RequestColumns} FROM chat_requests WHERE person = $0 AND room = $1 ORDER BY number DESC LIMIT 1", Request,
            cancellationToken, by.ToString(), room.ToString());

    public Task ToldAsync(string channel, string id, CancellationToken cancellationToken) =>
        commits.RunAsync(session => session.Deeds.Told(channel, id), cancellationToken);

    public Task<IReadOnlyList<RequestRow>> UntoldRequestsAsync(string channel, CancellationToken cancellationToken) => reads.RowsAsync(
        $"SELECT {SqliteDeeds.RequestColumns} FROM chat_requests WHERE channel = $0 AND told = 0 ORDER BY number LIMIT $1", Request,
        cancellationToken, channel, (long)MostUntold);

    public Task<string?> PositionAsync(string channel, string key, CancellationToken cancellationToken) =>
        FirstAsync("SELECT value FROM chat_positions WHERE channel = $0 AND key = $1", row => row.GetString(0),
            cancellationToken, channel, key);

    public Task PassAsync(PositionRow position, CancellationToken cancellationToken) =>
        commits.RunAsync(session => session.Deeds.Pass(position), cancellationToken);

    public Task<IReadOnlyList<AuditEntry>> AuditAsync(long? before, int limit, CancellationToken cancellationToken) => reads.RowsAsync(
        $"SELECT {AuditColumns} FROM audit WHERE id < $0 ORDER BY id DESC LIMIT $1",
        row => new AuditEntry(row.GetInt64(0), row.Time(1), new AuditDraft(row.GetString(2), row.GetString(3), row.GetString(4),
            row.GetString(5), row.IsDBNull(6) ? null : row.GetInt64(6), row.GetString(7)), row.GetString(8)),
        cancellationToken, before ?? long.MaxValue, (long)limit);

    public Task<(SilenceRow Row, bool IsNew)> WantSilenceAsync(SilenceRow silence, CancellationToken cancellationToken) =>
        commits.RunAsync(session => session.Deeds.Want(silence), cancellationToken);

    public Task<IReadOnlyList<SilenceRow>> OpenSilencesAsync(CancellationToken cancellationToken) => reads.RowsAsync(
        $"SELECT {SqliteDeeds.SilenceColumns} FROM silences WHERE {Sql.SilenceIsOpen} ORDER BY until", StoredSilence.Read, cancellationToken);

    public Task<SilenceRow?> SilenceAsync(long number, CancellationToken cancellationToken) =>
        FirstAsync($"SELECT {SqliteDeeds.SilenceColumns} FROM silences WHERE number = $0", StoredSilence.Read,
            cancellationToken, number);

    public Task<long?> IncidentOfAsync(Room room, string messageId, CancellationToken cancellationToken) =>
        FirstAsync(
            $"SELECT subject FROM posts WHERE subject_kind = {Sql.OfIncident} AND room = $0 AND (message_id = $1 OR last_reply_id = $1) LIMIT 1",
            row => (long?)row.GetInt64(0), cancellationToken, room.ToString(), messageId);

    public ReadOnlyMemory<byte> LinkKey => linkKey;

    private async Task<T?> FirstAsync<T>(string sql, Func<SqliteDataReader, T> read, CancellationToken cancellationToken,
        params object?[] values) =>
        await reads.RowsAsync(sql, read, cancellationToken, values) is [var first, ..] ? first : default;

    private static RequestRow Request(SqliteDataReader row) => new(row.GetInt64(0),
        new RequestDraft(Room.Parse(row.GetString(1)), row.GetString(2), Person.Parse(row.GetString(3)), row.GetString(4),
            row.GetInt64(5) != 0, row.GetString(6)),
        row.Time(7), row.GetString(8), row.GetInt64(9) != 0);
}
