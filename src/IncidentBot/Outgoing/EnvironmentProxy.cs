using System.Globalization;
using System.Net;

namespace IncidentBot.Outgoing;

/// <summary>
/// The proxy that <c>HTTP_PROXY</c>, <c>HTTPS_PROXY</c> and <c>NO_PROXY</c> name, by the rules of Go's programs, which the clusters of this
/// field are configured for: <c>NO_PROXY</c> knows <c>*</c>, address ranges such as <c>10.0.0.0/8</c>, names with all below them, names
/// with a dot in front for only what is below them, and ports. This machine itself is never asked through a proxy.
/// </summary>
/// <remarks>
/// https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config; the platform's own reading knows neither ranges nor <c>*</c>.
/// </remarks>
internal sealed class EnvironmentProxy : IWebProxy
{
    private readonly Uri? _http;
    private readonly Uri? _https;
    private readonly List<Exemption> _exemptions = [];
    private readonly bool _always;

    /// <param name="variable">Reads a variable of the environment; null when it is not set.</param>
    public EnvironmentProxy(Func<string, string?> variable)
    {
        _http = Address(Either(variable, "HTTP_PROXY") ?? Either(variable, "ALL_PROXY"));
        _https = Address(Either(variable, "HTTPS_PROXY") ?? Either(variable, "ALL_PROXY"));
        foreach (var entry in (Either(variable, "NO_PROXY") ?? "")
            .Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (entry is "*")
            {
                _always = true;
            }
            else
            {
                _exemptions.Add(Exemption.Parse(entry));
            }
        }

        Credentials = Login(_http) ?? Login(_https);
    }

    public ICredentials? Credentials { get; set; }

    /// <summary>The proxy that an address is asked through, as people name it; null when it is asked directly.</summary>
    public string? NameFor(Uri? destination) => destination is not null && GetProxy(destination) is { } proxy ? proxy.Authority : null;

    /// <summary>The proxy for an address; null when it is asked directly.</summary>
    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : Of(destination);

    public bool IsBypassed(Uri host) => _always || Of(host) is null || IsThisMachine(host)
        || _exemptions.Exists(exemption => exemption.Takes(host));

    private Uri? Of(Uri destination) => destination.Scheme is "https" or "wss" ? _https : _http;

    private static bool IsThisMachine(Uri host) =>
        host.IdnHost.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.IdnHost, out var address) && IPAddress.IsLoopback(address));

    private static string? Either(Func<string, string?> variable, string name) =>
        variable(name) is { Length: > 0 } upper ? upper : variable(name.ToLowerInvariant()) is { Length: > 0 } lower ? lower : null;

    private static Uri? Address(string? text) =>
        text is null ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var address)
            && address.Scheme is "http" or "https" or "socks4" or "socks4a" or "socks5" ? address
        : !text.Contains("://", StringComparison.Ordinal) && Uri.TryCreate("http://" + text, UriKind.Absolute, out var named) ? named
        : null;

    private static NetworkCredential? Login(Uri? proxy)
    {
        if (proxy?.UserInfo is not { Length: > 0 } login)
        {
            return null;
        }

        var colon = login.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? new NetworkCredential(Uri.UnescapeDataString(login), "")
            : new NetworkCredential(Uri.UnescapeDataString(login[..colon]), Uri.UnescapeDataString(login[(colon + 1)..]));
    }

    /// <summary>One entry of <c>NO_PROXY</c>.</summary>
    /// <param name="Range">The addresses that it names; null when it names hosts.</param>
    /// <param name="Below">The names below which it names all, with the dot in front.</param>
    /// <param name="Name">The name that it names itself; null when only those below it.</param>
    /// <param name="Port">The only port; null for all.</param>
    private sealed record Exemption(IPNetwork? Range, string Below, string? Name, int? Port)
    {
        public static Exemption Parse(string entry)
        {
            if (IPNetwork.TryParse(entry, out var range))
            {
                return new Exemption(range, "", null, null);
            }

            int? port = null;
            if (!IPAddress.TryParse(entry, out var address) && entry.LastIndexOf(':') is > 0 and var colon
                && ushort.TryParse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                (entry, port) = (entry[..colon], number);
                address = IPAddress.TryParse(entry, out var numbered) ? numbered : null;
            }

            if (address is not null)
            {
                return new Exemption(new IPNetwork(address, address.GetAddressBytes().Length * 8), "", null, port);
            }

            var name = entry.StartsWith("*.", StringComparison.Ordinal) ? entry[1..] : entry;
            return name.StartsWith('.') ? new Exemption(null, name, null, port) : new Exemption(null, "." + name, name, port);
        }

        public bool Takes(Uri host)
        {
            if (Port is { } port && port != host.Port)
            {
                return false;
            }

            if (Range is { } range)
            {
                return IPAddress.TryParse(host.IdnHost, out var address) && range.Contains(address);
            }

            return host.IdnHost.Equals(Name, StringComparison.OrdinalIgnoreCase)
                || (Below.Length > 1 && host.IdnHost.EndsWith(Below, StringComparison.OrdinalIgnoreCase));
        }
    }
}
