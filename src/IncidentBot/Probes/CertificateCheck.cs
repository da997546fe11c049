using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IncidentBot.Probes;

/// <summary>
/// Judges the certificate that a server shows for itself, on the clock of the look. Nobody is asked whether it was revoked: closed networks
/// could not answer.
/// </summary>
/// <param name="host">The name that it must be for.</param>
/// <param name="caFile">Certificates in PEM that are trusted instead of the system's; null for the system's.</param>
internal sealed class CertificateCheck(string host, string? caFile, TimeProvider clock)
{
    /// <summary>When it ends; null when none was shown.</summary>
    public DateTimeOffset? NotAfter { get; private set; }

    /// <summary>What is wrong with it; null for nothing.</summary>
    public string? Problem { get; private set; }

    /// <summary>Who issued it, by common name.</summary>
    public string Issuer { get; private set; } = "";

    /// <summary>Negative when it has expired.</summary>
    public double? DaysLeft => NotAfter is { } end ? (end - clock.GetUtcNow()).TotalDays : null;

    /// <summary>Looks at what a handshake shows. Returns whether it is good.</summary>
    public bool Judge(X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        if (shown is not X509Certificate2 certificate)
        {
            Problem = "the server shows no certificate";
            return false;
        }

        NotAfter = new DateTimeOffset(certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero);
        Issuer = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true);
        Problem = NotAfter <= clock.GetUtcNow() ? Say($"the certificate expired on {NotAfter:yyyy-MM-dd HH:mm} UTC, {-DaysLeft:0} days ago")
            : certificate.NotBefore.ToUniversalTime() > clock.GetUtcNow().UtcDateTime
                ? Say($"the certificate is good only from {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} UTC on")
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
                ? $"the certificate is for {Names(certificate)}, not for {host}"
            : Distrust(certificate, chain);
        return Problem is null;
    }

    /// <summary>A warning when it ends within so long; null otherwise.</summary>
    public string? Warning(TimeSpan before) => NotAfter is { } end && end - clock.GetUtcNow() < before
        ? Say($"the certificate of {host} ends in {DaysLeft:0.#} days, on {end:yyyy-MM-dd}") : null;

    /// <summary>Null when somebody who is trusted stands behind it.</summary>
    private string? Distrust(X509Certificate2 certificate, X509Chain? shown)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = clock.GetUtcNow().UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        foreach (var element in shown?.ChainElements.AsEnumerable() ?? [])
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        if (caFile is not null)
        {
            try
            {
                chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
                chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(caFile);
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or CryptographicException)
            {
                return "ca_file cannot be read as certificates in PEM";
            }
        }

        if (chain.Build(certificate))
        {
            return null;
        }

        var reasons = chain.ChainStatus.Select(status => status.Status).Distinct().ToList();
        return reasons.Contains(X509ChainStatusFlags.UntrustedRoot) || reasons.Contains(X509ChainStatusFlags.PartialChain)
            ? $"nobody who is trusted here stands behind the certificate of {Issuer}: name its authority with ca_file, or have the server send all that is between"
            : $"the certificate is not good: {string.Join(", ", reasons)}";
    }

    private static string Names(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames()).Take(5).ToList();
        return names.Count > 0 ? string.Join(", ", names) : certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
    }

    private static string Say(FormattableString words) => words.ToString(CultureInfo.InvariantCulture);
}
