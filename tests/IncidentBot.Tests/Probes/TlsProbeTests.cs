using System.Net;
using IncidentBot.Probes.Tls;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Probes;

public sealed class TlsProbeTests : ProbeContract
{
    private readonly List<TlsServer> _servers = [];

    private protected override ProbeKind Kind => ProbeCatalog.Kinds.OfType<TlsKind>().Single();

    private protected override string? Secret => null;

    private protected override Task<ProbeOptions> HealthyAsync() => Task.FromResult<ProbeOptions>(Serving(90, "localhost"));

    private protected override Task<ProbeOptions> BrokenAsync() => Task.FromResult<ProbeOptions>(Serving(-2, "localhost"));

    private protected override ProbeOptions At(IPEndPoint address) => new TlsOptions { Address = new HostPort("127.0.0.1", address.Port) };

    public override async ValueTask DisposeAsync()
    {
        _servers.ForEach(server => server.Dispose());
        await base.DisposeAsync();
    }

    [Fact]
    public async Task An_expired_certificate_still_says_when_it_ended()
    {
        var (result, _) = await LookAsync(Serving(-2, "localhost"));
        var end = result.Samples.Single(sample => sample.Family == Reachability.CertificateExpiry).Value;
        Assert.InRange((end - Clock.GetUtcNow().ToUnixTimeSeconds()) / 86400, -2.1, -1.9);
        Assert.Contains("2 days ago", ((ProbeOutcome.Unhealthy)result.Outcome).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other.example.org", true, "the certificate is for other.example.org, not for localhost")]
    [InlineData("localhost", false, "nobody who is trusted here stands behind the certificate of Home CA")]
    public async Task A_wrong_name_and_an_unknown_authority_are_told_apart(string name, bool trusted, string said)
    {
        var options = Serving(90, name);
        options.CaFile = trusted ? options.CaFile : null;
        var (result, _) = await LookAsync(options);
        Assert.Contains(said, ((ProbeOutcome.Unhealthy)result.Outcome).Reason, StringComparison.Ordinal);
    }

    private TlsOptions Serving(int days, string name)
    {
        var server = new TlsServer(days, name);
        _servers.Add(server);
        return new TlsOptions { Address = new HostPort("localhost", server.Port), CaFile = server.CaFile };
    }
}
