using IncidentBot.Alerts;

namespace IncidentBot.Web;

/// <summary>What may be a link. Addresses come from labels and annotations, so everything else is shown as plain text.</summary>
internal static class Links
{
    /// <summary>Alertmanager's page reads the whole address; browsers and proxies do not take much more than this.</summary>
    public const int Longest = 4000;

    /// <summary>The address when it is an absolute http or https one; null otherwise.</summary>
    public static string? Http(string? text) =>
        text is { Length: > 0 and <= Longest }
        && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is ("http" or "https")
        && uri.UserInfo.Length == 0
            ? uri.AbsoluteUri
            : null;

    /// <summary>Alertmanager's form for a new silence with these labels filled in; null when that cannot be a link.</summary>
    public static string? Silence(string externalUrl, LabelSet labels) =>
        labels.Count == 0 || Http(externalUrl) is not { } start
            ? null
            : Http($"{start.TrimEnd('/')}/#/silences/new?filter={Uri.EscapeDataString(labels.ToString())}");

    /// <summary>A way back within this site: a path, never another host.</summary>
    public static string Local(string? path) =>
        path is ['/', ..] && !path.StartsWith("//", StringComparison.Ordinal) && path.Length <= 2000
        && !path.AsSpan().ContainsAny('\\', '\r', '\n') && !path.Any(char.IsControl)
            ? path
            : "/";
}
