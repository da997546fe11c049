using System.Net;
using System.Net.Sockets;
using IncidentBot.Probes.DnsQuery;
using Xunit;

namespace IncidentBot.Probes;

public sealed class DnsProbeTests : ProbeContract
{
    private readonly List<Socket> _sockets = [];

    private protected override ProbeKind Kind => ProbeCatalog.Kinds.OfType<DnsKind>().Single();

    private protected override string? Secret => null;

    private protected override Task<ProbeOptions> HealthyAsync() => Task.FromResult<ProbeOptions>(Resolver(0, "192.0.2.7"));

    private protected override Task<ProbeOptions> BrokenAsync() => Task.FromResult<ProbeOptions>(Resolver(3));

    private protected override ProbeOptions At(IPEndPoint address) =>
        new DnsOptions { Resolver = new HostPort("127.0.0.1", address.Port), Query = "nas.example.org", Expect = ["192.0.2.7"] };

    public override async ValueTask DisposeAsync()
    {
        _sockets.ForEach(socket => socket.Dispose());
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData(2, "SERVFAIL")]
    [InlineData(3, "NXDOMAIN")]
    [InlineData(5, "REFUSED")]
    [InlineData(0, "an answer without a value")]
    public async Task What_a_resolver_says_instead_is_said(int code, string said)
    {
        var (result, _) = await LookAsync(Resolver(code));
        Assert.Contains(said, ((ProbeOutcome.Unhealthy)result.Outcome).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_address_than_the_expected_is_wrong()
    {
        var (result, _) = await LookAsync(Resolver(0, "198.51.100.1"));
        Assert.Equal(("192.0.2.7", "198.51.100.1"), (((ProbeOutcome.Unhealthy)result.Outcome).Expected, ((ProbeOutcome.Unhealthy)result.Outcome).Got));
    }

    [Fact]
    public void Whatever_bytes_come_no_answer_is_read_out_of_them_by_an_exception()
    {
        var random = new Random(5);
        var answer = Answer(DnsMessage.Question(7, "nas.example.org", 1), 0, "192.0.2.7");
        for (var i = 0; i < 20_000; i++)
        {
            var broken = answer.ToArray();
            for (var j = 0; j < 4; j++)
            {
                broken[random.Next(2, broken.Length)] = (byte)random.Next(256);
            }

            _ = DnsMessage.Read(broken.AsSpan(0, random.Next(broken.Length + 1)), 7, 1);
        }

        Assert.Equal(["192.0.2.7"], DnsMessage.Read(answer, 7, 1)!.Values);
        Assert.Null(DnsMessage.Read(answer, 8, 1));
    }

    private DnsOptions Resolver(int code, string? address = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _sockets.Add(socket);
        _ = Task.Run(async () =>
        {
            var buffer = new byte[512];
            while (true)
            {
                var asked = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                await socket.SendToAsync(Answer(buffer[..asked.ReceivedBytes], code, address), asked.RemoteEndPoint);
            }
        });
        return (DnsOptions)At((IPEndPoint)socket.LocalEndPoint!);
    }

    private static byte[] Answer(byte[] question, int code, string? address)
    {
        var answer = question.ToList();
        answer[2] |= 0x80;
        answer[3] = (byte)(0x80 | code);
        if (address is not null)
        {
            answer[7] = 1;
            answer.AddRange([0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, .. IPAddress.Parse(address).GetAddressBytes()]);
        }

        return [.. answer];
    }
}
