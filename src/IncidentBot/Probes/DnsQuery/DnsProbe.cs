using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace IncidentBot.Probes.DnsQuery;

/// <summary>Asks one resolver one question: over UDP, once more when nothing comes, and over TCP when the answer is too long.</summary>
internal sealed class DnsProbe(DnsOptions options) : IProbe
{
    private static readonly TimeSpan PatienceForDatagram = TimeSpan.FromSeconds(2);

    private string Asked => $"{options.Query} {options.Type}";

    public async Task<ProbeResult> LookAsync(ProbeLook look, CancellationToken cancellationToken)
    {
        var began = look.Clock.GetTimestamp();
        var outcome = await AskAsync(look, cancellationToken);
        var took = look.Clock.GetElapsedTime(began);
        return Reachability.Result(outcome is ProbeOutcome.Healthy healthy
            ? healthy with { Words = string.Create(CultureInfo.InvariantCulture, $"{healthy.Words} in {took.TotalMilliseconds:0} ms") }
            : outcome, took);
    }

    private async Task<ProbeOutcome> AskAsync(ProbeLook look, CancellationToken cancellationToken)
    {
        var (addresses, failure) = await Connection.ResolveAsync(options.Resolver!, look, cancellationToken);
        if (failure is not null)
        {
            return failure;
        }

        int id;
        lock (look.Random)
        {
            id = look.Random.Next(ushort.MaxValue);
        }

        var type = DnsMessage.Types[options.Type];
        var question = DnsMessage.Question((ushort)id, options.Query!, type);
        var to = new IPEndPoint(addresses[0], options.Resolver!.Port);
        look.Step($"asking {options.Resolver} for {Asked}");
        var answer = await OverUdpAsync(to, question, (ushort)id, type, look, cancellationToken);
        if (answer is { Truncated: true })
        {
            look.Transcript.Note("the answer is too long for a datagram: again over TCP");
            answer = await OverTcpAsync(question, (ushort)id, type, look, cancellationToken);
        }

        return answer is null
            ? new ProbeOutcome.Unhealthy($"the resolver {options.Resolver} does not answer a question for {Asked}", "asking", "an answer", "none")
            : Judge(answer, look);
    }

    private ProbeOutcome Judge(DnsAnswer answer, ProbeLook look)
    {
        var got = answer.Code switch
        {
            0 when answer.Values.Count == 0 => "an answer without a value",
            0 => string.Join(", ", answer.Values.Order(StringComparer.Ordinal)),
            2 => "SERVFAIL: it cannot find out",
            3 => "NXDOMAIN: the name does not exist",
            5 => "REFUSED: it does not answer us",
            var other => string.Create(CultureInfo.InvariantCulture, $"error {other}"),
        };
        look.Transcript.Got(got);
        var complete = options.Expect.TrueForAll(wanted => answer.Values.Contains(wanted.TrimEnd('.'), StringComparer.OrdinalIgnoreCase));
        return answer is { Code: 0, Values.Count: > 0 } && complete
            ? new ProbeOutcome.Healthy(got)
            : new ProbeOutcome.Unhealthy($"the resolver {options.Resolver} answers {Asked} with {got}", "answer",
                options.Expect.Count > 0 ? string.Join(", ", options.Expect) : "at least one value", got);
    }

    private static async Task<DnsAnswer?> OverUdpAsync(
        IPEndPoint to, byte[] question, ushort id, ushort type, ProbeLook look, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        using var socket = new Socket(to.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            using var patience = new CancellationTokenSource(PatienceForDatagram, look.Clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
            try
            {
                await socket.ConnectAsync(to, either.Token);
                await socket.SendAsync(question, either.Token);
                while (true)
                {
                    // What does not answer this question is somebody else's, or made up.
                    var read = await socket.ReceiveAsync(buffer, either.Token);
                    if (DnsMessage.Read(buffer.AsSpan(0, read), id, type) is { } answer)
                    {
                        return answer;
                    }
                }
            }
            catch (SocketException refused)
            {
                look.Transcript.Note(Connection.Words(refused.SocketErrorCode));
                return null;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                look.Transcript.Note("no datagram within 2 s");
            }
        }

        return null;
    }

    private async Task<DnsAnswer?> OverTcpAsync(
        byte[] question, ushort id, ushort type, ProbeLook look, CancellationToken cancellationToken)
    {
        var (socket, _) = await Connection.OpenAsync(options.Resolver!, look, cancellationToken);
        if (socket is null)
        {
            return null;
        }

        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            var length = new byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)question.Length);
            await stream.WriteAsync(length.Concat(question).ToArray(), cancellationToken);
            await stream.ReadExactlyAsync(length, cancellationToken);
            var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
            await stream.ReadExactlyAsync(answer, cancellationToken);
            return DnsMessage.Read(answer, id, type);
        }
        catch (Exception lost) when (lost is IOException or SocketException)
        {
            look.Transcript.Note("the connection was lost");
            return null;
        }
    }
}
