using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace IncidentBot.Server;

/// <summary>
/// Where the server listens: <c>localhost:8080</c>, <c>0.0.0.0:8080</c>, <c>[::1]:8080</c>, and <c>:8080</c> or <c>*:8080</c> for
/// all addresses. Other names are not taken, because the web server would listen on all addresses for them.
/// </summary>
/// <param name="Host"><c>localhost</c>, an IP address without brackets, or <c>*</c>.</param>
internal readonly record struct ListenAddress(string Host, int Port)
{
    /// <summary>What may be written, for people.</summary>
    public const string Allowed =
        "host:port, where the host is localhost, an IP address, or nothing for all addresses, such as localhost:8080";

    /// <summary>Only programs on this machine can reach it.</summary>
    public bool IsLoopback => Host is "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>All addresses of this machine, none of which people would write.</summary>
    public bool IsAny => Host is "*"
        || (IPAddress.TryParse(Host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)));

    /// <summary>As the web server wants it: <c>http://localhost:8080</c>.</summary>
    public string Url
    {
        get
        {
            // Kestrel finds a free port for an address only, not for the two addresses behind this name.
            var host = Host is "localhost" && Port == 0 ? "127.0.0.1" : Host;
            return string.Create(
                CultureInfo.InvariantCulture, $"http://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{Port}");
        }
    }

    /// <summary>The same from this machine: what listens on all addresses is asked at the machine's own.</summary>
    public ListenAddress Reachable => Host switch
    {
        "*" or "0.0.0.0" => this with { Host = "127.0.0.1" },
        "::" => this with { Host = "::1" },
        _ => this,
    };

    public static bool TryParse(string? text, [NotNullWhen(true)] out ListenAddress? address)
    {
        address = null;
        var colon = text?.LastIndexOf(':') ?? -1;
        if (colon < 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return false;
        }

        var host = text![..colon];
        if (host is "" or "*")
        {
            address = new ListenAddress("*", port);
        }
        else if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            address = new ListenAddress("localhost", port);
        }
        else if (host.StartsWith('[') && host.EndsWith(']') && IPAddress.TryParse(host[1..^1], out var six)
            && six.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6)
        {
            address = new ListenAddress(six.ToString(), port);
        }
        else if (IPAddress.TryParse(host, out var four) && four.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
            && host.Count(character => character == '.') == 3)
        {
            address = new ListenAddress(four.ToString(), port);
        }

        return address is not null;
    }

    public static ListenAddress Parse(string text) =>
        TryParse(text, out var address) ? address.Value : throw new FormatException($"\"{text}\" is not host:port");

    public override string ToString() => Url["http://".Length..];
}
