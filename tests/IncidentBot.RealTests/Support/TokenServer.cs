using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace IncidentBot.Support;

/// <summary>Gives tokens to whoever knows the password, as the servers beside registries do.</summary>
internal sealed class TokenServer : IAsyncDisposable
{
    private readonly RSA _key = RSA.Create(2048);
    private readonly X509Certificate2 _certificate;
    private WebApplication _app = null!;
    private int _given;

    private TokenServer()
    {
        var request = new CertificateRequest("CN=tests", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        _certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
    }

    public Uri Url { get; private set; } = null!;

    /// <summary>How long a token is good for. The registry lets it pass for a minute longer than it says.</summary>
    public TimeSpan Life { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>What the answer says of it.</summary>
    public TimeSpan SaidLife { get; set; } = TimeSpan.FromMinutes(5);

    public int Given => _given;

    public static async Task<TokenServer> StartAsync(CancellationToken cancellationToken)
    {
        var server = new TokenServer();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        server._app = builder.Build();
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync(cancellationToken);
        server.Url = new Uri(new Uri(server._app.Urls.Single()), "/token");
        return server;
    }

    /// <summary>What the registry's configuration says of it.</summary>
    public string Section(TemporaryFolder folder) =>
        $"auth: {{token: {{realm: \"{Url}\", service: registry, issuer: tests, rootcertbundle: {folder.Write("tokens.pem", _certificate.ExportCertificatePem())}}}}}";

    public string Token(string scope)
    {
        var now = TimeProvider.System.GetUtcNow();
        var access = string.Join(",", scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split(':'))
            .Select(parts => $$"""{"type":"{{parts[0]}}","name":"{{string.Join(':', parts[1..^1])}}","actions":["{{string.Join("\",\"", parts[^1].Split(','))}}"]}"""));
        var head = Coded($$"""{"typ":"JWT","alg":"RS256","x5c":["{{Convert.ToBase64String(_certificate.RawData)}}"]}""");
        var body = Coded(string.Create(CultureInfo.InvariantCulture, $$"""
            {"iss":"tests","aud":"registry","sub":"puller","jti":"{{_given}}","nbf":{{now.AddMinutes(-5).ToUnixTimeSeconds()}},"iat":{{now.ToUnixTimeSeconds()}},
            "exp":{{(now + Life - TimeSpan.FromSeconds(60)).ToUnixTimeSeconds()}},"access":[{{access}}]}
            """));
        var signature = _key.SignData(Encoding.ASCII.GetBytes($"{head}.{body}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{head}.{body}.{Coded(signature)}";
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
        _key.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Headers.Authorization != "Basic " + Convert.ToBase64String("puller:s3cret"u8))
        {
            context.Response.StatusCode = 401;
            return;
        }

        Interlocked.Increment(ref _given);
        await context.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture,
            $$"""{"token":"{{Token(string.Join(' ', context.Request.Query["scope"].ToArray()))}}","expires_in":{{(int)SaidLife.TotalSeconds}}}"""));
    }

    private static string Coded(string text) => Coded(Encoding.UTF8.GetBytes(text));

    private static string Coded(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
