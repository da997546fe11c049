using IncidentBot.Settings;

namespace IncidentBot.Probes;

/// <summary>A kind whose name settings know already, and that no look is made of yet.</summary>
internal sealed class PlannedKind(string name) : ProbeKind<PlannedProbeOptions>(name)
{
    public override string Purpose => "";

    public override TimeSpan UsualTimeout => TimeSpan.FromSeconds(30);

    public override IReadOnlyList<MetricFamily> Families => [];

    protected override string UsualJob => Name;

    protected override IProbe Make(PlannedProbeOptions options) => throw new NotSupportedException($"{Name} does not look yet");

    protected override string Target(PlannedProbeOptions options) => "";

    protected override void Check(PlannedProbeOptions options, string path, Requirements requirements)
    {
    }
}

/// <summary>Options of which only the common ones are known.</summary>
[FurtherKeys]
internal sealed class PlannedProbeOptions : ProbeOptions;
