using System.Globalization;
using IncidentBot.Incidents;
using IncidentBot.Yaml;

namespace IncidentBot.Graph;

/// <summary>What one list of services holds.</summary>
internal sealed record ServiceList(IReadOnlyList<Service> Services, IReadOnlyList<Watches> Watches);

/// <summary>
/// Reads <c>services.yml</c>: strictly, with every complaint's path and line. A service that has something wrong with its name or tier is
/// left out; of one that has something wrong elsewhere the rest counts.
/// </summary>
internal sealed class ServicesFile
{
    public const int Largest = 8 * 1024 * 1024;

    /// <summary>A service takes about fifteen: its keys, their values, and what is in its lists.</summary>
    private const int MostNodes = 500_000;

    private const int LongestName = 200;

    private static readonly string[] Keys =
        ["name", "tier", "title", "owner", "depends_on", "alerts", "match", "local_alerts", "carries"];

    private readonly List<Complaint> _complaints;
    private readonly List<Service> _services = [];
    private readonly List<Watches> _watches = [];

    private ServicesFile(List<Complaint> complaints) => _complaints = complaints;

    /// <summary>What can be used of a file.</summary>
    /// <param name="name">Of the file, as people know it.</param>
    public static ServiceList Read(byte[] bytes, string name, List<Complaint> complaints)
    {
        var file = new ServicesFile(complaints);
        var root = YamlReader.Read(bytes, name, complaints, Largest, MostNodes);
        if (root is MapNode { Entries.Count: > 0 } map)
        {
            foreach (var entry in map.Entries.Where(entry => entry.Key is not "services"))
            {
                file.Complain(entry.Origin, Complaint.Key(entry.Key), "an unknown key", "services");
            }
        }

        if (root is not null)
        {
            file.Services((root as MapNode)?["services"]?.Value, new Origin(name, 1));
        }

        return new ServiceList(file._services, file._watches);
    }

    /// <summary>The tier in <c>2</c>, <c>tier-2</c> or <c>Tier 2</c>; null when it is none.</summary>
    public static int? Tier(string text) =>
        int.TryParse(text.StartsWith("tier", StringComparison.OrdinalIgnoreCase) ? text[4..].TrimStart('-', '_', ' ')
            : text, NumberStyles.None, CultureInfo.InvariantCulture, out var tier) && tier is >= 1 and <= 4 ? tier : null;

    private void Services(YamlNode? node, Origin origin)
    {
        if (node is not ListNode list)
        {
            Complain(node?.Origin ?? origin, "services", node is null or { IsNothing: true } ? "is missing" : $"found {node.Kind}",
                "a list of services, each with a name and a tier");
            return;
        }

        var known = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < list.Items.Count; i++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"services[{i}]");
            if (list.Items[i] is not MapNode item)
            {
                Complain(list.Items[i].Origin, path, $"found {list.Items[i].Kind}", "a service, such as { name: traefik, tier: 1 }");
            }
            else if (Service(item, path) is not { } service)
            {
                // What is wrong with it was said.
            }
            else if (known.Add(service.Name))
            {
                _services.Add(service);
                _watches.AddRange(Watched(item, path, service.Name));
            }
            else
            {
                Complain(item.Origin, $"{path}.name", $"there is a service {Complaint.Quote(service.Name)} above", "each name once");
            }
        }
    }

    private Service? Service(MapNode item, string path)
    {
        foreach (var entry in item.Entries.Where(entry => !Keys.Contains(entry.Key, StringComparer.Ordinal)))
        {
            Complain(entry.Origin, $"{path}.{Complaint.Key(entry.Key)}", "an unknown key", string.Join(", ", Keys));
        }

        var name = Text(item, path, "name");
        if (name is null)
        {
            Complain(item.Origin, $"{path}.name", "is missing", "a name, by which alerts and other services mean it");
        }

        var tier = item["tier"]?.Value is ScalarNode written ? Tier(written.Value.Trim()) : null;
        if (tier is null)
        {
            Complain(item["tier"]?.Origin ?? item.Origin, $"{path}.tier", item["tier"]?.Value is ScalarNode other
                ? $"found {Complaint.Quote(other.Value)}" : "is missing", "1 for what must not fail, to 4 for what may");
        }

        return name is null || tier is null ? null : new Service(name, tier.Value)
        {
            Title = Text(item, path, "title") ?? name,
            Owner = Text(item, path, "owner") ?? "",
            DependsOn = [.. Needs(item, path).Distinct()],
            Carries = [.. Conditions(item, path, "carries")],
            LocalAlerts = [.. Conditions(item, path, "local_alerts")],
        };
    }

    /// <summary>What names a service: alerts by their name, then labels of alerts.</summary>
    private IEnumerable<Watches> Watched(MapNode item, string path, string service)
    {
        foreach (var alert in Names(item["alerts"], $"{path}.alerts"))
        {
            yield return new Watches(alert, service);
        }

        foreach (var match in Conditions(item, path, "match"))
        {
            var alert = match.Matchers.FirstOrDefault(matcher => matcher is { Label: "alertname", OnlyValue.Length: > 0 })?.OnlyValue;
            yield return new Watches(alert ?? "", service)
            {
                Match = alert is null ? match : LabelConditions.Of(
                    match.Texts.Where(pair => pair.Key is not "alertname").ToDictionary(StringComparer.Ordinal)),
            };
        }
    }

    private IEnumerable<DependsOn> Needs(MapNode item, string path)
    {
        path += ".depends_on";
        foreach (var (need, at) in Items(item["depends_on"], path))
        {
            if (need is not MapNode map)
            {
                if (Name(need, at) is { } name)
                {
                    yield return new DependsOn(name);
                }
            }
            else if (map is { Entries: [{ Key: "any_of" } any] })
            {
                string[] names = [.. Names(any, $"{at}.any_of").Distinct(StringComparer.OrdinalIgnoreCase)];
                if (names.Length > 0)
                {
                    yield return new DependsOn(names);
                }
                else
                {
                    Complain(any.Origin, $"{at}.any_of", "no names", "services of which one is enough");
                }
            }
            else
            {
                Complain(map.Origin, at, "found a mapping", "the name of a service, or { any_of: [a, b] } of which one is enough");
            }
        }
    }

    private IEnumerable<LabelConditions> Conditions(MapNode item, string path, string key)
    {
        path = $"{path}.{key}";
        foreach (var (node, at) in Items(item[key], path))
        {
            if (key is "local_alerts" && node is ScalarNode)
            {
                if (Name(node, at) is { } alert)
                {
                    yield return LabelConditions.Of(new Dictionary<string, string>(StringComparer.Ordinal) { ["alertname"] = $"={alert}" });
                }
            }
            else if (node is MapNode { Entries.Count: > 0 } map)
            {
                var texts = new Dictionary<string, string>(StringComparer.Ordinal);
                foreach (var entry in map.Entries)
                {
                    var text = entry.Value is ScalarNode { IsNothing: false } value ? value.Value : null;
                    var problem = text is null ? $"found {entry.Value.Kind}" : "";
                    if (text is not null && Matcher.TryParse(entry.Key, text, out problem) is not null)
                    {
                        texts[entry.Key] = text;
                    }
                    else
                    {
                        Complain(entry.Origin, $"{at}.{Complaint.Key(entry.Key)}", problem, "what a label must be, as in a lane's match");
                    }
                }

                // With one condition fewer it would mean more alerts than somebody wrote.
                if (texts.Count == map.Entries.Count)
                {
                    yield return LabelConditions.Of(texts);
                }
            }
            else
            {
                Complain(node.Origin, at, $"found {(node is MapNode ? "no labels" : node.Kind)}", "labels, such as { namespace: immich }");
            }
        }
    }

    private IEnumerable<string> Names(MapEntry? entry, string path)
    {
        foreach (var (node, at) in Items(entry, path))
        {
            if (Name(node, at) is { } name)
            {
                yield return name;
            }
        }
    }

    /// <summary>The items of a list, or the one value that stands for such a list.</summary>
    private static IEnumerable<(YamlNode Node, string Path)> Items(MapEntry? entry, string path) => entry?.Value switch
    {
        null or { IsNothing: true } => [],
        ListNode list => list.Items.Select((item, index) => (item, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"))),
        var single => [(single, path)],
    };

    private string? Text(MapNode item, string path, string key) =>
        item[key] is not { Value.IsNothing: false } entry ? null : Name(entry.Value, $"{path}.{key}");

    private string? Name(YamlNode node, string path)
    {
        var name = node is ScalarNode { IsNothing: false } scalar ? scalar.Value.Trim() : null;
        if (name is { Length: > 0 and <= LongestName } && !name.Any(char.IsControl))
        {
            return name;
        }

        Complain(node.Origin, path, name is null ? $"found {node.Kind}" : $"found {Complaint.Quote(name)}",
            FormattableString.Invariant($"a text of 1 to {LongestName} characters in one line"));
        return null;
    }

    private void Complain(Origin origin, string path, string problem, string allowed) =>
        _complaints.Add(new Complaint(origin, path, problem, allowed));
}
