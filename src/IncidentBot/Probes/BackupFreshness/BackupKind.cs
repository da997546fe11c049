using IncidentBot.Settings;

namespace IncidentBot.Probes.BackupFreshness;

/// <summary>Whether a folder holds a fresh backup.</summary>
internal sealed class BackupKind() : ProbeKind<BackupOptions>("backup")
{
    public static readonly MetricFamily LastSuccess = MetricFamily.Gauge(
        "backup_last_success_timestamp_seconds", "When the newest backup of sufficient size was written.");

    public override string Purpose => "Whether there is a fresh backup.";

    public override TimeSpan UsualTimeout => TimeSpan.FromSeconds(30);

    public override IReadOnlyList<MetricFamily> Families { get; } = [LastSuccess];

    public override string Runbook => "backups/backup-stale";

    /// <summary>Existing rules know each backup by its own job: name the probe after it, or set metrics.job.</summary>
    protected override string UsualJob => "backup";

    protected override string JobOf(BackupOptions options) => options.Name.Length > 0 ? options.Name : UsualJob;

    protected override IEnumerable<MetricLabel> UsualGroup(BackupOptions options) => [];

    protected override IProbe Make(BackupOptions options) => new BackupProbe(options);

    protected override string Target(BackupOptions options) => $"{options.Folder}/{options.Files}";

    protected override void Check(BackupOptions options, string path, Requirements requirements)
    {
        requirements.Require($"{path}.folder", options.Folder);
        requirements.Require($"{path}.max_age", options.MaxAge);
        requirements.RequirePositive($"{path}.max_age", options.MaxAge ?? TimeSpan.MaxValue);
        if (options.Files.Length == 0 || options.Files.Contains('/', StringComparison.Ordinal))
        {
            requirements.Complain($"{path}.files", Requirements.Found(options.Files), "the name of files, with * and ?");
        }
    }
}
