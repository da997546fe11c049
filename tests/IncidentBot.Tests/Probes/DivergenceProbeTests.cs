using System.Net;
using IncidentBot.Probes.Divergence;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Probes;

public sealed class DivergenceProbeTests : ProbeContract
{
    private const string Good = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    private const string Bad = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n";

    private readonly PlainServer _server = new();

    private protected override ProbeKind Kind => ProbeCatalog.Kinds.OfType<DivergenceKind>().Single();

    private protected override string? Secret => null;

    private protected override Task<ProbeOptions> HealthyAsync() => Task.FromResult<ProbeOptions>(Comparing(_server.Answering(Good), _server.Answering(Good)));

    private protected override Task<ProbeOptions> BrokenAsync() => Task.FromResult<ProbeOptions>(Comparing(_server.Answering(Good), _server.Answering(Bad)));

    private protected override ProbeOptions At(IPEndPoint address) =>
        Comparing(_server.Answering(Good), new Uri($"http://127.0.0.1:{address.Port}/"));

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task What_is_down_inside_too_is_no_divergence()
    {
        var (result, _) = await LookAsync(Comparing(_server.Answering(Bad), _server.Answering(Bad)));
        Assert.Contains("down inside too: wiki", Assert.IsType<ProbeOutcome.Healthy>(result.Outcome).Warning!, StringComparison.Ordinal);
        Assert.Equal(0, Assert.Single(result.Samples).Value);
    }

    private static DivergenceOptions Comparing(Uri inside, Uri outside) => new() { Services = [new TwoWays { Name = "wiki", Internal = inside, External = outside }] };
}
