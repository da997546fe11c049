using System.Text;
using IncidentBot.Sources;

namespace IncidentBot.Webhooks;

/// <summary>Finds out which source a webhook is from, by its Bearer token or its Basic password, in constant time.</summary>
internal static class WebhookAuthentication
{
    /// <summary>Without a configured Alertmanager everything is from this source.</summary>
    public const string DefaultSource = "default";

    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";
    private const int LongestHeader = 4096;

    /// <summary>The source, or null when the request does not prove one.</summary>
    public static string? Source(string? authorization, IReadOnlyList<AlertmanagerOptions> alertmanagers)
    {
        if (alertmanagers.Count == 0)
        {
            return DefaultSource;
        }

        if (NobodyHasAToken(alertmanagers))
        {
            // Nobody has a token, so the settings allow that; a user name may still tell several sources apart.
            var named = Credentials(authorization).User;
            return alertmanagers.Count == 1 ? alertmanagers[0].Source
                : alertmanagers.FirstOrDefault(one => string.Equals(one.Source, named, StringComparison.Ordinal))?.Source;
        }

        var (user, secret) = Credentials(authorization);
        string? source = null;
        foreach (var one in alertmanagers)
        {
            // Every token is compared, so that the time tells nothing about which one was nearly right.
            var right = one.WebhookToken?.Is(secret) ?? false;
            if (right && (user is null || string.Equals(user, one.Source, StringComparison.Ordinal)))
            {
                source = one.Source;
            }
        }

        return source;
    }

    /// <summary>Then webhooks prove nothing, and only where they come from can speak for them.</summary>
    public static bool NobodyHasAToken(IReadOnlyList<AlertmanagerOptions> alertmanagers) =>
        alertmanagers.All(one => one.WebhookToken is null);

    private static (string? User, string Secret) Credentials(string? authorization)
    {
        if (authorization is null || authorization.Length > LongestHeader)
        {
            return (null, "");
        }

        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return (null, authorization[Bearer.Length..].Trim());
        }

        if (!authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            return (null, "");
        }

        var bytes = new byte[authorization.Length];
        if (!Convert.TryFromBase64String(authorization[Basic.Length..].Trim(), bytes, out var count))
        {
            return ("", "");
        }

        var pair = Encoding.UTF8.GetString(bytes, 0, count);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (pair, "") : (pair[..colon], pair[(colon + 1)..]);
    }
}
