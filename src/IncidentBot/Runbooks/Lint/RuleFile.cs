using System.Text;
using IncidentBot.Alerts;
using IncidentBot.Yaml;

namespace IncidentBot.Runbooks.Lint;

/// <summary>An alert as a rule defines it.</summary>
internal sealed record AlertRule(string Name, LabelSet Labels, LabelSet Annotations, string File, int Line);

/// <summary>
/// Reads alerting rules as Prometheus and Loki take them, and as resources of the Prometheus operator: several documents in a
/// file, lists of resources, and files within a ConfigMap.
/// </summary>
internal sealed class RuleFile(string name, List<string> complaints)
{
    private const int Deepest = 4;

    private readonly List<AlertRule> _rules = [];
    private int _groups;

    /// <summary>The alerts in a file, in its order. What cannot be read is complained about.</summary>
    /// <param name="groups">How many groups of rules there are: a file without any is something else.</param>
    public static IReadOnlyList<AlertRule> Read(byte[] bytes, string name, List<string> complaints, out int groups)
    {
        var file = new RuleFile(name, complaints);
        file.Documents(bytes, 0);
        groups = file._groups;
        return file._rules;
    }

    private void Documents(byte[] bytes, int depth)
    {
        var lines = Encoding.UTF8.GetString(bytes).Split('\n');
        var begin = 0;
        for (var i = 0; i <= lines.Length; i++)
        {
            var ends = i == lines.Length
                || (i > begin && (lines[i].TrimEnd().Equals("---", StringComparison.Ordinal)
                || lines[i].StartsWith("--- ", StringComparison.Ordinal)));
            if (ends)
            {
                // Empty lines in the place of the documents before keep the numbers right.
                Document(new string('\n', begin) + string.Join('\n', lines[begin..i]), depth);
                begin = i;
            }
        }
    }

    private void Document(string text, int depth)
    {
        var problems = new List<Complaint>();
        var root = YamlReader.Read(Encoding.UTF8.GetBytes(text), name, problems);
        if (root is null)
        {
            complaints.AddRange(problems.Select(problem => $"{name}:{problem.Origin.Line}: {problem.Problem}"));
            return;
        }

        Node(root, depth);
    }

    private void Node(YamlNode node, int depth)
    {
        if (node is not MapNode map || depth > Deepest)
        {
            return;
        }

        Groups(map["groups"]?.Value);
        if (map["spec"]?.Value is MapNode spec)
        {
            Groups(spec["groups"]?.Value);
        }

        foreach (var item in map["items"]?.Value is ListNode items ? items.Items : [])
        {
            Node(item, depth + 1);
        }

        if (map["kind"]?.Value is ScalarNode { Value: "ConfigMap" } && map["data"]?.Value is MapNode data)
        {
            foreach (var entry in data.Entries)
            {
                if (entry.Value is ScalarNode inner && inner.Value.Contains("groups:", StringComparison.Ordinal))
                {
                    Documents(Encoding.UTF8.GetBytes(inner.Value), depth + 1);
                }
            }
        }
    }

    private void Groups(YamlNode? groups)
    {
        _groups += groups is ListNode all ? all.Items.Count : 0;
        foreach (var rule in groups is ListNode list
            ? list.Items.OfType<MapNode>()
            .SelectMany(group => group["rules"]?.Value is ListNode rules ? rules.Items.OfType<MapNode>() : []) : [])
        {
            if (rule["alert"] is { Value: ScalarNode { IsNothing: false } alert })
            {
                _rules.Add(new AlertRule(alert.Value, Words(rule["labels"]?.Value), Words(rule["annotations"]?.Value), name,
                    rule["alert"]!.Origin.Line));
            }
        }
    }

    private static LabelSet Words(YamlNode? node) => LabelSet.From(node is MapNode map
        ? [.. map.Entries.Where(entry => entry.Value is ScalarNode).Select(entry => new Label(entry.Key, ((ScalarNode)entry.Value).Value))]
        : []);
}
