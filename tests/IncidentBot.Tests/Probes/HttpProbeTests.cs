using System.Net;
using IncidentBot.Probes.Http;
using IncidentBot.Settings;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Probes;

public sealed class HttpProbeTests : ProbeContract
{
    private readonly PlainServer _server = new();

    private protected override ProbeKind Kind => ProbeCatalog.Kinds.OfType<HttpKind>().Single();

    private protected override string Secret => "hunter2-hunter2";

    private protected override Task<ProbeOptions> HealthyAsync() => Task.FromResult<ProbeOptions>(Asking(_server.Answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")));

    private protected override Task<ProbeOptions> BrokenAsync() => Task.FromResult<ProbeOptions>(Asking(_server.Answering("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")));

    private protected override ProbeOptions At(IPEndPoint address) => Asking(new Uri($"http://127.0.0.1:{address.Port}/page?token=hunter2-hunter2"));

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: https://sso.example.org/login?state=hunter2-hunter2\r\nContent-Length: 0\r\n\r\n", "answers 302, to https://sso.example.org/login")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", "the connection ended without a whole answer")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n", "an answer that is no HTTP")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "answers 404")]
    public async Task What_comes_instead_is_said(string answer, string said)
    {
        var (result, _) = await LookAsync(Asking(_server.Answering(answer)));
        var broken = Assert.IsType<ProbeOutcome.Unhealthy>(result.Outcome);
        AssertSays(broken);
        Assert.Contains(said, broken.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("body_matches: Welcome", true)]
    [InlineData("body_matches: Goodbye", false)]
    [InlineData("body_matches_not: Fatal", true)]
    [InlineData("body_matches_not: Wel.*me", false)]
    [InlineData("header_matches: { x-kind: ^good$ }", true)]
    [InlineData("header_matches: { x-kind: bad }", false)]
    [InlineData("header_matches: { x-other: . }", false)]
    [InlineData("status: [301, 200]", true)]
    [InlineData("status: 204", false)]
    [InlineData("json: { status.db: ok, items.1.id: 7 }", true)]
    [InlineData("json: { status.db: down }", false)]
    [InlineData("json: { items.9.id: 7 }", false)]
    public async Task An_answer_is_compared_with_all_that_it_should_be(string expectation, bool healthy)
    {
        var body = "{\"status\":{\"db\":\"ok\"},\"items\":[{\"id\":1},{\"id\":7}],\"words\":\"Welcome\"}";
        using var place = new Place();
        var (loaded, complaints) = place.Load($"probes:\n  http:\n    every: 1m\n    url: {_server.Answering($"HTTP/1.1 200 OK\r\nX-Kind: good\r\nContent-Length: {body.Length}\r\n\r\n{body}")}\n    {expectation}\n");
        Assert.Empty(complaints);
        var (result, _) = await LookAsync(loaded.Options!.Probes!.All.Single().Options);
        Assert.Equal(healthy, result.Outcome is ProbeOutcome.Healthy);
        Assert.Equal(200, result.Samples.Single(sample => sample.Family == HttpKind.Status).Value);
    }

    [Theory]
    [InlineData(100, true, null)]
    [InlineData(10, true, "ends in 10 days")]
    [InlineData(-3, false, "expired")]
    public async Task A_certificate_that_ends_soon_is_a_warning_and_one_that_has_ended_a_failure_with_its_end(int days, bool healthy, string? said)
    {
        using var tls = new TlsServer(days, "localhost");
        var (result, _) = await LookAsync(new HttpOptions { Url = new Uri($"https://localhost:{tls.Port}/"), CaFile = tls.CaFile });
        var words = result.Outcome is ProbeOutcome.Healthy good ? good.Warning : ((ProbeOutcome.Unhealthy)result.Outcome).Reason;
        Assert.Equal(healthy, result.Outcome is ProbeOutcome.Healthy);
        if (said is null)
        {
            Assert.Null(words);
        }
        else
        {
            Assert.Contains(said, words!, StringComparison.Ordinal);
        }

        var end = result.Samples.Single(sample => sample.Family == Reachability.CertificateExpiry).Value;
        Assert.InRange((end - Clock.GetUtcNow().ToUnixTimeSeconds()) / 86400, days - 0.1, days + 0.1);
    }

    private static HttpOptions Asking(Uri url) => new() { Url = url, Password = new Secret("hunter2-hunter2") };
}
