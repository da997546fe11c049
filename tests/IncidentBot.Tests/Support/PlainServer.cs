using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace IncidentBot.Support;

/// <summary>Answers every request with the same bytes, whatever is asked.</summary>
internal sealed class PlainServer : IAsyncDisposable
{
    private readonly ConcurrentBag<TcpListener> _listeners = [];

    public Uri Answering(string answer)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _listeners.Add(listener);
        _ = Task.Run(async () =>
        {
            while (true)
            {
                using var socket = await listener.AcceptSocketAsync();
                var asked = new byte[8192];
                await socket.ReceiveAsync(asked);
                await socket.SendAsync(Encoding.UTF8.GetBytes(answer));
                socket.Shutdown(SocketShutdown.Send);
                while (await socket.ReceiveAsync(asked) > 0)
                {
                }
            }
        });
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/page");
    }

    public ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners)
        {
            listener.Dispose();
        }

        return ValueTask.CompletedTask;
    }
}
