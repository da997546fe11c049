using System.Globalization;
using IncidentBot.Settings;

namespace IncidentBot.Probes.Divergence;

/// <summary>Whether what works inside can be reached from outside.</summary>
internal sealed class DivergenceKind() : ProbeKind<DivergenceOptions>("divergence")
{
    public static readonly MetricFamily Diverging = MetricFamily.Gauge(
        "external_internal_divergence_count", "Services that answer inside and not from outside.");

    public override string Purpose => "Whether what works inside can be reached from outside.";

    public override TimeSpan UsualTimeout => TimeSpan.FromMinutes(1);

    public override IReadOnlyList<MetricFamily> Families { get; } = [Diverging];

    public override string Runbook => "infrastructure/external-access";

    protected override string UsualJob => "status-page-pusher";

    protected override IProbe Make(DivergenceOptions options) => new DivergenceProbe(options);

    protected override string Target(DivergenceOptions options) =>
        string.Join(", ", options.Services.Select(service => service.External?.GetLeftPart(UriPartial.Path)));

    protected override void Check(DivergenceOptions options, string path, Requirements requirements)
    {
        if (options.Services.Count == 0)
        {
            requirements.Complain($"{path}.services", "missing; at least one is required",
                "a list: - { name: …, internal: http://…, external: https://… }");
        }

        foreach (var (i, service) in options.Services.Index())
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}.services[{i}]");
            requirements.RequireText($"{at}.name", service?.Name ?? "");
            requirements.Require($"{at}.internal", service?.Internal);
            requirements.Require($"{at}.external", service?.External);
        }
    }
}
