using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace IncidentBot.Probes.Tls;

/// <summary>Shakes hands, and looks at the certificate that is shown, also at one that is not good.</summary>
internal sealed class TlsProbe(TlsOptions options) : IProbe
{
    public async Task<ProbeResult> LookAsync(ProbeLook look, CancellationToken cancellationToken)
    {
        var began = look.Clock.GetTimestamp();
        var check = new CertificateCheck(options.ServerName ?? options.Address!.Host, options.CaFile, look.Clock);
        var (socket, failure) = await Connection.OpenAsync(options.Address!, look, cancellationToken);
        failure = socket is null ? failure : await ShakeHandsAsync(socket, check, look, cancellationToken);
        var outcome = failure ?? (ProbeOutcome)new ProbeOutcome.Healthy(string.Create(CultureInfo.InvariantCulture,
            $"good for {check.DaysLeft:0} days, issued by {check.Issuer}"), check.Warning(options.CertificateWarning));
        return Reachability.Result(outcome, look.Clock.GetElapsedTime(began), [.. Reachability.Expiry(check)]);
    }

    private async Task<ProbeOutcome.Unhealthy?> ShakeHandsAsync(
        Socket socket, CertificateCheck check, ProbeLook look, CancellationToken cancellationToken)
    {
        await using var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        look.Step($"TLS handshake with {options.Address}");
        try
        {
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = options.ServerName ?? options.Address!.Host,

                // It is judged, and looked at whether it is good or not.
                RemoteCertificateValidationCallback = (_, shown, chain, errors) => check.Judge(shown, chain, errors) || shown is not null,
            }, cancellationToken);
        }
        catch (Exception lost) when (lost is AuthenticationException or IOException or SocketException)
        {
            const string Got = "no encrypted connection could be agreed on";
            look.Transcript.Note(Got);
            return new ProbeOutcome.Unhealthy($"{options.Address} speaks no TLS that is understood here: {Got}", "TLS handshake",
                "a handshake", Got);
        }

        look.Transcript.Got(string.Create(CultureInfo.InvariantCulture,
            $"{stream.SslProtocol}, {stream.NegotiatedCipherSuite}; certificate of {check.Issuer} until {check.NotAfter:yyyy-MM-dd HH:mm} UTC"));
        return check.Problem is { } problem
            ? new ProbeOutcome.Unhealthy($"{options.Address}: {problem}", "certificate", "a good certificate", problem)
            : null;
    }
}
