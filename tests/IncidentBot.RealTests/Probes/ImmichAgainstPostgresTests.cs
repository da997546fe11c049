using System.Text.RegularExpressions;
using IncidentBot.Probes.ImmichSearch;
using IncidentBot.Settings;
using IncidentBot.Support;
using Npgsql;
using Xunit;

namespace IncidentBot.Probes;

/// <summary>A PostgreSQL whose login for the probe was made by the statements of the guide.</summary>
public sealed partial class ImmichDatabaseServer : IAsyncLifetime
{
    internal PostgresServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await PostgresServer.StartAsync(CancellationToken.None);
        var guide = File.ReadAllText(Repository.PathOf("docs", "probes", "immich-search.md"));
        var grants = Assert.Single(Sql().Matches(guide)).Groups["sql"].Value;
        await Server.RunAsync("immich", grants, CancellationToken.None);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    [GeneratedRegex("```sql\n(?<sql>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sql();
}

/// <summary>The vector query in a real database: in memory, cold, slow, damaged, and with no more rights than the guide gives.</summary>
public sealed class ImmichAgainstPostgresTests(ImmichDatabaseServer shared) : IClassFixture<ImmichDatabaseServer>, IAsyncDisposable
{
    private const string Distance = "CREATE OR REPLACE FUNCTION distance(real[], real[]) RETURNS float8 LANGUAGE plpgsql STABLE AS ";
    private const string Quick = Distance + "$$ BEGIN RETURN (SELECT sum((a - b) * (a - b)) FROM unnest($1, $2) AS t(a, b)); END $$";

    private readonly Looking _looking = new(ProbeCatalog.Kinds.OfType<ImmichSearchKind>().Single());

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private PostgresServer Server => shared.Server;

    public ValueTask DisposeAsync() => _looking.DisposeAsync();

    [Fact]
    public async Task The_rights_of_the_guide_are_enough_to_measure_and_to_prewarm_and_for_nothing_else()
    {
        await Server.RestartAsync(Stop);
        var options = Options();
        options.Postgres!.PrewarmEvery = TimeSpan.FromMinutes(30);

        var cold = await _looking.LookAsync(options);
        var transcript = string.Join('\n', _looking.Transcript.Lines);
        options.Postgres.PrewarmEvery = null;
        var warm = await _looking.LookAsync(options);

        _looking.Row("PostgreSQL just restarted, prewarmed after the look", cold);
        _looking.Row("none", warm);
        Assert.IsType<ProbeOutcome.Healthy>(cold.Outcome);
        Assert.Equal(1, Looking.Value(cold, "immich_smart_search_probe_success"));
        Assert.InRange(Looking.Value(cold, "immich_clip_index_cached_pct")!.Value, 0, 49);
        Assert.NotNull(Looking.Value(cold, "immich_clip_index_prewarmed_timestamp"));
        Assert.Equal(100, Looking.Value(warm, "immich_clip_index_cached_pct")!.Value, 1.0);
        Assert.DoesNotContain("probe-password", transcript, StringComparison.Ordinal);

        await using var connection = new NpgsqlConnection(Server.Login("immich", "incidentbot", "probe-password"));
        await connection.OpenAsync(Stop);
        foreach (var change in (string[])["DELETE FROM smart_search", "CREATE TABLE mine (x int)", "SELECT pg_read_file('/etc/passwd')"])
        {
            await using var command = new NpgsqlCommand(change, connection);
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Stop))).SqlState);
        }
    }

    [Fact]
    public async Task What_is_cold_is_told_apart_from_what_is_slow()
    {
        try
        {
            await Server.RunAsync("immich", Distance + """
                $$ BEGIN
                  IF coalesce(current_setting('probe.warm', true), '') = '' THEN PERFORM set_config('probe.warm', 'yes', false), pg_sleep(0.6); END IF;
                  RETURN 1;
                END $$
                """, Stop);
            var cold = await _looking.LookAsync(Options());
            await Server.RunAsync("immich", Distance + "$$ BEGIN PERFORM pg_sleep(0.001); RETURN 1; END $$", Stop);
            var slow = await _looking.LookAsync(Options());
            var limited = Options();
            limited.Postgres!.StatementTimeout = TimeSpan.FromMilliseconds(300);
            var ended = await _looking.LookAsync(limited);

            _looking.Row("slow only the first time", cold);
            _looking.Row("slow each time", slow);
            _looking.Row("longer than the statement timeout", ended);
            Assert.StartsWith("cold: the next search right after took", Assert.IsType<ProbeOutcome.Healthy>(cold.Outcome).Warning, StringComparison.Ordinal);
            Assert.Equal(1, Looking.Value(cold, "immich_smart_search_cold"));
            Assert.True(Looking.Value(cold, "immich_smart_search_db_seconds") > 0.5);
            Assert.Contains("the vector query is slow, and not for being cold", Looking.Reason(slow), StringComparison.Ordinal);
            Assert.Equal(1, Looking.Value(slow, "immich_smart_search_probe_success"));
            Assert.EndsWith("no answer within 0.3 s, so the database ended the query", Looking.Reason(ended), StringComparison.Ordinal);
            Assert.Equal(0, Looking.Value(ended, "immich_smart_search_probe_success"));
            Assert.Null(Looking.Value(ended, "immich_smart_search_db_seconds"));
        }
        finally
        {
            await Server.RunAsync("immich", Quick, Stop);
        }
    }

    [Fact]
    public async Task What_is_missing_is_named()
    {
        await using var server = await PostgresServer.StartAsync(Stop);
        await server.RunAsync("immich", "CREATE ROLE incidentbot LOGIN PASSWORD 'probe-password'", Stop);
        await ExpectAsync("no right to read smart_search", "permission denied for table smart_search; the rights that it needs are in docs/probes/immich-search.md");

        await server.RunAsync("immich", "GRANT SELECT ON smart_search TO incidentbot", Stop);
        var unknown = await _looking.LookAsync(Options(server));
        _looking.Row("no extension pg_buffercache", unknown);
        Assert.IsType<ProbeOutcome.Healthy>(unknown.Outcome);
        Assert.Equal(-1, Looking.Value(unknown, "immich_clip_index_cached_pct"));
        Assert.Contains("pg_buffercache", unknown.Details[0].Lines[0], StringComparison.Ordinal);

        await server.RunAsync("immich", "DROP INDEX clip_index", Stop);
        var without = await _looking.LookAsync(Options(server));
        _looking.Row("index clip_index dropped", without);
        Assert.StartsWith("there is no clip_index", Assert.IsType<ProbeOutcome.Healthy>(without.Outcome).Warning, StringComparison.Ordinal);

        await server.RunAsync("immich", "TRUNCATE smart_search", Stop);
        await ExpectAsync("table smart_search empty", "smart_search is empty, so that no search finds anything");
        await server.RunAsync("immich", "DROP TABLE smart_search", Stop);
        await ExpectAsync("another database", "relation \"smart_search\" does not exist; is this Immich's database?");
        await server.RunAsync("immich", "ALTER ROLE incidentbot PASSWORD 'other'", Stop);
        await ExpectAsync("wrong password", $"{server.Address}/immich refuses the login");
        await server.StopAsync();
        await ExpectAsync("PostgreSQL down", $"{server.Address}/immich: connection refused");

        async Task ExpectAsync(string fault, string words)
        {
            var result = await _looking.LookAsync(Options(server));
            _looking.Row(fault, result);
            Assert.Contains(words, Looking.Reason(result), StringComparison.Ordinal);
            Assert.Equal(0, Looking.Value(result, "immich_smart_search_probe_success"));
            Assert.NotNull(Looking.Value(result, "immich_smart_search_probe_last_run_timestamp"));
        }
    }

    private ImmichOptions Options() => Options(Server);

    private static ImmichOptions Options(PostgresServer server) => new()
    {
        Every = TimeSpan.FromDays(1),
        SlowAfter = TimeSpan.FromMilliseconds(500),
        Postgres = new ImmichPostgresOptions { ConnectionString = new Secret(server.Login("immich", "incidentbot", "probe-password")) },
    };
}
