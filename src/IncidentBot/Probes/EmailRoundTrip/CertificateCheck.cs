using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IncidentBot.Probes.EmailRoundTrip;

/// <summary>
/// Judges the certificate of a mail server: by the system's authorities, or by those of a file. Lists of revoked certificates are not
/// fetched: behind a firewall that is a long wait, and private authorities have none.
/// </summary>
internal sealed class CertificateCheck
{
    private readonly X509Certificate2Collection? _authorities;

    private CertificateCheck(X509Certificate2Collection? authorities) => _authorities = authorities;

    /// <summary>What is wrong with it; null while nothing is.</summary>
    public string? Problem { get; private set; }

    /// <summary>The check, or why the file cannot be used.</summary>
    public static (CertificateCheck? Check, string? Problem) From(string? caFile)
    {
        if (caFile is null)
        {
            return (new CertificateCheck(null), null);
        }

        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(caFile);
            return authorities.Count > 0 ? (new CertificateCheck(authorities), null) : (null, $"the file {caFile} holds no certificate in PEM");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return (null, $"the file {caFile} cannot be read");
        }
    }

    /// <summary>Whether it is good; called by the library in the handshake.</summary>
    public bool IsGood(X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors)
    {
        Problem = null;
        if (certificate is not X509Certificate2 own)
        {
            Problem = "the server shows no certificate";
        }
        else if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            Problem = $"its certificate is for another name: {Names(own)}";
        }
        else if (_authorities is not null)
        {
            Problem = AgainstFile(own, sent);
        }
        else if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            Problem = $"its certificate is not trusted ({Statuses(sent)}); a private authority goes into ca_file";
        }

        return Problem is null;
    }

    private string? AgainstFile(X509Certificate2 own, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities!);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(own) ? null : $"its certificate is not of an authority in ca_file, or not in time ({Statuses(chain)})";
    }

    private static string Statuses(X509Chain? chain) =>
        string.Join(", ", (chain?.ChainStatus ?? []).Select(status => $"{status.Status}").Distinct(StringComparer.Ordinal));

    private static string Names(X509Certificate2 certificate) => string.Join(", ", certificate.Extensions
        .OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames()).Take(5)
        .DefaultIfEmpty(certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false)));
}
