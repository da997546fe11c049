namespace IncidentBot.Probes;

/// <summary>The kinds of scheduled checks that this program knows, one line each.</summary>
internal static class ProbeCatalog
{
    public static IReadOnlyList<ProbeKind> Kinds { get; } =
    [
        new Http.HttpKind(),
        new Tcp.TcpKind(),
        new Tls.TlsKind(),
        new DnsQuery.DnsKind(),
        new RedirectGuard.RedirectGuardKind(),
        new Divergence.DivergenceKind(),
        new BackupFreshness.BackupKind(),
        new PrometheusQuery.QueryKind(),
        new EmailRoundTrip.EmailRoundTripKind(),
        new RegistryIntegrity.RegistryIntegrityKind(),
        new ImmichSearch.ImmichSearchKind(),
    ];
}
