using IncidentBot.Settings;

namespace IncidentBot.Probes.DnsQuery;

/// <summary>Whether a resolver answers, and as it should.</summary>
internal sealed class DnsKind() : ProbeKind<DnsOptions>("dns")
{
    public override string Purpose => "Whether a resolver answers, and as it should.";

    public override TimeSpan UsualTimeout => TimeSpan.FromSeconds(6);

    public override IReadOnlyList<MetricFamily> Families { get; } = [Reachability.Success, Reachability.Duration];

    public override string Runbook => "infrastructure/dns-down";

    public override ProbeResult TooLate(ProbeOutcome.Unhealthy outcome, TimeSpan limit) => Reachability.Result(outcome, limit);

    protected override string UsualJob => "blackbox-dns";

    protected override IProbe Make(DnsOptions options) => new DnsProbe(options);

    protected override string Target(DnsOptions options) => $"{options.Resolver}";

    protected override IEnumerable<MetricLabel> UsualGroup(DnsOptions options) => Reachability.Group(options, Target(options));

    protected override void Check(DnsOptions options, string path, Requirements requirements)
    {
        requirements.Require($"{path}.resolver", options.Resolver);
        requirements.Require($"{path}.query", options.Query);
        if (options.Query is { } name && !DnsMessage.IsName(name))
        {
            requirements.Complain($"{path}.query", Requirements.Found(name), "a name such as example.org");
        }

        if (!DnsMessage.Types.ContainsKey(options.Type))
        {
            requirements.Complain($"{path}.type", Requirements.Found(options.Type), string.Join(", ", DnsMessage.Types.Keys));
        }
    }
}
