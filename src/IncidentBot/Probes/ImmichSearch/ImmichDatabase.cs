using System.Data;
using System.Globalization;
using Npgsql;

namespace IncidentBot.Probes.ImmichSearch;

/// <summary>
/// Asks Immich's database. Every question is a read-only transaction with a time limit that the database itself keeps, so that a look can
/// neither change anything nor stay behind. https://www.postgresql.org/docs/current/pgbuffercache.html, …/pgprewarm.html
/// </summary>
internal sealed class ImmichDatabase(NpgsqlConnection connection, ProbeLook look) : IAsyncDisposable
{
    /// <summary>The photo whose neighbours are looked for: the first from a random place on.</summary>
    private const string Choose = """SELECT "assetId"::text FROM smart_search WHERE "assetId" >= $1::uuid ORDER BY "assetId" LIMIT 1""";

    private const string ChooseFirst = """SELECT "assetId"::text FROM smart_search ORDER BY "assetId" LIMIT 1""";

    /// <summary>As Immich's own search: the nearest hundred by the distance that clip_index is made for.</summary>
    private const string Nearest = """
        SELECT count(*) FROM (SELECT "assetId" FROM smart_search
        ORDER BY embedding <=> (SELECT embedding FROM smart_search WHERE "assetId" = $1::uuid) LIMIT 100) s
        """;

    /// <summary>Null without the index, and of an empty one.</summary>
    private const string Residency = """
        SELECT 100.0 * count(*) * current_setting('block_size')::int / nullif(pg_relation_size('clip_index'::regclass), 0)
        FROM pg_buffercache WHERE relfilenode = pg_relation_filenode('clip_index'::regclass) AND relforknumber = 0
        AND reldatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
        """;

    private const string Size = "SELECT pg_relation_size(to_regclass('clip_index'))";

    /// <summary>The function of the guide, which does it in its owner's name: an index is its owner's alone.</summary>
    private const string MayPrewarm = "SELECT has_function_privilege(to_regprocedure('prewarm_clip_index()'), 'EXECUTE')";

    private const string Prewarm = "SELECT prewarm_clip_index()";

    private const string PrewarmAsOwner = "SELECT pg_prewarm('clip_index'::regclass)";

    private static readonly TimeSpan PrewarmLimit = TimeSpan.FromMinutes(1);

    /// <summary>Some photo; null when none has been indexed.</summary>
    public async Task<string?> ChooseAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var place = new byte[16];
        look.Random.NextBytes(place);
        return (string?)await AskAsync(Choose, new Guid(place).ToString(), limit, cancellationToken)
            ?? (string?)await AskAsync(ChooseFirst, null, limit, cancellationToken);
    }

    /// <summary>How long the vector query takes, and how many it finds.</summary>
    public async Task<(TimeSpan Took, long Found)> SearchAsync(string photo, TimeSpan limit, CancellationToken cancellationToken)
    {
        var took = TimeSpan.Zero;
        var found = await AskAsync(Nearest, photo, limit, cancellationToken, time => took = time);
        return (took, (long)found!);
    }

    /// <summary>How much of the index is in memory, in percent; null when that is unknown.</summary>
    public async Task<double?> ResidencyAsync(TimeSpan limit, CancellationToken cancellationToken) =>
        await AskAsync(Residency, null, limit, cancellationToken) is { } percent
            ? Convert.ToDouble(percent, CultureInfo.InvariantCulture) : null;

    /// <summary>In bytes; null when there is no such index.</summary>
    public async Task<long?> SizeAsync(TimeSpan limit, CancellationToken cancellationToken) =>
        (long?)await AskAsync(Size, null, limit, cancellationToken);

    /// <summary>Reads the index into memory. Returns how many blocks it has.</summary>
    public async Task<long> PrewarmAsync(CancellationToken cancellationToken)
    {
        var may = await AskAsync(MayPrewarm, null, PrewarmLimit, cancellationToken) is true;
        return (long)(await AskAsync(may ? Prewarm : PrewarmAsOwner, null, PrewarmLimit, cancellationToken))!;
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    /// <param name="timed">Is told how long the query alone took.</param>
    private async Task<object?> AskAsync(
        string sql, string? parameter, TimeSpan limit, CancellationToken cancellationToken, Action<TimeSpan>? timed = null)
    {
        look.Transcript.Sent(sql);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken);
        await using (var begin = new NpgsqlCommand(
            FormattableString.Invariant($"SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = {(long)limit.TotalMilliseconds}"), connection, transaction))
        {
            await begin.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var command = new NpgsqlCommand(sql, connection, transaction);
        if (parameter is not null)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        var began = look.Clock.GetTimestamp();
        var answer = await command.ExecuteScalarAsync(cancellationToken);
        var took = look.Clock.GetElapsedTime(began);
        timed?.Invoke(took);
        look.Transcript.Got(FormattableString.Invariant($"{(answer is null or DBNull ? "nothing" : answer)} in {took.TotalMilliseconds:0.0} ms"));
        await transaction.CommitAsync(cancellationToken);
        return answer is DBNull ? null : answer;
    }
}
