using System.Globalization;
using IncidentBot.Alerts;

namespace IncidentBot.Scenarios;

/// <summary>One group of a storm, and what is true of it when the storm is over.</summary>
/// <param name="Place">Its <c>namespace</c>, which no other group has.</param>
/// <param name="Opens">When it is first told of, from the beginning of the storm.</param>
internal sealed record StormGroup(string Alertname, string Severity, string Place, TimeSpan Opens, bool Resolves)
{
    public bool IsCritical => Severity == "critical";
}

/// <summary>What Alertmanager says at a moment of a storm.</summary>
internal sealed record StormStep(TimeSpan At, Notification Notification);

/// <summary>
/// A minute in which everything breaks: 1,000 groups of ten alerts each. Half of them open with six alerts and are told of
/// again five seconds later with all ten; criticals come among them at even intervals.
/// </summary>
internal sealed class StormLoad
{
    public const int AlertsInGroup = 10;
    private const int GroupCount = 1000;

    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan GrowsAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ResolvesAfter = TimeSpan.FromSeconds(9);

    /// <summary>Warnings before infos, and more of some than of others, so that the order of a summary shows.</summary>
    private static readonly (string Alertname, string Severity, int Weight)[] Kinds =
    [
        ("KubePodCrashLooping", "warning", 8),
        ("TargetDown", "warning", 5),
        ("KubeJobFailed", "warning", 2),
        ("CPUThrottlingHigh", "info", 4),
        ("KubeQuotaAlmostFull", "info", 1),
    ];

    private readonly List<StormStep> _steps = [];

    /// <param name="resolving">Every third group, but no critical, is over nine seconds after it opened.</param>
    public StormLoad(TimeSpan criticalEvery, bool resolving)
    {
        var criticals = (int)(Length / criticalEvery);
        for (var i = 0; i < criticals; i++)
        {
            Add(new StormGroup("DatabaseDown", "critical", $"db-{i:D2}", (criticalEvery * i) + (criticalEvery / 2), false), grows: false);
        }

        var kinds = Kinds.SelectMany(kind => Enumerable.Repeat(kind, kind.Weight)).ToList();
        for (var i = 0; i < GroupCount - criticals; i++)
        {
            var (alertname, severity, _) = kinds[i % kinds.Count];
            var opens = Length * i / GroupCount;
            Add(
                new StormGroup(alertname, severity, $"ns-{i:D4}", opens, resolving && i % 3 == 0 && opens + ResolvesAfter < Length),
                grows: i % 2 == 0 && opens + GrowsAfter < Length);
        }

        _steps.Sort((one, other) => one.At.CompareTo(other.At));
    }

    public List<StormGroup> Groups { get; } = [];

    public IReadOnlyList<StormStep> Steps => _steps;

    public int Alerts => Groups.Count * AlertsInGroup;

    public IEnumerable<StormGroup> Open => Groups.Where(group => !group.Resolves);

    private void Add(StormGroup group, bool grows)
    {
        Groups.Add(group);
        Say(group, group.Opens, grows ? 6 : AlertsInGroup, null);
        if (grows)
        {
            Say(group, group.Opens + GrowsAfter, AlertsInGroup, null);
        }

        if (group.Resolves)
        {
            Say(group, group.Opens + ResolvesAfter, AlertsInGroup, group.Opens + ResolvesAfter);
        }
    }

    private void Say(StormGroup group, TimeSpan at, int alerts, TimeSpan? end)
    {
        var reports = Enumerable.Range(0, alerts).Select(number =>
        {
            var labels = LabelSet.From(
                ("alertname", group.Alertname), ("namespace", group.Place), ("pod", string.Create(CultureInfo.InvariantCulture, $"pod-{number}")),
                ("severity", group.Severity));
            return new AlertReport(
                Fingerprint.Of(labels), labels, LabelSet.From(("summary", $"{group.Alertname} in {group.Place}")), Support.Say.Noon + group.Opens,
                end is null ? null : Support.Say.Noon + end, "");
        });
        var groupLabels = LabelSet.From(("alertname", group.Alertname), ("namespace", group.Place));
        _steps.Add(new StormStep(at, new Notification("home", "bot", groupLabels, [.. reports], "http://alertmanager.example:9093", 0)));
    }
}
