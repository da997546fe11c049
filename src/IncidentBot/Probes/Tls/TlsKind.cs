using IncidentBot.Settings;

namespace IncidentBot.Probes.Tls;

/// <summary>Whether a server's certificate is good, and for how long.</summary>
internal sealed class TlsKind() : ProbeKind<TlsOptions>("tls")
{
    public override string Purpose => "Whether a server's certificate is good, and for how long.";

    public override TimeSpan UsualTimeout => TimeSpan.FromSeconds(10);

    public override IReadOnlyList<MetricFamily> Families { get; } =
        [Reachability.Success, Reachability.Duration, Reachability.CertificateExpiry];

    public override string Runbook => "endpoints/certificate-expiry";

    public override ProbeResult TooLate(ProbeOutcome.Unhealthy outcome, TimeSpan limit) => Reachability.Result(outcome, limit);

    protected override string UsualJob => "blackbox-ssl";

    protected override IProbe Make(TlsOptions options) => new TlsProbe(options);

    protected override string Target(TlsOptions options) => $"{options.Address}";

    protected override IEnumerable<MetricLabel> UsualGroup(TlsOptions options) => Reachability.Group(options, Target(options));

    protected override void Check(TlsOptions options, string path, Requirements requirements) =>
        requirements.Require($"{path}.address", options.Address);
}
