using IncidentBot.Settings;

namespace IncidentBot.Probes.ImmichSearch;

/// <summary>Whose smart search is measured: one entry of <c>probes.immich-search</c>.</summary>
internal sealed class ImmichOptions : ProbeOptions
{
    /// <summary>Immich's database, whose vector query is measured by itself. This or url is required.</summary>
    public ImmichPostgresOptions? Postgres { get; set; }

    /// <summary>Address of Immich, whose search is asked as people do. This or postgres is required.</summary>
    public Uri? Url { get; set; }

    /// <summary>A key of Immich's API with the permission asset.read. Required with url.</summary>
    public Secret? ApiKey { get; set; }

    /// <summary>Path of the search, for versions of Immich that have another one. Default /api/search/smart.</summary>
    public string Path { get; set; } = "/api/search/smart";

    /// <summary>What Immich is asked for. Default sunset.</summary>
    public string Query { get; set; } = "sunset";

    /// <summary>A search that takes longer is slow, or cold when the same one right after it is not. Default 1s.</summary>
    public TimeSpan SlowAfter { get; set; } = TimeSpan.FromSeconds(1);
}

/// <summary>Immich's database: <c>postgres</c>.</summary>
internal sealed class ImmichPostgresOptions
{
    /// <summary>
    /// As Npgsql has it: <c>Host=immich-postgres;Database=immich;Username=incidentbot;Password=…</c>, of a login that may read and no more.
    /// Required.
    /// </summary>
    public Secret? ConnectionString { get; set; }

    /// <summary>How long a query may take before the database itself ends it. Default 10s.</summary>
    public TimeSpan StatementTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the index is read into memory, after it has been measured. Absent: never.</summary>
    public TimeSpan? PrewarmEvery { get; set; }
}
