using IncidentBot.Outgoing;
using MailKit;
using MailKit.Security;

namespace IncidentBot.Probes.EmailRoundTrip;

/// <summary>Connects to a mail server as its options say, and logs in.</summary>
internal static class MailConnection
{
    /// <summary>For one answer of a server; opening a large mailbox takes a second or two.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task OpenAsync(
        MailService client, MailServerOptions server, PrivateAuthority authority, ProbeLook look, CancellationToken cancellationToken)
    {
        client.CheckCertificateRevocation = false;
        client.ServerCertificateValidationCallback = (_, certificate, chain, errors) => authority.Accepts(certificate, chain, errors);
        look.Step($"connecting to {server.Address}");
        var tls = server.Mode == TlsMode.StartTls ? SecureSocketOptions.StartTls
            : server.Mode == TlsMode.Implicit ? SecureSocketOptions.SslOnConnect
            : SecureSocketOptions.None;
        await client.ConnectAsync(server.Host, server.UsedPort, tls, cancellationToken);
        if (server is { Username: { } user, Password: { } password })
        {
            look.Step($"logging in to {server.Address}");
            await client.AuthenticateAsync(user, password.Reveal(), cancellationToken);
        }
    }
}
