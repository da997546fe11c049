using IncidentBot.Support;
using YamlDotNet.RepresentationModel;

namespace IncidentBot.Deploy;

/// <summary>A rule of <c>deploy/prometheus/rules</c>: an alert, or a series that is recorded.</summary>
internal sealed record AlertRule(string File, string Name, YamlNode Rule)
{
    public const string Folder = "deploy/prometheus/rules";

    public static IReadOnlyList<string> Files { get; } = [.. Repository.Files(Folder, ".yml", ".yaml")];

    public static IReadOnlyList<AlertRule> All { get; } = [.. Rules("alert")];

    /// <summary>What the rule files record, each under the name of its series.</summary>
    public static IReadOnlyList<AlertRule> Recorded { get; } = [.. Rules("record")];

    public string Label(string name) => Rule.At("labels").Text(name);

    public string Annotation(string name) => Rule.At("annotations").Text(name);

    public override string ToString() => $"{Name} ({File})";

    private static IEnumerable<AlertRule> Rules(string kind) =>
        from file in Files
        from @group in YamlText.Parse(System.IO.File.ReadAllText(Repository.PathOf(file))).Items("groups")
        from rule in @group.Items("rules")
        where rule.Text(kind).Length > 0
        select new AlertRule(file, rule.Text(kind), rule);
}

/// <summary>What a test in <c>deploy/prometheus/tests</c> expects of an alert.</summary>
internal sealed record AlertCase(string Alert, bool Fires)
{
    public const string Folder = "deploy/prometheus/tests";

    public static IReadOnlyList<string> Files { get; } = [.. Repository.Files(Folder, ".yml", ".yaml")];

    public static IReadOnlyList<AlertCase> All { get; } =
    [
        .. from file in Files
           from test in YamlText.Parse(File.ReadAllText(Repository.PathOf(file))).Items("tests")
           from expected in test.Items("alert_rule_test")
           select new AlertCase(expected.Text("alertname"), expected.Items("exp_alerts").Count > 0),
    ];
}

/// <summary>A page of <c>runbooks/</c> as the rules see it.</summary>
internal sealed record RunbookPage(
    string File, IReadOnlyList<string> Alerts, IReadOnlyList<string> Aliases, IReadOnlyList<string> Services, IReadOnlyList<string> Sections)
{
    private const string Fence = "---\n";

    public static IReadOnlyList<RunbookPage> All { get; } = [.. Repository.Files("runbooks", ".md").Select(Read)];

    /// <summary>The name under which the page is found: <c>/node-down</c>.</summary>
    public string Slug => Path.GetFileNameWithoutExtension(File);

    private static RunbookPage Read(string file)
    {
        var text = System.IO.File.ReadAllText(Repository.PathOf(file));
        var end = text.StartsWith(Fence, StringComparison.Ordinal) ? text.IndexOf("\n" + Fence, StringComparison.Ordinal) : -1;
        var top = end < 0 ? new YamlMappingNode() : YamlText.Parse(text[Fence.Length..(end + 1)]);
        return new RunbookPage(file, top.Words("alerts"), top.Words("aliases"), top.Words("services"),
            [.. text.Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..].Trim())]);
    }
}
