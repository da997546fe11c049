using IncidentBot.Settings;

namespace IncidentBot.Sources;

/// <summary>One cluster of Alertmanagers that posts here.</summary>
internal sealed class AlertmanagerOptions
{
    /// <summary>Name of the cluster; all its peers have one. Required, unique.</summary>
    public string Source { get; set; } = "";

    /// <summary>Addresses of its peers' API, which is read for what webhooks do not say. Empty: webhooks are all that is known.</summary>
    public List<Uri> Urls { get; set; } = [];

    /// <summary>
    /// Where people reach it: links to it and to its form for silences begin so. Absent: as its webhooks say (<c>externalURL</c>).
    /// </summary>
    public Uri? ExternalUrl { get; set; }

    /// <summary>Bearer token that its API asks for. Absent: none.</summary>
    public Secret? ApiToken { get; set; }

    /// <summary>User name of Basic authentication that its API asks for; with <see cref="ApiPassword"/>. Absent: none.</summary>
    public string? ApiUsername { get; set; }

    /// <summary>Password of <see cref="ApiUsername"/>.</summary>
    public Secret? ApiPassword { get; set; }

    /// <summary>How often its API is read. Default 1m.</summary>
    public TimeSpan ReconcileEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Its receivers that post here. Empty: those whose webhooks have come within 30 days.</summary>
    public List<string> Receivers { get; set; } = [];

    /// <summary>
    /// The bearer token, or the password of Basic authentication with <see cref="Source"/> as user name, of its webhooks.
    /// </summary>
    public Secret? WebhookToken { get; set; }

    /// <summary>
    /// The alert that always fires; its absence means that nothing is heard from this source. Absent: not watched, and an alert
    /// called <c>Watchdog</c> is not shown all the same.
    /// </summary>
    public WatchdogOptions? Watchdog { get; set; }
}

/// <summary>The alert that always fires while a source works.</summary>
internal sealed class WatchdogOptions
{
    /// <summary>The name of the alert that always fires. Default <c>Watchdog</c>.</summary>
    public string Alertname { get; set; } = "Watchdog";

    /// <summary>How long it may not be heard of. Default 5m.</summary>
    public TimeSpan MissingAfter { get; set; } = TimeSpan.FromMinutes(5);
}
