using System.Globalization;
using IncidentBot.Settings;

namespace IncidentBot.Probes;

/// <summary>A host with its port, as people write it: <c>nas:22</c>, <c>[2001:db8::1]:443</c>.</summary>
internal sealed record HostPort(string Host, int Port) : ISettingText
{
    public static string Allowed => "a host and its port, such as nas.example.org:22 or [2001:db8::1]:443";

    public static object? FromText(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port is 0 or > 65535)
        {
            return null;
        }

        var host = text[..colon];
        var bare = host is ['[', .. var inner, ']'] ? inner : host;
        var right = string.Equals(host, bare, StringComparison.Ordinal)
            ? Uri.CheckHostName(bare) is UriHostNameType.Dns or UriHostNameType.IPv4
            : Uri.CheckHostName(bare) is UriHostNameType.IPv6;
        return right ? new HostPort(bare, port) : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");
}
