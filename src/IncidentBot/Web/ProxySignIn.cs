using IncidentBot.Chat;
using IncidentBot.Rooms;
using IncidentBot.Server;

namespace IncidentBot.Web;

/// <summary>
/// Believes a proxy about whom it has signed in, when the connection comes from its networks and names one person. The same header from
/// anywhere else is nothing.
/// </summary>
internal sealed class ProxySignIn(TrustedProxyOptions proxy, People people)
{
    private const string Kind = "web";
    private const int LongestName = 200;

    /// <summary>Whom the proxy has signed in; null when it is not the proxy, or nobody.</summary>
    public Speaker? Of(HttpRequest request) =>
        request.Headers[proxy.UserHeader] is [{ Length: > 0 and <= LongestName } name]
            && proxy.Trusts(request.HttpContext.Connection.RemoteIpAddress)
            ? people.Of(new Person(Kind, name.Trim()), name) : null;

    /// <summary>Somebody sends the header who is not the proxy.</summary>
    public bool IsForged(HttpRequest request) =>
        request.Headers.ContainsKey(proxy.UserHeader) && !proxy.Trusts(request.HttpContext.Connection.RemoteIpAddress);
}
