using IncidentBot.Settings;

namespace IncidentBot.Probes.RedirectGuard;

/// <summary>Paths that must not ask for a login: <c>probes.redirect-guard</c>.</summary>
internal sealed class RedirectGuardOptions : ProbeOptions
{
    /// <summary>What is asked for. Required, at least one.</summary>
    public List<GuardedPath> Paths { get; set; } = [];

    /// <summary>A regular expression that no answer's header may match. Default (?i)(authentik|/if/flow/|/oauth2/|/login).</summary>
    public string Forbidden { get; set; } = "(?i)(authentik|/if/flow/|/oauth2/|/login)";

    /// <summary>The header that is looked at. Default Location.</summary>
    public string Header { get; set; } = "Location";

    /// <summary>Certificates in PEM that are trusted instead of the system's. Absent: the system's.</summary>
    [RelativeToFile]
    public string? CaFile { get; set; }
}

/// <summary>A path that apps, webhooks or the public reach without a login: <c>paths</c>.</summary>
internal sealed class GuardedPath
{
    /// <summary>What is asked for. Required.</summary>
    public Uri? Url { get; set; }

    /// <summary>Whose path it is, a name of runbooks/services.yml. Required.</summary>
    public string Service { get; set; } = "";

    /// <summary>The rule of the proxy that should let it through, for whoever has to look at it. Absent: none is named.</summary>
    public string? CarveOut { get; set; }
}
