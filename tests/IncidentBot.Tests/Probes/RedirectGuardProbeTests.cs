using System.Net;
using IncidentBot.Probes.RedirectGuard;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Probes;

public sealed class RedirectGuardProbeTests : ProbeContract
{
    private const string Walled = "HTTP/1.1 302 Found\r\nLocation: https://sso.example.org/outpost.goauthentik.io/start?rd=hunter2-hunter2\r\nContent-Length: 0\r\n\r\n";
    private const string Open = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private readonly PlainServer _server = new();

    private protected override ProbeKind Kind => ProbeCatalog.Kinds.OfType<RedirectGuardKind>().Single();

    private protected override string Secret => "hunter2-hunter2";

    private protected override Task<ProbeOptions> HealthyAsync() => Task.FromResult<ProbeOptions>(Guarding(_server.Answering(Open)));

    private protected override Task<ProbeOptions> BrokenAsync() => Task.FromResult<ProbeOptions>(Guarding(_server.Answering(Walled)));

    private protected override ProbeOptions At(IPEndPoint address) => Guarding(new Uri($"http://127.0.0.1:{address.Port}/webhook"));

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task It_names_whose_path_is_walled_off_and_the_rule_that_should_let_it_through()
    {
        var options = Guarding(_server.Answering(Open), _server.Answering(Walled));
        options.Paths[1].CarveOut = "immich-share";
        var (result, _) = await LookAsync(options);
        var broken = (ProbeOutcome.Unhealthy)result.Outcome;
        Assert.Contains("service-1", broken.Reason, StringComparison.Ordinal);
        Assert.Contains("immich-share", broken.Reason, StringComparison.Ordinal);
        Assert.Equal([0, 1], result.Samples.Select(sample => sample.Value));
        Assert.Equal(["service-0", "service-1"], result.Samples.Select(sample => sample.Labels.Single(label => label.Name == "service").Value));
    }

    private static RedirectGuardOptions Guarding(params Uri[] urls) => new() { Paths = [.. urls.Select((url, i) => new GuardedPath { Url = url, Service = $"service-{i}" })] };
}
