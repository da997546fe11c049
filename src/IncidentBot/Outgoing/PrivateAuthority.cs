using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace IncidentBot.Outgoing;

/// <summary>
/// Decides whom to believe by TLS: a server whose certificate the configured authority has signed, or, where none is configured, one that
/// this machine trusts. It remembers why it last refused, because the failure of the connection does not say.
/// </summary>
/// <param name="file">The file of the authority in force, in PEM; null for this machine's own.</param>
internal sealed class PrivateAuthority(Func<string?> file)
{
    private readonly Lock _lock = new();
    private (string File, DateTime Written, X509Certificate2Collection Roots)? _read;
    private volatile string? _refusal;

    /// <summary>Why the last certificate was refused; null when it was not.</summary>
    public string? Refusal => _refusal;

    /// <summary>Reads certificates; says what is wrong with the file.</summary>
    public static (X509Certificate2Collection? Roots, string? Problem) Read(string path)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return (null, failure is FileNotFoundException or DirectoryNotFoundException ? "the file does not exist"
                : failure is CryptographicException ? "the file holds no certificate in PEM" : "the file cannot be read");
        }

        return roots.Count == 0 ? (null, "the file holds no certificate in PEM") : (roots, null);
    }

    /// <summary>Whether a connection is to be used; for <see cref="SslClientAuthenticationOptions.RemoteCertificateValidationCallback"/>.</summary>
    public bool Accepts(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        _refusal = file() is { } path ? ByAuthority(path, certificate, chain, errors) : Words(errors, "this machine trusts");
        return _refusal is null;
    }

    private string? ByAuthority(string path, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if ((errors & ~SslPolicyErrors.RemoteCertificateChainErrors) is not SslPolicyErrors.None and var other)
        {
            return Words(other, "");
        }

        if (Roots(path) is not { } roots)
        {
            return $"{path} cannot be read as a file of certificates";
        }

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(roots);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        foreach (var sent in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            own.ChainPolicy.ExtraStore.Add(sent.Certificate);
        }

        return own.Build((X509Certificate2)certificate!) ? null
            : own.ChainStatus.Any(status => status.Status == X509ChainStatusFlags.NotTimeValid) ? "its certificate has expired, or is not yet valid"
            : $"its certificate is not signed by an authority of {path}";
    }

    private static string? Words(SslPolicyErrors errors, string whose) => errors switch
    {
        SslPolicyErrors.None => null,
        _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) => "it has no certificate",
        _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) => "its certificate is for another name",
        _ => $"its certificate is not signed by an authority that {whose}, or has expired",
    };

    /// <summary>The file as it lies there now.</summary>
    private X509Certificate2Collection? Roots(string path)
    {
        lock (_lock)
        {
            var written = File.GetLastWriteTimeUtc(path);
            if (_read is not var (file, before, roots) || !string.Equals(file, path, StringComparison.Ordinal) || before != written)
            {
                if (Read(path).Roots is not { } read)
                {
                    return null;
                }

                (roots, _read) = (read, (path, written, read));
            }

            return roots;
        }
    }
}
