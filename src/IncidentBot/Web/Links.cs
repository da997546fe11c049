using IncidentBot.Alerts;
using IncidentBot.Incidents;

namespace IncidentBot.Web;

/// <summary>What may be a link. Addresses come from labels and annotations, so everything else is shown as plain text.</summary>
internal static class Links
{
    /// <summary>The address when it is an absolute http or https one; null otherwise.</summary>
    public static string? Http(string? text) => WebAddress.Parse(text)?.AbsoluteUri;

    /// <summary>Alertmanager's form for a new silence with these labels filled in; null when that cannot be a link.</summary>
    public static string? Silence(string externalUrl, LabelSet labels) => WebAddress.NewSilence(externalUrl, labels)?.AbsoluteUri;

    /// <summary>A way back within this site: a path, never another host.</summary>
    public static string Local(string? path) =>
        path is ['/', ..] && !path.StartsWith("//", StringComparison.Ordinal) && path.Length <= 2000
        && !path.AsSpan().ContainsAny('\\', '\r', '\n') && !path.Any(char.IsControl)
            ? path
            : "/";
}
