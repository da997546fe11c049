namespace IncidentBot.Probes.RegistryIntegrity;

/// <summary>What rules know of a registry. The first six names are those of the script that this probe replaces.</summary>
internal static class RegistryMetrics
{
    public static readonly MetricFamily Failures = MetricFamily.Gauge("registry_manifest_integrity_failures",
        "How many manifests that tags need cannot be served, or lack a config or layer.");

    public static readonly MetricFamily CatalogAccessible = MetricFamily.Gauge("registry_manifest_integrity_catalog_accessible",
        "Whether the registry's catalog could be read: 1 or 0.");

    public static readonly MetricFamily Repositories = MetricFamily.Gauge("registry_manifest_integrity_repos_checked",
        "How many repositories were checked.");

    public static readonly MetricFamily Tags = MetricFamily.Gauge("registry_manifest_integrity_tags_checked", "How many tags were checked.");

    public static readonly MetricFamily Indexes = MetricFamily.Gauge("registry_manifest_integrity_indexes_checked",
        "How many multi-architecture indexes were checked.");

    public static readonly MetricFamily LastRun = MetricFamily.Gauge("registry_manifest_integrity_last_run_timestamp",
        "When the registry was last checked, in seconds since 1970.");

    public static readonly MetricFamily BrokenBlobs = MetricFamily.Gauge("registry_manifest_integrity_broken_blobs",
        "How many configs and layers cannot be read, or are not what their digest says.");

    public static readonly MetricFamily Blobs = MetricFamily.Gauge("registry_manifest_integrity_blobs_checked",
        "How many configs and layers were checked by reading one byte.");

    public static readonly MetricFamily Hashed = MetricFamily.Gauge("registry_manifest_integrity_hashed_bytes",
        "How many bytes of configs and layers were read whole and hashed in the last run.");

    public static readonly MetricFamily NotChecked = MetricFamily.Gauge("registry_manifest_integrity_unchecked",
        "How many things could not be checked: no rights, asked to wait for too long, names that cannot be.");

    public static readonly MetricFamily Requests = MetricFamily.Gauge("registry_manifest_integrity_requests",
        "How many requests the last run made.");

    public static IReadOnlyList<MetricFamily> All { get; } =
        [Failures, CatalogAccessible, Repositories, Tags, Indexes, LastRun, BrokenBlobs, Blobs, Hashed, NotChecked, Requests];
}
