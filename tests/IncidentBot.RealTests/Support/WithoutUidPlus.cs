using System.Net;
using System.Net.Sockets;
using System.Text;

namespace IncidentBot.Support;

/// <summary>Passes an unencrypted IMAP session on, and lets the server seem to have no UIDPLUS. It keeps what it was told.</summary>
internal sealed class WithoutUidPlus : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly StringBuilder _heard = new();
    private readonly int _port;

    public WithoutUidPlus(int port)
    {
        _port = port;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What clients have said.</summary>
    public string Heard
    {
        get
        {
            lock (_heard)
            {
                return _heard.ToString();
            }
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            _ = PassAsync(client);
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            await server.ConnectAsync(IPAddress.Loopback, _port, _stop.Token);
            await Task.WhenAny(CopyAsync(client, server, Listen), CopyAsync(server, client, Hide));
        }
    }

    private string Listen(string text)
    {
        lock (_heard)
        {
            _heard.Append(text);
        }

        return text;
    }

    private static string Hide(string text) => text.Replace("UIDPLUS", "XIDPLUS", StringComparison.Ordinal);

    private async Task CopyAsync(TcpClient from, TcpClient to, Func<string, string> change)
    {
        var buffer = new byte[16 * 1024];
        while (await from.GetStream().ReadAsync(buffer, _stop.Token) is > 0 and var read)
        {
            await to.GetStream().WriteAsync(Encoding.Latin1.GetBytes(change(Encoding.Latin1.GetString(buffer, 0, read))), _stop.Token);
        }
    }
}
