using IncidentBot.Settings;

namespace IncidentBot.Delivery;

/// <summary>Somebody else who notices when IncidentBot itself is silent: Uptime Kuma, healthchecks.io.</summary>
internal sealed class HeartbeatOptions
{
    /// <summary>
    /// The address that is asked for while the loop delivers, the store writes, and nothing waits for long that no room takes. It holds a
    /// token, so it is a secret. Required.
    /// </summary>
    public Secret? Url { get; set; }

    /// <summary>How often. Default 1m.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(1);
}
