using IncidentBot.Settings;

namespace IncidentBot.Probes.Tcp;

/// <summary>Whether a port takes connections, and says what it should.</summary>
internal sealed class TcpKind() : ProbeKind<TcpOptions>("tcp")
{
    public override string Purpose => "Whether a port takes connections.";

    public override TimeSpan UsualTimeout => TimeSpan.FromSeconds(10);

    public override IReadOnlyList<MetricFamily> Families { get; } = [Reachability.Success, Reachability.Duration];

    public override string Runbook => "endpoints/service-dependency-down";

    public override ProbeResult TooLate(ProbeOutcome.Unhealthy outcome, TimeSpan limit) => Reachability.Result(outcome, limit);

    protected override string UsualJob => "blackbox-tcp";

    protected override IProbe Make(TcpOptions options) => new TcpProbe(options);

    protected override string Target(TcpOptions options) => $"{options.Address}";

    protected override IEnumerable<MetricLabel> UsualGroup(TcpOptions options) => Reachability.Group(options, Target(options));

    protected override void Check(TcpOptions options, string path, Requirements requirements) =>
        requirements.Require($"{path}.address", options.Address);
}
