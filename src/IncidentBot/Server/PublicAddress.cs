namespace IncidentBot.Server;

/// <summary>The address by which people reach the pages: as configured, or where the server turned out to listen.</summary>
internal sealed class PublicAddress
{
    private volatile Uri? _listening;

    /// <summary>Raised when the server knows where it listens.</summary>
    public event Action? Changed;

    /// <summary>Where the server really listens, known once it does: port 0 has become a number.</summary>
    public void Listening(Uri address)
    {
        _listening = address;
        Changed?.Invoke();
    }

    /// <summary>The address with a slash at the end.</summary>
    public Uri Of(ServerOptions server)
    {
        var address = server.ExternalUrl ?? _listening ?? new Uri(ListenAddress.Parse(server.Listen).Url.Replace("*", "localhost", StringComparison.Ordinal));
        return address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
    }
}
