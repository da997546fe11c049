using IncidentBot.Settings;

namespace IncidentBot.Probes;

/// <summary>What the options of every kind of probe have; those of a kind add what it looks at.</summary>
internal abstract class ProbeOptions
{
    /// <summary>Unique among all probes, in pages, addresses and commands. Absent: that of its kind, which one of them may have.</summary>
    public string Name { get; set; } = "";

    /// <summary>How often it runs, at least 5s; each has a stable shift, so that not all run at once. This or cron is required.</summary>
    public TimeSpan? Every { get; set; }

    /// <summary>When it runs, in crontab's five fields as a CronJob takes them. This or every is required.</summary>
    public string? Cron { get; set; }

    /// <summary>Of cron, an IANA name. Absent: that of the server.</summary>
    public TimeZoneInfo? TimeZone { get; set; }

    /// <summary>How long one run may take, 100ms to 30m; what takes longer has failed. Absent: what its kind usually needs.</summary>
    public TimeSpan? Timeout { get; set; }

    /// <summary>Opens an incident without any rule of Prometheus. Absent: rules alone do.</summary>
    public ProbeAlertOptions? Alert { get; set; }

    /// <summary>How its metrics are named to rules.</summary>
    public ProbeMetricsOptions Metrics { get; set; } = new();

    /// <summary>Address of a push monitor of Uptime Kuma, asked after each run. Absent: none is.</summary>
    public Secret? UptimeKumaUrl { get; set; }

    /// <summary>Runbook for when it fails: its path without .md. Absent: the one that its kind names.</summary>
    public string? Runbook { get; set; }
}

/// <summary>How the metrics of a probe are named to rules: <c>metrics</c>.</summary>
internal sealed class ProbeMetricsOptions
{
    /// <summary>Label job, also in the Pushgateway. Absent: what existing rules ask for, by kind.</summary>
    public string? Job { get; set; }

    /// <summary>Further labels of the group in the Pushgateway instead of those that its kind names, such as instance.</summary>
    public Dictionary<string, string>? Group { get; set; }

    /// <summary>Labels of each sample beside those of the group, such as service.</summary>
    public Dictionary<string, string> Labels { get; set; } = [];

    /// <summary>Whether they are pushed, where there is a Pushgateway. Default true.</summary>
    public bool Push { get; set; } = true;
}
