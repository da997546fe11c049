using Microsoft.Data.Sqlite;

namespace IncidentBot.Storage.Sqlite;

/// <summary>What probes found, in the database of the incidents: changes share its commits, reads have connections of their own.</summary>
internal sealed class SqliteProbeRecords(GroupCommit<SqliteSession> commits, SqliteReads reads) : IProbeRecords
{
    private const string RunColumns = "probe, id, at, took, latency, outcome, words";

    public const string Tables = """
        CREATE TABLE probes (
            name          TEXT    NOT NULL PRIMARY KEY,
            state         TEXT    NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE probe_runs (
            probe         TEXT    NOT NULL,
            at            INTEGER NOT NULL,
            id            TEXT    NOT NULL,
            took          INTEGER NOT NULL,
            latency       INTEGER,
            outcome       INTEGER NOT NULL,
            words         TEXT    NOT NULL,
            PRIMARY KEY (probe, at, id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE probe_hours (
            probe         TEXT    NOT NULL,
            hour          INTEGER NOT NULL,
            healthy       INTEGER NOT NULL,
            unhealthy     INTEGER NOT NULL,
            unknown       INTEGER NOT NULL,
            PRIMARY KEY (probe, hour)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE probe_groups (
            gateway       TEXT    NOT NULL,
            path          TEXT    NOT NULL,
            probe         TEXT    NOT NULL,
            PRIMARY KEY (gateway, path)
        ) STRICT, WITHOUT ROWID;
        """;

    public Task KeepAsync(IReadOnlyList<ProbeRow> probes, IReadOnlyList<ProbeRunRow> runs, CancellationToken cancellationToken) =>
        commits.RunAsync(session => session.ChangeOther(tables =>
        {
            foreach (var probe in probes)
            {
                tables.Execute("INSERT INTO probes (name, state) VALUES ($0, $1) ON CONFLICT (name) DO UPDATE SET state = excluded.state",
                    probe.Name, probe.State);
            }

            foreach (var run in runs)
            {
                Keep(tables, run);
            }
        }), cancellationToken);

    public Task<IReadOnlyList<ProbeRow>> ProbesAsync(CancellationToken cancellationToken) =>
        reads.RowsAsync("SELECT name, state FROM probes", row => new ProbeRow(row.GetString(0), row.GetString(1)), cancellationToken);

    public Task<IReadOnlyList<ProbeRunRow>> RunsAsync(string probe, int limit, CancellationToken cancellationToken) => reads.RowsAsync(
        $"SELECT {RunColumns} FROM probe_runs WHERE probe = $0 ORDER BY at DESC, id DESC LIMIT $1", Run, cancellationToken, probe,
        (long)limit);

    public Task<IReadOnlyList<ProbeHours>> HoursAsync(DateTimeOffset since, CancellationToken cancellationToken) => reads.RowsAsync(
        "SELECT probe, sum(healthy), sum(unhealthy), sum(unknown) FROM probe_hours WHERE hour > $0 GROUP BY probe",
        row => new ProbeHours(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)), cancellationToken, Hour(since));

    public Task PruneAsync(DateTimeOffset before, int most, CancellationToken cancellationToken) =>
        commits.RunAsync(session => session.ChangeOther(tables =>
        {
            tables.Execute("DELETE FROM probe_hours WHERE hour < $0", Hour(before));
            tables.Execute("""
                DELETE FROM probe_runs WHERE at < $0 OR (probe, at, id) IN (SELECT probe, at, id FROM
                (SELECT probe, at, id, row_number() OVER (PARTITION BY probe ORDER BY at DESC, id DESC) AS nth FROM probe_runs)
                AS numbered WHERE nth > $1)
                """, Stored.Time(before), (long)most);
            tables.Execute("""
                DELETE FROM probes WHERE NOT EXISTS (SELECT 1 FROM probe_runs WHERE probe = name)
                AND NOT EXISTS (SELECT 1 FROM probe_hours WHERE probe = name)
                """);
        }), cancellationToken);

    public Task<IReadOnlyList<PushedGroup>> GroupsAsync(CancellationToken cancellationToken) => reads.RowsAsync(
        "SELECT gateway, path, probe FROM probe_groups", row => new PushedGroup(row.GetString(0), row.GetString(1), row.GetString(2)),
        cancellationToken);

    public Task KeepGroupAsync(PushedGroup group, bool deleted, CancellationToken cancellationToken) =>
        commits.RunAsync(session => session.ChangeOther(tables =>
        {
            if (deleted)
            {
                tables.Execute("DELETE FROM probe_groups WHERE gateway = $0 AND path = $1", group.Gateway, group.Path);
            }
            else
            {
                tables.Execute("""
                    INSERT INTO probe_groups (gateway, path, probe) VALUES ($0, $1, $2)
                    ON CONFLICT (gateway, path) DO UPDATE SET probe = excluded.probe
                    """, group.Gateway, group.Path, group.Probe);
            }
        }), cancellationToken);

    private static void Keep(SqliteTables tables, ProbeRunRow run)
    {
        tables.Execute($"INSERT INTO probe_runs ({RunColumns}) VALUES ($0, $1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
            run.Probe, run.Id, Stored.Time(run.At), (long)run.Took.TotalMilliseconds, (long?)run.Latency?.TotalMilliseconds,
            (long)run.Outcome, run.Words);
        tables.Execute("""
            INSERT INTO probe_hours (probe, hour, healthy, unhealthy, unknown) VALUES ($0, $1, $2, $3, $4)
            ON CONFLICT (probe, hour) DO UPDATE SET healthy = probe_hours.healthy + excluded.healthy,
            unhealthy = probe_hours.unhealthy + excluded.unhealthy, unknown = probe_hours.unknown + excluded.unknown
            """, run.Probe, Hour(run.At), run.Outcome == 0 ? 1L : 0L, run.Outcome == 1 ? 1L : 0L, run.Outcome == 2 ? 1L : 0L);
    }

    private static long Hour(DateTimeOffset moment) => moment.ToUnixTimeSeconds() / 3600;

    private static ProbeRunRow Run(SqliteDataReader row) => new(row.GetString(0), row.GetString(1), row.Time(2),
        TimeSpan.FromMilliseconds(row.GetInt64(3)), row.IsDBNull(4) ? null : TimeSpan.FromMilliseconds(row.GetInt64(4)), row.GetInt32(5),
        row.GetString(6));
}
