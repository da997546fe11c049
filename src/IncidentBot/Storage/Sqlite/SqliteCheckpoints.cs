using Microsoft.Data.Sqlite;

namespace IncidentBot.Storage.Sqlite;

/// <summary>
/// Moves what was committed from the log of changes into the database file, on a connection of its own: the committing thread
/// would hold up webhooks for as long as the disk takes.
/// </summary>
internal sealed class SqliteCheckpoints : IAsyncDisposable
{
    /// <summary>The committing thread does it after all when the log has become this long, in pages: 256 MB.</summary>
    public const int AtTheLatestPages = 65536;

    private const long WorthwhileBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly FileInfo _log;
    private readonly string _source;
    private readonly PeriodicTimer _timer;
    private readonly Task _loop;
    private long _done;

    public SqliteCheckpoints(string file, string source, TimeProvider clock)
    {
        _log = new FileInfo(file + "-wal");
        _source = source;
        _timer = new PeriodicTimer(Every, clock);
        _loop = RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _loop;
    }

    private async Task RunAsync()
    {
        while (await _timer.WaitForNextTickAsync())
        {
            _log.Refresh();
            if (!_log.Exists || _log.LastWriteTimeUtc.Ticks == _done || _log.Length < WorthwhileBytes)
            {
                continue;
            }

            try
            {
                // What is written meanwhile is worth another look.
                _done = _log.LastWriteTimeUtc.Ticks;
                using var connection = new SqliteConnection(_source);
                connection.Open();
                using var command = connection.CreateCommand();
                command.CommandText = "PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(PASSIVE)";
                command.ExecuteNonQuery();
            }
            catch (SqliteException)
            {
                // The log grows until the next try; whoever writes meets the same failure and says so.
            }
        }
    }
}
