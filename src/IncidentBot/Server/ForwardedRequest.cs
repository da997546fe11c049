namespace IncidentBot.Server;

/// <summary>
/// Tells requests that a proxy passes on. They come from this machine as far as the connection goes, and from anywhere in truth,
/// so where no token is configured they count as from outside.
/// </summary>
internal static class ForwardedRequest
{
    private const string Prefix = "X-Forwarded-";

    /// <summary>
    /// Whether a proxy says so, in any of the usual ways: <c>Forwarded</c> (RFC 7239), <c>X-Forwarded-…</c>, <c>X-Real-IP</c>.
    /// </summary>
    public static bool IsForwarded(HttpRequest request)
    {
        foreach (var (name, _) in request.Headers)
        {
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || name.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)
                || name.Equals("X-Real-IP", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
