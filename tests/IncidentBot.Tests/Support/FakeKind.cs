using IncidentBot.Probes;
using IncidentBot.Settings;

namespace IncidentBot.ProbeRuns;

/// <summary>A kind whose looks are what a test says.</summary>
internal sealed class FakeKind(Func<ProbeLook, CancellationToken, Task<ProbeResult>> look) : ProbeKind<FakeOptions>("fake")
{
    public static readonly MetricFamily Seen = MetricFamily.Gauge("fake_seen", "What was seen.");
    public static readonly MetricFamily LastSuccessAt = MetricFamily.Gauge("fake_last_success_timestamp", "When it last worked.");

    public static ProbeResult Good { get; } = new(new ProbeOutcome.Healthy("fine"), [Seen.Is(1), LastSuccessAt.Is(1000)]);

    public static ProbeResult Bad { get; } = new(new ProbeOutcome.Unhealthy("it is broken", "looking", "a whole one", "pieces"), [Seen.Is(0)]);

    public override string Purpose => "Whether the fake is well.";

    public override TimeSpan UsualTimeout => TimeSpan.FromSeconds(10);

    public override IReadOnlyList<MetricFamily> Families { get; } = [Seen, LastSuccessAt];

    protected override string UsualJob => "fake-job";

    public static FakeKind Gives(Func<ProbeResult> result) => new((_, _) => Task.FromResult(result()));

    public Probe Named(string name, TimeSpan? every = null, ProbeAlertOptions? alert = null) =>
        new(this, new FakeOptions { Name = name, Every = every ?? TimeSpan.FromMinutes(1), Alert = alert });

    protected override IProbe Make(FakeOptions options) => new Look(look);

    protected override string Target(FakeOptions options) => "the fake";

    protected override void Check(FakeOptions options, string path, Requirements requirements)
    {
    }

    private sealed class Look(Func<ProbeLook, CancellationToken, Task<ProbeResult>> look) : IProbe
    {
        public Task<ProbeResult> LookAsync(ProbeLook context, CancellationToken cancellationToken) => look(context, cancellationToken);
    }
}

internal sealed class FakeOptions : ProbeOptions
{
    public Secret? Password { get; set; }
}
