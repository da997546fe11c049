using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using IncidentBot.Probes.Http;
using IncidentBot.Settings;
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

/// <summary>Answers every request with the same bytes, whatever is asked.</summary>
internal sealed class PlainServer : IAsyncDisposable
{
    private readonly ConcurrentBag<TcpListener> _listeners = [];

    public Uri Answering(string answer)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _listeners.Add(listener);
        _ = Task.Run(async () =>
        {
            while (true)
            {
                using var socket = await listener.AcceptSocketAsync();
                var asked = new byte[8192];
                await socket.ReceiveAsync(asked);
                await socket.SendAsync(Encoding.UTF8.GetBytes(answer));
                socket.Shutdown(SocketShutdown.Send);
                while (await socket.ReceiveAsync(asked) > 0)
                {
                }
            }
        });
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/page");
    }

    public ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners)
        {
            listener.Dispose();
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>A server with a certificate of a private authority, good for so many days.</summary>
internal sealed class TlsServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("incidentbot-tls-");

    public TlsServer(int days, string name)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var caKey = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var caRequest = new CertificateRequest("CN=Home CA", caKey, System.Security.Cryptography.HashAlgorithmName.SHA256);
        caRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var ca = caRequest.CreateSelfSigned(now.AddDays(-400), now.AddDays(400));
        File.WriteAllText(CaFile, ca.ExportCertificatePem());
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(ca, now.AddDays(-100), now.AddDays(days), [1, 2, 3, 4]);
        using var both = signed.CopyWithPrivateKey(key);
        var shown = X509CertificateLoader.LoadPkcs12(both.Export(X509ContentType.Pfx), null);
        _listener.Start();
        _ = Task.Run(async () =>
        {
            while (true)
            {
                using var socket = await _listener.AcceptSocketAsync();
                try
                {
                    await using var stream = new SslStream(new NetworkStream(socket));
                    await stream.AuthenticateAsServerAsync(shown);
                    var asked = new byte[8192];
                    _ = await stream.ReadAtLeastAsync(asked, 1, throwOnEndOfStream: false);
                    await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray());
                    while (await stream.ReadAsync(asked) > 0)
                    {
                    }
                }
                catch (Exception lost) when (lost is IOException or System.Security.Authentication.AuthenticationException or SocketException)
                {
                    // Whoever distrusts hangs up.
                }
            }
        });
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string CaFile => Path.Combine(_folder.FullName, "ca.pem");

    public void Dispose()
    {
        _listener.Dispose();
        _folder.Delete(recursive: true);
    }
}
