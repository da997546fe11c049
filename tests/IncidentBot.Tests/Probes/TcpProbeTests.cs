using System.Net;
using System.Net.Sockets;
using System.Text;
using IncidentBot.Probes.Tcp;

namespace IncidentBot.Probes;

public sealed class TcpProbeTests : ProbeContract
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    private protected override ProbeKind Kind => ProbeCatalog.Kinds.OfType<TcpKind>().Single();

    private protected override string? Secret => null;

    private protected override Task<ProbeOptions> HealthyAsync() => GreetingAsync("SSH-2.0-test\r\n");

    private protected override Task<ProbeOptions> BrokenAsync() => GreetingAsync("220 mail\r\n");

    private protected override ProbeOptions At(IPEndPoint address) =>
        new TcpOptions { Address = new HostPort("127.0.0.1", address.Port), Expect = "SSH-2.0" };

    public override ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return base.DisposeAsync();
    }

    private Task<ProbeOptions> GreetingAsync(string words)
    {
        _listener.Start();
        _ = Task.Run(async () =>
        {
            using var socket = await _listener.AcceptSocketAsync();
            await socket.SendAsync(Encoding.UTF8.GetBytes(words));
            socket.Shutdown(SocketShutdown.Both);
        });
        return Task.FromResult(At((IPEndPoint)_listener.LocalEndpoint));
    }
}
