using IncidentBot.Settings;

namespace IncidentBot.Probes;

/// <summary>The scheduled checks, by kind, and where their results go.</summary>
internal sealed class ProbesOptions : KeyedOptions, IKeyedOptions
{
    public static IReadOnlyList<SettingKey> Keys => [.. ProbeCatalog.Kinds.Select(kind => SettingKey.Keyed(kind.Name, kind.Options))];

    /// <summary>Base address of the Pushgateway that results are pushed to. Absent: they are not pushed.</summary>
    public Uri? Pushgateway { get; set; }
}

/// <summary>One scheduled check. Its further keys belong to its kind.</summary>
[FurtherKeys]
internal sealed class ProbeOptions
{
    /// <summary>How often it runs. Required.</summary>
    public TimeSpan? Every { get; set; }
}
