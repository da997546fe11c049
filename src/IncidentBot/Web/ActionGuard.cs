using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using IncidentBot.Server;
using IncidentBot.Settings;

namespace IncidentBot.Web;

/// <summary>Whether a request may change something, and if not, why.</summary>
internal enum GuardAnswer
{
    Allowed,

    /// <summary>Another site's page made the browser send it.</summary>
    CrossSite,

    /// <summary>A token is configured and was not shown.</summary>
    SignInNeeded,

    /// <summary>No token is configured and the server can be reached from other machines, if only through a proxy.</summary>
    TokenMissing,
}

/// <summary>
/// Decides whether a request may change something. With <c>server.api_token</c> it needs the token or the cookie of somebody
/// who signed in with it, or the word of a trusted proxy for an operator; without a token it is allowed only on the machine itself,
/// through no
/// other proxy. A browser must come from our own pages.
/// </summary>
internal sealed class ActionGuard(Func<PageSettings> settings, TimeProvider time, GuardMetrics? metrics = null)
{
    public const string CookieName = "incidentbot";
    public static readonly TimeSpan SignedInFor = TimeSpan.FromDays(30);

    /// <param name="orProgram">What no browser sends is not refused for coming from no page.</param>
    public GuardAnswer Check(HttpRequest request, bool orProgram = false)
    {
        var answer = Answer(request, orProgram);
        metrics?.Count(answer, settings().Proxy?.IsForged(request) == true);
        return answer;
    }

    /// <summary>Whether a request may read what only those may read who may act.</summary>
    public GuardAnswer CheckReader(HttpRequest request) => Bearer(request) is { } bearer
        ? settings().ApiToken?.Is(bearer) == true ? GuardAnswer.Allowed : GuardAnswer.SignInNeeded
        : Offer(request);

    private GuardAnswer Answer(HttpRequest request, bool orProgram)
    {
        var current = settings();
        if (Bearer(request) is { } bearer)
        {
            // Another site's page cannot set this header, so where the request comes from does not matter.
            return current.ApiToken?.Is(bearer) == true ? GuardAnswer.Allowed : GuardAnswer.SignInNeeded;
        }

        if (!FromOwnPage(request) && !(orProgram && FromProgram(request)))
        {
            return GuardAnswer.CrossSite;
        }

        return Offer(request);
    }

    /// <summary>
    /// Whether a form that this reader sends from our own pages would be allowed, so that a page offers only what works.
    /// </summary>
    public GuardAnswer Offer(HttpRequest request)
    {
        var current = settings();
        if (current.Proxy?.Of(request) is { IsOperator: true })
        {
            return GuardAnswer.Allowed;
        }

        if (current.ApiToken is { } token)
        {
            return SignedIn(request, token) ? GuardAnswer.Allowed : GuardAnswer.SignInNeeded;
        }

        // A name that an attacker's DNS points at this machine is the browser's "same origin" too, so the name must be our own.
        return current.OnLoopback && IsLoopback(request.Host.Host) && !ForwardedRequest.IsForwarded(request) ? GuardAnswer.Allowed
            : GuardAnswer.TokenMissing;
    }

    /// <summary>Whether the browser that sends this is signed in; also true when nobody needs to.</summary>
    public bool SignedIn(HttpRequest request) => settings().ApiToken is not { } token || SignedIn(request, token);

    /// <summary>Whether the browser says that one of our own pages sends this. Browsers say so with every form.</summary>
    public bool FromOwnPage(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"];
        var origin = request.Headers.Origin;
        if (site.Count > 0 && !string.Equals(site.ToString(), "same-origin", StringComparison.Ordinal))
        {
            return false;
        }

        return origin.Count == 0 ? site.Count > 0 : IsOwn(origin.ToString(), request);
    }

    /// <summary>The cookie's value for somebody who has just shown the token.</summary>
    public string NewCookie(Secret token)
    {
        var until = (time.GetUtcNow() + SignedInFor).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"{until}.{Sign(token, until)}";
    }

    /// <summary>Whether a cookie may be marked as for encrypted connections only without being lost.</summary>
    public static bool Encrypted(HttpRequest request, PageSettings settings) =>
        request.IsHttps
        || (settings.ExternalUrl is { Scheme: "https" } external
            && string.Equals(external.Host, request.Host.Host, StringComparison.OrdinalIgnoreCase));

    /// <summary>Browsers say where a request comes from; those too old for that send forms of a few types only.</summary>
    private static bool FromProgram(HttpRequest request) =>
        request.Headers.Origin.Count == 0 && request.Headers["Sec-Fetch-Site"].Count == 0
        && (request.ContentType is null || request.HasJsonContentType() || HttpMethods.IsDelete(request.Method));

    private static string? Bearer(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
    }

    private bool IsOwn(string origin, HttpRequest request)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var from))
        {
            return false;
        }

        return string.Equals(from.Authority, Authority(from.Scheme, request.Host), StringComparison.OrdinalIgnoreCase)
            || (settings().ExternalUrl is { } external
                && string.Equals(from.GetLeftPart(UriPartial.Authority), external.GetLeftPart(UriPartial.Authority),
                    StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The Host header as an origin of the same scheme would write it: without the scheme's own port.</summary>
    private static string Authority(string scheme, HostString host) =>
        Uri.TryCreate($"{scheme}://{host.Value}", UriKind.Absolute, out var uri) ? uri.Authority : "";

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private bool SignedIn(HttpRequest request, Secret token)
    {
        var cookie = request.Cookies[CookieName];
        var dot = cookie?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        if (dot <= 0 || !long.TryParse(cookie.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var until)
            || until < time.GetUtcNow().ToUnixTimeSeconds())
        {
            return false;
        }

        var signature = Sign(token, cookie![..dot]);
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(cookie[(dot + 1)..]));
    }

    private static string Sign(Secret token, string until) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(token.Reveal()), Encoding.UTF8.GetBytes($"incidentbot sign-in until {until}")));
}
