using IncidentBot.Probes;
using IncidentBot.Yaml;

namespace IncidentBot.ProbeRuns;

/// <summary>Cuts a configuration to what one probe needs, so that a run of it elsewhere asks for nothing of the rest.</summary>
internal static class ProbePart
{
    /// <summary>The names of all probes that are written down, in the order of the file.</summary>
    public static IReadOnlyList<string> Names(YamlNode root) => [.. Written(root).Select(one => one.Name)];

    /// <summary>Every probe, and nothing else.</summary>
    public static YamlNode All(YamlNode root)
    {
        var all = Of(root, null);
        return Written(root).GroupBy(one => one.Key, StringComparer.Ordinal).Aggregate(all, (cut, kind) => cut is MapNode map
            && map["probes"]?.Value is MapNode probes
            ? map.With("probes", probes.With(kind.Key, new ListNode(kind.First().Options.Origin, [.. kind.Select(one => Timed(one.Options))])))
            : cut);
    }

    /// <summary>Only the probe of this name with the Pushgateway and what is known of our own network; without one, only those.</summary>
    public static YamlNode Of(YamlNode root, string? name)
    {
        if (root is not MapNode map || map["probes"] is not { Value: MapNode probes } section)
        {
            return new MapNode(root.Origin, []);
        }

        var cut = new MapNode(probes.Origin, [.. probes.Entries.Where(entry => entry.Key is "pushgateway" or "own_network")]);
        foreach (var (key, _, options) in Written(root).Where(one => string.Equals(one.Name, name, StringComparison.Ordinal)))
        {
            cut = cut.With(key, new ListNode(options.Origin, [Timed(options)]));
        }

        return new MapNode(map.Origin, []).With(section.Key, cut);
    }

    /// <summary>Whoever runs it elsewhere has a schedule of their own.</summary>
    private static MapNode Timed(MapNode options) => options["every"] is not null || options["cron"] is not null ? options
        : options.With("every", new ScalarNode(options.Origin, "1h", Plain: true));

    private static IEnumerable<(string Key, string Name, MapNode Options)> Written(YamlNode root)
    {
        if ((root as MapNode)?["probes"]?.Value is not MapNode probes)
        {
            yield break;
        }

        foreach (var entry in probes.Entries.Where(entry => ProbeCatalog.Kinds.Any(kind => Is(kind.Name, entry.Key))))
        {
            IEnumerable<YamlNode> all = entry.Value is ListNode list ? list.Items : [entry.Value];
            foreach (var options in all.OfType<MapNode>())
            {
                yield return (entry.Key, options.Text("name") is { Length: > 0 } name ? name : entry.Key, options);
            }
        }
    }

    private static bool Is(string one, string other) => string.Equals(one, other, StringComparison.Ordinal);
}
