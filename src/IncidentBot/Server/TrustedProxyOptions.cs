using System.Net;

namespace IncidentBot.Server;

/// <summary>A proxy in front of the pages that signs people in, such as Authentik or oauth2-proxy.</summary>
internal sealed class TrustedProxyOptions
{
    /// <summary>
    /// The networks that it comes from, as <c>10.42.0.0/16</c> or a single address; what comes from elsewhere is not believed. Required.
    /// </summary>
    public List<string> From { get; set; } = [];

    /// <summary>
    /// The header that names whom it has signed in; it must take the header out of what comes from outside. Default
    /// <c>X-Forwarded-User</c>; Authentik says <c>X-authentik-username</c>.
    /// </summary>
    public string UserHeader { get; set; } = "X-Forwarded-User";

    /// <summary>Whether this is one of the networks.</summary>
    internal bool Trusts(IPAddress? address)
    {
        if (address is null)
        {
            return false;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return From.Exists(text => Network(text) is { } network && network.Contains(plain));
    }

    /// <summary>A network, or a single address as one; null when the text is none.</summary>
    internal static IPNetwork? Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8) : null;
}
