using IncidentBot.Probes;

namespace IncidentBot.ProbeRuns;

/// <summary>Tells which groups in a Pushgateway are of probes, and which of those no configured probe owns.</summary>
internal static class GroupOwners
{
    /// <summary>Their paths. A group without any metric of a probe is somebody else's.</summary>
    public static IReadOnlyList<string> Unowned(IReadOnlyList<StandingGroup> groups, ProbesOptions probes)
    {
        var families = ProbeCatalog.Kinds.SelectMany(kind => kind.Families)
            .Concat([RunMetrics.Success, RunMetrics.Duration, RunMetrics.LastRun, RunMetrics.LastSuccess])
            .Select(family => family.Name).ToHashSet(StringComparer.Ordinal);
        var owned = probes.All.Where(probe => probe.Options.Metrics.Push).Select(probe => Key(probe.Group.ToDictionary(
            label => label.Name, label => label.Value, StringComparer.Ordinal))).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. groups.Where(group => group.Families.Any(families.Contains) && !owned.Contains(Key(group.Labels)))
                .Select(group => Pushgateway.Path(
                [
                    .. group.Labels.OrderByDescending(label => label.Key is "job").ThenBy(label => label.Key, StringComparer.Ordinal)
                        .Select(label => new MetricLabel(label.Key, label.Value)),
                ])).Order(StringComparer.Ordinal),
        ];
    }

    private static string Key(IReadOnlyDictionary<string, string> labels) =>
        string.Join('\n', labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));
}
