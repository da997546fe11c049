using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace IncidentBot.Support;

/// <summary>An address at which nobody listens, and at which nobody can begin to for as long as it is kept.</summary>
internal sealed class Nowhere : IDisposable
{
    private readonly Socket _held = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public Nowhere() => _held.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://{_held.LocalEndPoint}/"));

    public void Dispose() => _held.Dispose();
}
