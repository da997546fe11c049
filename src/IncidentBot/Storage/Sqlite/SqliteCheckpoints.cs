using IncidentBot.Loops;
using IncidentBot.Settings;
using Microsoft.Data.Sqlite;

namespace IncidentBot.Storage.Sqlite;

/// <summary>
/// Moves what was committed from the log of changes into the database file, on a connection of its own: the committing thread
/// would hold up webhooks for as long as the disk takes.
/// </summary>
internal sealed class SqliteCheckpoints : Loop
{
    /// <summary>The committing thread does it after all when the log has become this long, in pages: 256 MB.</summary>
    public const int AtTheLatestPages = 65536;

    private const long WorthwhileBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly FileInfo _log;
    private readonly string _source;
    private long _done;

    public SqliteCheckpoints(CurrentSettings settings, LoopBook book)
        : base("checkpoints", book, Every)
    {
        var file = Path.GetFullPath(settings.Value.Store.Sqlite);
        _log = new FileInfo(file + "-wal");
        _source = new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString();
    }

    protected override async Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        _log.Refresh();
        if (_log.Exists && _log.LastWriteTimeUtc.Ticks != _done && _log.Length >= WorthwhileBytes)
        {
            await MoveAsync(stoppingToken);
        }

        return now + Every;
    }

    private async Task MoveAsync(CancellationToken stoppingToken)
    {
        // What is written meanwhile is worth another look.
        var written = _log.LastWriteTimeUtc.Ticks;
        try
        {
            await using var connection = new SqliteConnection(_source);
            await connection.OpenAsync(stoppingToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(PASSIVE)";
            await command.ExecuteNonQueryAsync(stoppingToken);
            _done = written;
        }
        catch (SqliteException failure)
        {
            throw new StoreUnavailableException(SqliteFailure.Explain(failure) ?? failure.Message, failure);
        }
    }
}
