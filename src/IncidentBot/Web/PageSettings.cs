using IncidentBot.Channels;
using IncidentBot.Chat;
using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Sources;

namespace IncidentBot.Web;

/// <summary>What pages need to know of the settings; read anew for each request, so that a reload is seen.</summary>
/// <param name="ApiToken">What people and programs prove that they may act with; null when none is configured.</param>
/// <param name="OnLoopback">The server can be reached from this machine only.</param>
/// <param name="ExternalUrl">The address by which people reach the pages; null when it is not configured.</param>
/// <param name="TimeZone">Of times, until the reader's browser shows its own.</param>
internal sealed record PageSettings(Secret? ApiToken, bool OnLoopback, Uri? ExternalUrl, TimeZoneInfo TimeZone)
{
    /// <summary>By which people reach what alerts name.</summary>
    public PeopleAddresses Addresses { get; init; } = PeopleAddresses.AsTold;

    /// <summary>Whom a proxy has signed in, and who of those may act; null when no proxy is believed.</summary>
    public ProxySignIn? Proxy { get; init; }

    public static PageSettings Of(ServerOptions server, PeopleOptions? people = null) =>
        new(server.ApiToken, ListenAddress.Parse(server.Listen).IsLoopback, server.ExternalUrl, server.TimeZone)
        {
            Proxy = server.TrustedProxy is { } proxy ? new ProxySignIn(proxy, new People(people ?? new PeopleOptions())) : null,
        };
}
