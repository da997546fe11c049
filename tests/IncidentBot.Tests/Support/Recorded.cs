using IncidentBot.Alerts;
using Xunit;

namespace IncidentBot.Support;

/// <summary>The bodies under <c>webhooks/</c> that real Alertmanagers posted.</summary>
internal static class Recorded
{
    public static readonly string[] Versions = ["0.25", "0.33", "0.34"];

    public static readonly IReadOnlySet<string> Ignored = new HashSet<string>(StringComparer.Ordinal) { "prometheus_replica" };

    private static readonly HashSet<string> Nothing = [];

    /// <summary>Every case of every version, as theory data.</summary>
    public static TheoryData<string, string> All()
    {
        var all = new TheoryData<string, string>();
        foreach (var version in Versions)
        {
            foreach (var name in Cases(version))
            {
                all.Add(version, name);
            }
        }

        return all;
    }

    /// <summary>The cases of one version in the order in which they happened: <c>01-watchdog</c>, <c>02-node-down-first</c>, …</summary>
    public static IReadOnlyList<string> Cases(string version) =>
    [
        .. Directory.EnumerateFiles(Repository.PathOf("webhooks", $"alertmanager-{version}"), "*.json")
            .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal),
    ];

    public static byte[] Body(string version, string name) =>
        File.ReadAllBytes(Repository.PathOf("webhooks", $"alertmanager-{version}", $"{name}.json"));

    public static Notification Read(string version, string name, bool ignoring = true)
    {
        var (notification, problem) = NotificationReader.Read(Body(version, name), "home", ignoring ? Ignored : Nothing);
        Assert.Null(problem);
        return notification!;
    }
}
