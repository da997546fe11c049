using System.Text.RegularExpressions;
using IncidentBot.Alerts;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Conventions;

/// <summary>Who may use whom. The table is the architecture: what is not in it is not allowed.</summary>
public sealed partial class DependencyTests
{
    private static readonly string[] Everything = ["*"];

    /// <summary>Alerts and Incidents are pure and use nothing else; the foundations neither; all others may also use <see cref="Everybodys"/>.</summary>
    private static readonly Dictionary<string, string[]> MayUse = new(StringComparer.Ordinal)
    {
        ["Webhooks"] = ["Alerts", "Incidents", "Storage", "Sources"],
        ["Alerts"] = [],
        ["Incidents"] = ["Alerts", "Settings"],
        ["Words"] = ["Alerts", "Incidents"],
        ["Rooms"] = [],
        ["Lanes"] = ["Alerts", "Incidents", "Rooms", "Channels"],
        ["Posts"] = ["Alerts", "Incidents", "Lanes", "Rooms"],
        ["Storage"] = ["Alerts", "Incidents", "Lanes", "Posts", "Rooms", "Delivery"],
        ["Sources"] = ["Alerts", "Incidents", "Storage"],
        ["Delivery"] = ["Alerts", "Incidents", "Words", "Lanes", "Posts", "Rooms", "Channels", "Storage", "Runbooks", "Graph"],
        ["Channels"] = ["Rooms"],
        ["Runbooks"] = ["Alerts", "Incidents", "Words", "Yaml"],
        ["Graph"] = ["Alerts", "Runbooks"],
        ["Probes"] = ["Alerts", "Storage"],
        ["Chat"] = ["Incidents", "Lanes", "Rooms", "Runbooks", "Probes"],
        ["Actions"] = ["Words", "Rooms", "Channels", "Storage", "Delivery"],
        ["Web"] = Everything,
        ["Cli"] = Everything,
        ["Settings"] = ["Yaml"],
        ["Server"] = ["Settings"],
        ["Yaml"] = [],
        ["Telemetry"] = ["Storage"],
        ["Outgoing"] = [],
        ["Loops"] = [],
    };

    private static readonly string[] Everybodys = ["Settings", "Server", "Telemetry", "Outgoing", "Loops"];

    private static readonly string[] Pure = ["Alerts", "Incidents"];

    /// <summary>Folders of namespaces and the types in them, so that <c>Alerts.LabelSet</c> is told from a property's name.</summary>
    private static readonly HashSet<string> Known = [.. typeof(Notification).Assembly.GetTypes()
        .Where(type => type.Namespace?.StartsWith("IncidentBot.", StringComparison.Ordinal) == true)
        .SelectMany(type => new[] { type.Namespace!, $"{type.Namespace}.{type.Name}" })];

    [Fact]
    public void A_folder_uses_only_those_that_the_table_allows()
    {
        var complaints = new List<string>();
        foreach (var file in Repository.Files("src/IncidentBot", ".cs", ".razor").Where(file => Folder(file) is not null))
        {
            var folder = Folder(file)!;
            if (!MayUse.TryGetValue(folder, out var allowed))
            {
                complaints.Add($"{file}: the folder {folder} is not in the table of {nameof(DependencyTests)}");
                continue;
            }

            complaints.AddRange(Uses(file).Select(used => used.Split('.')[0]).Distinct(StringComparer.Ordinal)
                .Where(used => used != folder && allowed != Everything && !allowed.Contains(used)
                    && (Pure.Contains(folder) || !Everybodys.Contains(used)))
                .Select(used => $"{file} uses {used}; {folder} may use {Words(folder, allowed)}"));
        }

        Report.None(complaints.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public void One_kind_of_a_thing_does_not_use_another_kind()
    {
        string[] families = ["Channels", "Probes", "Chat"];
        var complaints = Repository.Files("src/IncidentBot", ".cs", ".razor")
            .Select(file => (File: file, Parts: file.Split('/')))
            .Where(found => found.Parts.Length > 4 && families.Contains(found.Parts[2]))
            .SelectMany(found => Uses(found.File).Select(used => used.Split('.'))
                .Where(used => used.Length > 1 && used[0] == found.Parts[2] && used[1] != found.Parts[3]
                    && IsNamespace($"IncidentBot.{used[0]}.{used[1]}"))
                .Select(used => $"{found.File} uses {string.Join('.', used)}: kinds know only what their family shares"));
        Report.None(complaints.Distinct(StringComparer.Ordinal));
    }

    /// <summary>What a file names of this product: <c>Alerts</c>, <c>Channels.Slack</c>, <c>Settings.Secret</c>.</summary>
    private static IEnumerable<string> Uses(string file)
    {
        foreach (var line in File.ReadLines(Repository.PathOf(file)).Where(line => !line.TrimStart().StartsWith("///", StringComparison.Ordinal)))
        {
            foreach (Match match in Qualified().Matches(line))
            {
                var name = match.Groups["name"].Value;
                var isFull = match.Groups["full"].Success && !line.StartsWith("namespace ", StringComparison.Ordinal);
                var parts = name.Split('.');
                if (isFull || (parts.Length > 1 && Known.Contains($"IncidentBot.{parts[0]}.{parts[1]}")))
                {
                    yield return name;
                }
            }
        }
    }

    private static bool IsNamespace(string name) =>
        typeof(Notification).Assembly.GetTypes().Any(type => type.Namespace == name);

    private static string? Folder(string file) => file.Split('/') is { Length: > 3 } parts ? parts[2] : null;

    private static string Words(string folder, string[] allowed)
    {
        string[] all = [.. allowed, .. Pure.Contains(folder) ? [] : Everybodys];
        return all.Length == 0 ? "nothing" : string.Join(", ", all);
    }

    [GeneratedRegex(@"(?<![.\w])(?<full>IncidentBot\.)?(?<name>[A-Z]\w+(\.[A-Z]\w+)*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Qualified();
}
