namespace IncidentBot.Settings;

/// <summary>The scheduled checks and where their results go.</summary>
internal sealed class ProbesOptions
{
    /// <summary>Base address of the Pushgateway that results are pushed to. Absent: they are not pushed.</summary>
    public Uri? Pushgateway { get; set; }

    /// <summary>Whether mail that is sent arrives.</summary>
    [Key("email-roundtrip")]
    public ProbeOptions? EmailRoundtrip { get; set; }

    /// <summary>Whether a container registry can serve all that its catalog promises.</summary>
    [Key("registry-integrity")]
    public ProbeOptions? RegistryIntegrity { get; set; }

    /// <summary>Whether Immich's search index is in memory and quick.</summary>
    [Key("immich-search")]
    public ProbeOptions? ImmichSearch { get; set; }
}

/// <summary>One scheduled check. Its further keys belong to its kind.</summary>
[FurtherKeys]
internal sealed class ProbeOptions
{
    /// <summary>How often it runs. Required.</summary>
    public TimeSpan? Every { get; set; }
}
