namespace IncidentBot.Probes;

/// <summary>
/// What the kinds that reach for an address measure alike, with the names that blackbox_exporter gives it, so that the rules for that one
/// hold for these.
/// </summary>
internal static class Reachability
{
    public static readonly MetricFamily Success = MetricFamily.Gauge("probe_success", "Whether the last look found what it should: 1 or 0.");

    public static readonly MetricFamily Duration = MetricFamily.Gauge("probe_duration_seconds", "How long the last look took.");

    public static readonly MetricFamily CertificateExpiry = MetricFamily.Gauge(
        "probe_ssl_earliest_cert_expiry", "When the certificate of the host that was asked ends, also when it has ended, in seconds since 1970.");

    /// <summary>The end of a certificate, where one was shown.</summary>
    public static IEnumerable<MetricSample> Expiry(CertificateCheck? certificate) =>
        certificate?.NotAfter is { } end ? [CertificateExpiry.Is(end.ToUnixTimeSeconds())] : [];

    /// <summary>The group of such a probe: what is looked at as <c>instance</c>, and its own name as <c>endpoint</c>.</summary>
    public static IEnumerable<MetricLabel> Group(ProbeOptions options, string instance) => options.Name.Length == 0
        ? [new MetricLabel("instance", instance)]
        : [new MetricLabel("instance", instance), new MetricLabel("endpoint", options.Name)];

    /// <summary>The result of a look with both.</summary>
    public static ProbeResult Result(ProbeOutcome outcome, TimeSpan took, params IReadOnlyList<MetricSample> samples) =>
        new(outcome, [Success.Is(outcome is ProbeOutcome.Healthy), Duration.Is(took.TotalSeconds), .. samples]) { Latency = took };
}
