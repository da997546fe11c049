using IncidentBot.Settings;

namespace IncidentBot.Probes.Divergence;

/// <summary>Services that must be reached from outside when they work inside: <c>probes.divergence</c>.</summary>
internal sealed class DivergenceOptions : ProbeOptions
{
    /// <summary>What is compared. Required, at least one.</summary>
    public List<TwoWays> Services { get; set; } = [];

    /// <summary>Certificates in PEM that are trusted inside instead of the system's. Absent: the system's.</summary>
    [RelativeToFile]
    public string? CaFile { get; set; }
}

/// <summary>Two ways to one service: <c>services</c>.</summary>
internal sealed class TwoWays
{
    /// <summary>What people call it. Required.</summary>
    public string Name { get; set; } = "";

    /// <summary>The way inside. Required.</summary>
    public Uri? Internal { get; set; }

    /// <summary>The way that others take. Required.</summary>
    public Uri? External { get; set; }
}
