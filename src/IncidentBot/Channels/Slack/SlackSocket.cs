using System.Net;
using System.Net.WebSockets;
using System.Text.Json;

namespace IncidentBot.Channels.Slack;

/// <summary>
/// One WebSocket of Slack's Socket Mode. It reads frames until either side lets go, hands each on, and sends receipts back on the same
/// socket. The platform's own answer to pings hides a dead peer, so this side pings too.
/// </summary>
internal sealed class SlackSocket(ClientWebSocket socket, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>Longer frames than Slack's longest message with its blocks are somebody else's.</summary>
    private const int LongestFrame = 1024 * 1024;

    /// <summary>
    /// Slack does not close the connection after the farewell, so nobody waits for it. (node-slack-sdk, socket-mode 3.2.0)
    /// </summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _oneSender = new(1);
    private readonly TaskCompletionSource<bool> _hello = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True when Slack has greeted; false when the socket ended before.</summary>
    public Task<bool> Hello => _hello.Task;

    /// <summary>Why Slack wants the socket replaced or closed it; null while it wants nothing.</summary>
    public string? Reason { get; private set; }

    /// <summary>Whether nothing comes any more.</summary>
    public bool Ended { get; private set; }

    /// <summary>Ends when reading has ended.</summary>
    public Task Reading { get; private set; } = Task.CompletedTask;

    /// <exception cref="WebSocketException">There is no connection.</exception>
    public static async Task<SlackSocket> ConnectAsync(Uri address, IWebProxy? proxy, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(10);
            socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(10);
            socket.Options.Proxy = proxy;
            await socket.ConnectAsync(address, cancellationToken);
            return new SlackSocket(socket, clock);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <param name="take">Takes a frame that brings something; must not throw, and is not waited for.</param>
    /// <param name="changed">Called when Slack wants another socket or this one has ended.</param>
    public void Read(Action<SlackFrame> take, Action changed, CancellationToken cancellationToken) =>
        Reading = ReadAsync(take, changed, cancellationToken);

    /// <summary>Sends a receipt; false when the socket is gone.</summary>
    public async Task<bool> ConfirmAsync(SlackReceipt receipt, CancellationToken cancellationToken)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(receipt, SlackInboundJson.Default.SlackReceipt);
        await _oneSender.WaitAsync(cancellationToken);
        try
        {
            await socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
            return true;
        }
        catch (Exception failure) when (failure is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            return false;
        }
        finally
        {
            _oneSender.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(Farewell, clock);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
                await Reading.WaitAsync(patience.Token);
            }
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // It goes anyway.
        }

        socket.Dispose();
        await Reading;
        _oneSender.Dispose();
    }

    private async Task ReadAsync(Action<SlackFrame> take, Action changed, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            using var frame = new MemoryStream();
            var buffer = new byte[16 * 1024];
            while (await NextAsync(frame, buffer, cancellationToken) is { } next)
            {
                if (next.Type is "hello")
                {
                    _hello.TrySetResult(true);
                }
                else if (next.Type is "disconnect")
                {
                    Reason = next.Reason ?? "disconnect";
                    changed();
                }
                else
                {
                    take(next);
                }
            }
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or ObjectDisposedException
            or JsonException or InvalidOperationException)
        {
            // What cannot be read any more is replaced by another socket.
        }

        Reason ??= "connection lost";
        Ended = true;
        _hello.TrySetResult(false);
        changed();
    }

    /// <summary>The next frame; null when the peer has closed or sends what Slack does not send.</summary>
    private async Task<SlackFrame?> NextAsync(MemoryStream frame, byte[] buffer, CancellationToken cancellationToken)
    {
        frame.SetLength(0);
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            if (part.MessageType != WebSocketMessageType.Text || frame.Length + part.Count > LongestFrame)
            {
                return null;
            }

            frame.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
            {
                return JsonSerializer.Deserialize(frame.GetBuffer().AsSpan(0, (int)frame.Length), SlackInboundJson.Default.SlackFrame);
            }
        }
    }
}
