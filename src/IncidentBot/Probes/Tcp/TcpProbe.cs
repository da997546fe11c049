using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace IncidentBot.Probes.Tcp;

/// <summary>Connects, says what is to be said, and waits for what should come.</summary>
internal sealed class TcpProbe(TcpOptions options) : IProbe
{
    private const int MostRead = 4096;

    public async Task<ProbeResult> LookAsync(ProbeLook look, CancellationToken cancellationToken)
    {
        var began = look.Clock.GetTimestamp();
        var (socket, failure) = await Connection.OpenAsync(options.Address!, look, cancellationToken);
        using (socket)
        {
            var took = look.Clock.GetElapsedTime(began);
            ProbeOutcome outcome = failure ?? (socket is null ? throw new InvalidOperationException("no socket and no failure")
                : await TalkAsync(socket, look, cancellationToken)
                    ?? (ProbeOutcome)new ProbeOutcome.Healthy(string.Create(CultureInfo.InvariantCulture,
                        $"connected in {took.TotalMilliseconds:0} ms")));
            return Reachability.Result(outcome, look.Clock.GetElapsedTime(began));
        }
    }

    /// <summary>Null when all is as it should be.</summary>
    private async Task<ProbeOutcome.Unhealthy?> TalkAsync(Socket socket, ProbeLook look, CancellationToken cancellationToken)
    {
        try
        {
            if (options.Send is { } send)
            {
                look.Transcript.Sent(send);
                var words = send.Replace("\\r", "\r", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal);
                await socket.SendAsync(Encoding.UTF8.GetBytes(words), cancellationToken);
            }

            return options.Expect is { } expected ? await ListenAsync(socket, expected, look, cancellationToken) : null;
        }
        catch (SocketException lost)
        {
            var got = Connection.Words(lost.SocketErrorCode);
            return new ProbeOutcome.Unhealthy($"{options.Address} took a connection and ended it: {got}", "talking", "an answer", got);
        }
    }

    private async Task<ProbeOutcome.Unhealthy?> ListenAsync(
        Socket socket, string expected, ProbeLook look, CancellationToken cancellationToken)
    {
        look.Step($"waiting for {expected}");
        var heard = new byte[MostRead];
        var length = 0;
        while (length < MostRead)
        {
            var read = await socket.ReceiveAsync(heard.AsMemory(length), cancellationToken);
            length += read;
            if (Encoding.UTF8.GetString(heard, 0, length).Contains(expected, StringComparison.Ordinal))
            {
                look.Transcript.Got(Encoding.UTF8.GetString(heard, 0, length));
                return null;
            }

            if (read == 0)
            {
                break;
            }
        }

        var got = length == 0 ? "nothing" : look.Transcript.Clean(Encoding.UTF8.GetString(heard, 0, Math.Min(length, 200)));
        look.Transcript.Got(got);
        return new ProbeOutcome.Unhealthy($"{options.Address} takes connections and does not say what it should", "waiting",
            $"a text with {expected}", got);
    }
}
