using IncidentBot.Settings;

namespace IncidentBot.Probes.Tls;

/// <summary>A server whose certificate should be good: <c>probes.tls</c>.</summary>
internal sealed class TlsOptions : ProbeOptions
{
    /// <summary>Host and port, as ldap.example.org:636. Required.</summary>
    public HostPort? Address { get; set; }

    /// <summary>The name that the certificate must be for. Absent: the host of the address.</summary>
    public string? ServerName { get; set; }

    /// <summary>Certificates in PEM that are trusted instead of the system's. Absent: the system's.</summary>
    [RelativeToFile]
    public string? CaFile { get; set; }

    /// <summary>So long before the certificate ends there is a warning; the probe stays healthy. Default 14d.</summary>
    public TimeSpan CertificateWarning { get; set; } = TimeSpan.FromDays(14);
}
