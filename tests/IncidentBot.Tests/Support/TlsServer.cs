using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IncidentBot.Support;

/// <summary>A server with a certificate of a private authority, good for so many days.</summary>
internal sealed class TlsServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("incidentbot-tls-");

    public TlsServer(int days, string name)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var caRequest = new CertificateRequest("CN=Home CA", caKey, HashAlgorithmName.SHA256);
        caRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var ca = caRequest.CreateSelfSigned(now.AddDays(-400), now.AddDays(400));
        File.WriteAllText(CaFile, ca.ExportCertificatePem());
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
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
                catch (Exception lost) when (lost is IOException or AuthenticationException or SocketException)
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
