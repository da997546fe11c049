using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace IncidentBot.Benchmarks;

/// <summary>What a measurement gave.</summary>
/// <param name="PerSecond">Good answers in a second.</param>
/// <param name="P50">Time to the answer, in milliseconds.</param>
/// <param name="Bad">Answers that were not 2xx.</param>
internal readonly record struct Measured(double PerSecond, double P50, double P99, int Good, int Bad);

/// <summary>
/// Posts bodies over connections that stay open and counts the answers. It writes and reads sockets itself, so that it takes
/// as little as possible of the two sides' processors.
/// </summary>
internal static class Load
{
    /// <param name="address">Host and port.</param>
    /// <param name="path">Where to post.</param>
    /// <param name="body">The n-th body; called by many at once.</param>
    /// <param name="perSecond">How many to begin in a second; null for as many as the connections carry.</param>
    /// <param name="most">Stop after so many requests.</param>
    public static async Task<Measured> RunAsync(
        Uri address, string path, Func<int, byte[]> body, int connections, TimeSpan span, double? perSecond = null, int most = int.MaxValue)
    {
        var times = new ConcurrentBag<List<double>>();
        var next = -1;
        var bad = 0;
        var begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(address.Host, address.Port);
            var mine = new List<double>();
            var answer = new byte[16 * 1024];
            while (Interlocked.Increment(ref next) is var index && index < most)
            {
                var planned = perSecond is { } rate ? TimeSpan.FromSeconds(index / rate) : TimeSpan.Zero;
                var wait = planned - Stopwatch.GetElapsedTime(begun);
                if (wait > TimeSpan.FromMilliseconds(1))
                {
                    await Task.Delay(wait);
                }

                if (Stopwatch.GetElapsedTime(begun) > span)
                {
                    break;
                }

                // With a planned rate the time counts from the plan, so that waiting for a free connection is not hidden.
                var content = body(index);
                var from = perSecond is null ? Stopwatch.GetTimestamp() : begun + (long)(planned.TotalSeconds * Stopwatch.Frequency);
                var good = await PostAsync(socket, address, path, content, answer);
                mine.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
                if (!good)
                {
                    Interlocked.Increment(ref bad);
                }
            }

            times.Add(mine);
        })));
        var took = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var all = times.SelectMany(list => list).Order().ToArray();
        return all.Length == 0 ? default : new Measured((all.Length - bad) / took, At(all, 0.5), At(all, 0.99), all.Length - bad, bad);
    }

    private static double At(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];

    private static async Task<bool> PostAsync(Socket socket, Uri address, string path, byte[] content, byte[] answer)
    {
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"POST {path} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\nContent-Length: {content.Length}\r\n\r\n"));
        await socket.SendAsync(new List<ArraySegment<byte>> { head, content }, SocketFlags.None);
        var length = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(answer.AsMemory(length));
            if (read == 0)
            {
                throw new IOException("the server closed the connection");
            }

            length += read;
            if (Complete(answer.AsSpan(0, length)))
            {
                return answer[9] == '2';
            }
        }
    }

    private static bool Complete(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        var head = Encoding.ASCII.GetString(answer[..end]);
        var at = head.IndexOf("Content-Length:", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return !head.Contains("chunked", StringComparison.OrdinalIgnoreCase) || answer.EndsWith("0\r\n\r\n"u8);
        }

        var line = head[(at + 15)..];
        var size = int.Parse(line.Split('\r')[0], CultureInfo.InvariantCulture);
        return answer.Length >= end + 4 + size;
    }
}
