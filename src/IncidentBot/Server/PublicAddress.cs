namespace IncidentBot.Server;

/// <summary>The address by which people reach the pages: as configured, or where the server turned out to listen.</summary>
internal sealed class PublicAddress
{
    private volatile Uri? _listening;
    private volatile Known? _known;

    /// <summary>Where the server really listens, known once it does: port 0 has become a number.</summary>
    public void Listening(Uri address) => _listening = address;

    /// <summary>The address with a slash at the end; the same object until it changes.</summary>
    public Uri Of(ServerOptions server)
    {
        var (listening, known) = (_listening, _known);
        if (known is null || !ReferenceEquals(known.Server, server) || !ReferenceEquals(known.Listening, listening))
        {
            _known = known = new Known(server, listening, WithSlash(server.ExternalUrl ?? listening ?? Guess(server)));
        }

        return known.Address;
    }

    private static Uri Guess(ServerOptions server) =>
        new(ListenAddress.Parse(server.Listen).Url.Replace("*", "localhost", StringComparison.Ordinal));

    private static Uri WithSlash(Uri address) => address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");

    private sealed record Known(ServerOptions Server, Uri? Listening, Uri Address);
}
