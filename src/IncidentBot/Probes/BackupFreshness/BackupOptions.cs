namespace IncidentBot.Probes.BackupFreshness;

/// <summary>A folder that should hold a fresh backup: <c>probes.backup</c>.</summary>
internal sealed class BackupOptions : ProbeOptions
{
    /// <summary>The folder, which this program may read. Required.</summary>
    [Settings.RelativeToFile]
    public string? Folder { get; set; }

    /// <summary>Which files are backups, with * and ?. Default *.</summary>
    public string Files { get; set; } = "*";

    /// <summary>How old the newest may be. Required.</summary>
    public TimeSpan? MaxAge { get; set; }

    /// <summary>How small it may be: an empty dump is none. Default 1.</summary>
    public long MinBytes { get; set; } = 1;
}
