using IncidentBot.Settings;

namespace IncidentBot.Probes.ImmichSearch;

/// <summary>Whether Immich's smart search is quick, and its index in memory.</summary>
internal sealed class ImmichSearchKind() : ProbeKind<ImmichOptions>("immich-search")
{
    private static readonly TimeSpan LongestStatement = TimeSpan.FromMinutes(1);

    public override string Purpose => "Whether Immich's smart search is quick, and its index in memory.";

    public override TimeSpan UsualTimeout => TimeSpan.FromMinutes(3);

    public override IReadOnlyList<MetricFamily> Families => ImmichMetrics.All;

    public override string Runbook => "media/immich-smart-search";

    protected override string UsualJob => "immich-search-probe";

    protected override IProbe Make(ImmichOptions options) =>
        options.Postgres is { } postgres ? new ImmichDatabaseProbe(options, postgres) : new ImmichApiProbe(options);

    protected override string Target(ImmichOptions options) =>
        options.Postgres is { ConnectionString: { } connection } ? ConnectionText.Target(connection) : options.Url?.Authority ?? "";

    protected override void Check(ImmichOptions options, string path, Requirements requirements)
    {
        requirements.RequirePositive($"{path}.slow_after", options.SlowAfter);
        if ((options.Postgres is not null || requirements.Has($"{path}.postgres")) == (options.Url is not null || requirements.Has($"{path}.url")))
        {
            requirements.Complain(path, "not exactly one way to ask", "postgres, or url with api_key");
        }
        else if (options.Postgres is { } postgres)
        {
            CheckPostgres(postgres, $"{path}.postgres", requirements);
        }
        else
        {
            requirements.Require($"{path}.api_key", options.ApiKey, " with url");
            if (!options.Path.StartsWith('/') || options.Path.AsSpan().IndexOfAny("?#\r\n ") >= 0)
            {
                requirements.Complain($"{path}.path", Requirements.Found(options.Path), "a path such as /api/search/smart");
            }
        }
    }

    private static void CheckPostgres(ImmichPostgresOptions postgres, string path, Requirements requirements)
    {
        requirements.Require($"{path}.connection_string", postgres.ConnectionString);
        requirements.RequireTimeout($"{path}.statement_timeout", postgres.StatementTimeout);
        if (postgres.StatementTimeout > LongestStatement)
        {
            requirements.Complain($"{path}.statement_timeout", Requirements.Found(Duration.Format(postgres.StatementTimeout)),
                $"at most {Duration.Format(LongestStatement)}");
        }

        if (postgres.PrewarmEvery is { } prewarm)
        {
            requirements.RequireAtLeast($"{path}.prewarm_every", prewarm, TimeSpan.FromMinutes(1));
        }

        if (postgres.ConnectionString?.Reveal().Contains("://", StringComparison.Ordinal) == true)
        {
            requirements.Complain(requirements.SecretPath($"{path}.connection_string"), "found an address",
                "Host=…;Database=immich;Username=…;Password=…, with a semicolon between them");
        }
    }
}
