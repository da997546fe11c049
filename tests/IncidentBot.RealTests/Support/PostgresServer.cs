using System.Globalization;
using Npgsql;

namespace IncidentBot.Support;

/// <summary>
/// A real PostgreSQL with tables named as Immich names them, in a folder of its own. Where pgvector cannot be had, a domain of that name and
/// an operator as it has take its place.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly int _port = Loopback.FreePort();
    private ServerProcess? _process;

    /// <summary>Host and port, for people.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");

    private string Data => Path.Combine(_folder.Path, "data");

    public static async Task<PostgresServer> StartAsync(CancellationToken cancellationToken)
    {
        var server = new PostgresServer();
        try
        {
            var password = server._folder.Write("password", "secret");
            await CallAsync("chown", ["-R", "postgres", server._folder.Path], server._folder.Path, cancellationToken);
            await CallAsync("runuser", ["-u", "postgres", "--", Requirements.Postgres("initdb"), "-D", server.Data, "-U", "postgres", "-A", "scram-sha-256",
                $"--pwfile={password}", "--no-sync", "-E", "UTF8"], server._folder.Path, cancellationToken);
            await server.RestartAsync(cancellationToken);
            await server.RunAsync("postgres", "CREATE DATABASE immich", cancellationToken);
            await server.RunAsync("immich", Tables, cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A new process on the same files, with nothing in its memory.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await StopAsync();
        _process = ServerProcess.Start("runuser", ["-u", "postgres", "--", Requirements.Postgres("postgres"), "-D", Data, "-h", "127.0.0.1",
            "-p", _port.ToString(CultureInfo.InvariantCulture), "-k", _folder.Path, "-c", "fsync=off", "-c", "shared_buffers=16MB"], _folder.Path);
        await Loopback.UntilAsync(async () => await AnswersAsync(cancellationToken) ? "" : null, TimeSpan.FromSeconds(60),
            () => "PostgreSQL does not answer: " + _process?.LogTail, cancellationToken);
    }

    public async Task StopAsync()
    {
        if (_process is not null)
        {
            // Its processes are not children of the one that is started, and a new one waits until the last of them is gone.
            await CallAsync("runuser", ["-u", "postgres", "--", Requirements.Postgres("pg_ctl"), "-D", Data, "-m", "fast", "-w", "stop"], _folder.Path,
                CancellationToken.None);
            await _process.DisposeAsync();
            _process = null;
        }
    }

    /// <summary>Runs statements as whom the database belongs to.</summary>
    public async Task RunAsync(string database, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(Login(database, "postgres", "secret"));
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public string Login(string database, string user, string password) => string.Create(CultureInfo.InvariantCulture,
        $"Host=127.0.0.1;Port={_port};Database={database};Username={user};Password={password};Pooling=false");

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    /// <summary>1000 photos; the index is of another kind than Immich's, and of the right name.</summary>
    private const string Tables = """
        CREATE DOMAIN vector AS real[];
        CREATE FUNCTION distance(real[], real[]) RETURNS float8 LANGUAGE plpgsql STABLE AS
          $$ BEGIN RETURN (SELECT sum((a - b) * (a - b)) FROM unnest($1, $2) AS t(a, b)); END $$;
        CREATE OPERATOR <=> (LEFTARG = real[], RIGHTARG = real[], FUNCTION = distance);
        CREATE TABLE smart_search ("assetId" uuid PRIMARY KEY, embedding vector NOT NULL);
        INSERT INTO smart_search SELECT gen_random_uuid(), ARRAY(SELECT random()::real FROM generate_series(1, 32 + 0 * n)) FROM generate_series(1, 1000) n;
        CREATE INDEX clip_index ON smart_search (embedding);
        """;

    private static async Task CallAsync(string program, string[] arguments, string folder, CancellationToken cancellationToken)
    {
        await using var process = ServerProcess.Start(program, arguments, folder);
        if (await process.WaitAsync(cancellationToken) is not 0 and var code)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {code}\n{process.LogTail}");
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(Login("postgres", "postgres", "secret"));
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException) when (_process is { HasExited: false })
        {
            return false;
        }
    }
}
