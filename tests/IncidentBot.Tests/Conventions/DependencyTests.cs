using IncidentBot.Alerts;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Conventions;

/// <summary>Who may use whom. The table is the architecture: what is not in it is not allowed.</summary>
public sealed class DependencyTests
{
    private static readonly string[] Everything = ["*"];

    /// <summary>The <see cref="Foundations"/> use nothing else; all others may also use <see cref="Everybodys"/>.</summary>
    private static readonly Dictionary<string, string[]> MayUse = new(StringComparer.Ordinal)
    {
        ["Webhooks"] = ["Alerts", "Incidents", "Storage", "Sources"],
        ["Alerts"] = [],
        ["Incidents"] = ["Alerts", "Settings"],
        ["Words"] = ["Incidents"],
        ["Rooms"] = ["Settings"],
        ["Lanes"] = ["Alerts", "Incidents", "Rooms", "Channels"],
        ["Posts"] = ["Incidents", "Lanes", "Rooms"],
        ["Storage"] = ["Alerts", "Incidents", "Lanes", "Posts", "Rooms", "Graph"],
        ["Sources"] = ["Alerts", "Incidents", "Words", "Storage"],
        ["Delivery"] = ["Alerts", "Incidents", "Words", "Lanes", "Posts", "Rooms", "Channels", "Sources", "Storage", "Runbooks", "Graph"],
        ["Channels"] = ["Rooms"],
        ["Runbooks"] = ["Alerts", "Incidents", "Words", "Yaml", "Graph"],
        ["Graph"] = ["Alerts", "Incidents", "Yaml"],
        ["Probes"] = ["Words"],
        ["ProbeRuns"] = ["Alerts", "Incidents", "Storage", "Sources", "Probes", "Yaml"],
        ["Actions"] = ["Incidents", "Words", "Rooms", "Channels", "Storage", "Sources", "Delivery"],
        ["Chat"] = ["Alerts", "Incidents", "Words", "Lanes", "Rooms", "Channels", "Storage", "Sources", "Delivery", "Runbooks", "ProbeRuns"],
        ["Web"] = Everything,
        ["Cli"] = Everything,
        ["Settings"] = ["Yaml"],
        ["Server"] = ["Settings", "Telemetry", "Loops"],
        ["Yaml"] = [],
        ["Telemetry"] = [],
        ["Outgoing"] = [],
        ["Loops"] = ["Telemetry"],
    };

    private static readonly string[] Everybodys = ["Settings", "Server", "Telemetry", "Outgoing", "Loops"];

    /// <summary>Those that use nothing but what the table says: pure rules, and what all others stand on.</summary>
    private static readonly string[] Foundations = ["Alerts", "Incidents", "Words", "Yaml", "Settings", "Telemetry", "Server", "Outgoing", "Loops", "Rooms"];

    /// <summary>What each type uses, by the compiled program.</summary>
    private static readonly IReadOnlyCollection<(string User, string Used)> Uses = TypeUses.Of(typeof(Notification).Assembly.Location);

    [Fact]
    public void A_folder_uses_only_those_that_the_table_allows()
    {
        var complaints = new List<string>();
        foreach (var (user, used) in Uses.Where(pair => Folder(pair.User) is not null && Folder(pair.Used) is not null))
        {
            var (folder, other) = (Folder(user)!, Folder(used)!);
            if (!MayUse.TryGetValue(folder, out var allowed))
            {
                complaints.Add($"the folder {folder} is not in the table of {nameof(DependencyTests)}");
            }
            else if (folder != other && allowed != Everything && !allowed.Contains(other) && (Foundations.Contains(folder) || !Everybodys.Contains(other)))
            {
                complaints.Add($"{user} uses {used}; {folder} may use {Words(folder, allowed)}");
            }
        }

        Report.None(complaints.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_folder_uses_itself_by_way_of_others()
    {
        var real = Uses.Select(pair => (User: Folder(pair.User), Used: Folder(pair.Used)))
            .Where(pair => pair.User is not null && pair.Used is not null && pair.User != pair.Used)
            .ToLookup(pair => pair.User!, pair => pair.Used!, StringComparer.Ordinal);
        var table = MayUse.SelectMany(row => (row.Value == Everything ? MayUse.Keys.Where(folder => MayUse[folder] != Everything) : row.Value)
                .Concat(Foundations.Contains(row.Key) ? [] : Everybodys).Where(used => used != row.Key).Select(used => (row.Key, Used: used)))
            .ToLookup(pair => pair.Key, pair => pair.Used, StringComparer.Ordinal);
        Report.None(Cycles(real).Select(cycle => $"the folders use each other: {cycle}")
            .Concat(Cycles(table).Select(cycle => $"the table lets folders use each other: {cycle}")));
    }

    [Fact]
    public void The_table_allows_nothing_that_is_not_used()
    {
        var real = Uses.Select(pair => (Folder(pair.User), Folder(pair.Used))).ToHashSet();
        Report.None(MayUse.Where(row => row.Value != Everything).SelectMany(row => row.Value
            .Where(used => !real.Contains((row.Key, used))).Select(used => $"{row.Key} may use {used} and does not")));
    }

    [Fact]
    public void A_way_back_is_named_once_wherever_it_begins()
    {
        (string User, string Used)[] uses = [("c", "a"), ("a", "b"), ("b", "c"), ("b", "d"), ("d", "d2")];
        Assert.Equal(["a → b → c → a"], Cycles(uses.ToLookup(pair => pair.User, pair => pair.Used, StringComparer.Ordinal)));
    }

    [Fact]
    public void One_kind_of_a_thing_does_not_use_another_kind()
    {
        string[] families = ["Channels", "Probes", "Chat"];
        Report.None(Uses.Select(pair => (pair.User, pair.Used, Own: pair.User.Split('.'), Other: pair.Used.Split('.')))
            .Where(pair => pair.Own.Length == 4 && pair.Other.Length == 4 && families.Contains(pair.Own[1])
                && pair.Own[1] == pair.Other[1] && pair.Own[2] != pair.Other[2])
            .Select(pair => $"{pair.User} uses {pair.Used}: kinds know only what their family shares"));
    }

    /// <summary>Each way from a folder back to itself, written once.</summary>
    private static HashSet<string> Cycles(ILookup<string, string> uses)
    {
        var cycles = new HashSet<string>(StringComparer.Ordinal);
        foreach (var folder in uses.Select(row => row.Key))
        {
            var ways = new Queue<string[]>([[folder]]);
            var seen = new HashSet<string>(StringComparer.Ordinal);
            while (ways.TryDequeue(out var way))
            {
                foreach (var next in uses[way[^1]].Distinct())
                {
                    if (next == folder)
                    {
                        // The alphabetically first folder begins, so that a cycle is named once.
                        var first = Array.IndexOf(way, way.Min(StringComparer.Ordinal));
                        cycles.Add(string.Join(" → ", way[first..].Concat(way[..first]).Append(way[first])));
                    }
                    else if (seen.Add(next))
                    {
                        ways.Enqueue([.. way, next]);
                    }
                }
            }
        }

        return cycles;
    }

    /// <summary>The folder of a type; null for the program itself, which is made of all folders.</summary>
    private static string? Folder(string type) => type.Split('.') is ["IncidentBot", var folder, _, ..] ? folder : null;

    private static string Words(string folder, string[] allowed)
    {
        string[] all = [.. allowed, .. Foundations.Contains(folder) ? [] : Everybodys];
        return all.Length == 0 ? "nothing" : string.Join(", ", all);
    }
}
