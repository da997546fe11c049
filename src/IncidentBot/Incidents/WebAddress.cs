using IncidentBot.Alerts;

namespace IncidentBot.Incidents;

/// <summary>What may become a link. Addresses come from labels and annotations, so everything else stays plain text.</summary>
internal static class WebAddress
{
    /// <summary>Browsers and proxies do not take much more than this.</summary>
    public const int Longest = 4000;

    /// <summary>An absolute http or https address without a user name; null for anything else.</summary>
    public static Uri? Parse(string? text) =>
        text is { Length: > 0 and <= Longest }
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https"
        && url.UserInfo.Length == 0
            ? url
            : null;

    /// <summary>Alertmanager's form for a new silence with these labels filled in; null when that cannot be a link.</summary>
    public static Uri? NewSilence(string externalUrl, LabelSet labels) =>
        labels.Count == 0 || Parse(externalUrl) is not { } start
            ? null
            : Parse($"{start.AbsoluteUri.TrimEnd('/')}/#/silences/new?filter={Uri.EscapeDataString(labels.ToString())}");
}
