namespace IncidentBot.Probes.ImmichSearch;

/// <summary>What rules know of Immich's search. The first four names are those of the script that this probe replaces.</summary>
internal static class ImmichMetrics
{
    public static readonly MetricFamily DbSeconds = MetricFamily.Gauge("immich_smart_search_db_seconds",
        "How long the vector query took in the database, without connecting.");

    public static readonly MetricFamily CachedPercent = MetricFamily.Gauge("immich_clip_index_cached_pct",
        "How much of clip_index is in the database's memory, in percent; -1 when that cannot be told.");

    public static readonly MetricFamily Success = MetricFamily.Gauge("immich_smart_search_probe_success",
        "Whether the last search could be measured, however long it took: 1 or 0.");

    public static readonly MetricFamily LastRun = MetricFamily.Gauge("immich_smart_search_probe_last_run_timestamp",
        "When the search was last measured, or tried to be, in seconds since 1970.");

    public static readonly MetricFamily ApiSeconds = MetricFamily.Gauge("immich_smart_search_api_seconds",
        "How long a search by Immich's API took.");

    public static readonly MetricFamily WarmSeconds = MetricFamily.Gauge("immich_smart_search_warm_seconds",
        "How long the same search took right after the first one.");

    public static readonly MetricFamily Cold = MetricFamily.Gauge("immich_smart_search_cold",
        "Whether the first search was slow and the one right after it was not: 1 or 0.");

    public static readonly MetricFamily Prewarmed = MetricFamily.Gauge("immich_clip_index_prewarmed_timestamp",
        "When this probe last read clip_index into the database's memory, in seconds since 1970.");

    public static IReadOnlyList<MetricFamily> All { get; } =
        [DbSeconds, CachedPercent, Success, LastRun, ApiSeconds, WarmSeconds, Cold, Prewarmed];
}
