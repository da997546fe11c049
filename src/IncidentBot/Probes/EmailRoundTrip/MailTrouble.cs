using System.Net.Sockets;
using IncidentBot.Outgoing;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace IncidentBot.Probes.EmailRoundTrip;

/// <summary>What went wrong with a mail server, in words of our own, with the server's where it has any.</summary>
/// <param name="IsForNow">The server says that it may be different later.</param>
internal sealed record MailTrouble(string Words, bool IsForNow = false)
{
    /// <summary>Null when it is no trouble of the server's, but a bug, or the run is over.</summary>
    public static MailTrouble? Of(Exception failure, Stall stall, PrivateAuthority authority, MailServerOptions server) => failure switch
    {
        OperationCanceledException when stall.IsOver => new($"{server.Address}: {stall.Words}"),
        SslHandshakeException when authority.Refusal is { } refusal => new(
            $"{server.Address}: {refusal}{(server.CaFile is null ? "; a private authority goes into ca_file" : "")}"),
        SslHandshakeException => new($"{server.Address} does not speak TLS there; is the port, or tls, another one?"),
        AuthenticationException refused => new($"{server.Address} refuses the login of {server.Username}: {Inner(refused)}"),
        SmtpCommandException { StatusCode: var status } answer when (int)status is >= 400 and < 500 =>
            new($"{server.Address} defers it: {(int)status} {answer.Message}", IsForNow: true),
        SmtpCommandException answer => new($"{server.Address} refuses it: {(int)answer.StatusCode} {answer.Message}"),
        ImapCommandException answer => new($"{server.Address} answers {answer.Response.ToString().ToUpperInvariant()}: {answer.ResponseText}"),
        NotSupportedException when server.Mode == TlsMode.StartTls => new($"{server.Address} does not offer STARTTLS"),
        NotSupportedException => new($"{server.Address} does not offer what is needed: {failure.Message}"),
        FolderNotFoundException missing => new($"{server.Address} has no folder {missing.FolderName}"),
        SocketException refused => new($"{server.Address}: {Connection.Words(refused.SocketErrorCode)}"),
        IOException { InnerException: SocketException lost } => new($"{server.Address}: {Connection.Words(lost.SocketErrorCode)}"),
        ProtocolException or IOException or ServiceNotConnectedException => new($"{server.Address}: connection lost"),
        ServiceNotAuthenticatedException => new($"{server.Address} asks for a login"),
        _ => null,
    };

    private static string Inner(AuthenticationException refused) =>
        refused.InnerException?.Message is { Length: > 0 } said ? said : refused.Message;
}
