using IncidentBot.Alerts;
using IncidentBot.Posts;

namespace IncidentBot.Support;

/// <summary>Incidents as they come up in tests and pictures.</summary>
internal static class Scenes
{
    /// <summary>Text that does something wherever it is not escaped.</summary>
    public const string Hostile =
        "<script>window.pwned=1;alert(1)</script>\"'><img src=x onerror=alert(2)><a href=\"javascript:alert(3)\">x</a>{{7*7}}\u202Edesrever\u0000";

    public static LabelSet Labels(params ReadOnlySpan<(string, string)> labels) => LabelSet.From(labels);

    /// <summary>An evening in a home lab.</summary>
    public static IReadOnlyList<IncidentBuilder> Evening(DateTimeOffset now) =>
    [
        NodeDown(41, now.AddMinutes(-14)),
        new IncidentBuilder(40, now.AddMinutes(-37)).Lane("critical")
            .Fires(default, Labels(("alertname", "ZfsPoolDegraded"), ("severity", "critical"), ("instance", "nas:9100"), ("pool", "tank")),
                Labels(("summary", "Pool tank on nas runs without redundancy: one disk is missing"), ("runbook_url", "https://runbooks.example.org/zfs")))
            .Post("slack:C024BE91L", PostState.Refused, "channel_not_found: the channel does not exist, or the bot was not invited"),
        new IncidentBuilder(39, now.AddMinutes(-52)).Lane("warning")
            .Fires(default, Labels(("alertname", "PodCrashLooping"), ("severity", "warning"), ("namespace", "media"), ("pod", "immich-server-5c9d7f6b8-x2x7k")),
                Labels(("summary", "immich-server restarts every 90 s"), ("runbook_url", "https://runbooks.example.org/crash-loop")))
            .Ends(TimeSpan.FromMinutes(10), Labels(("alertname", "PodCrashLooping"), ("severity", "warning"), ("namespace", "media"), ("pod", "immich-server-5c9d7f6b8-x2x7k")))
            .Fires(TimeSpan.FromMinutes(15), Labels(("alertname", "PodCrashLooping"), ("severity", "warning"), ("namespace", "media"), ("pod", "immich-server-5c9d7f6b8-x2x7k")),
                Labels(("summary", "immich-server restarts every 90 s"), ("runbook_url", "https://runbooks.example.org/crash-loop")))
            .Post("slack:C024BE91L"),
        new IncidentBuilder(36, now.AddHours(-3).AddMinutes(-12)).Lane("warning")
            .Fires(default, Labels(("alertname", "CertificateExpiresSoon"), ("severity", "warning"), ("domain", "git.example.org")),
                Labels(("summary", "The certificate of git.example.org ends in 6 days")))
            .Fires(default, Labels(("alertname", "CertificateExpiresSoon"), ("severity", "warning"), ("domain", "mail.example.org")))
            .Post("slack:C024BE91L"),
        new IncidentBuilder(35, now.AddHours(-5)).Lane("info")
            .Fires(default, Labels(("alertname", "BackupSlow"), ("severity", "info"), ("job_name", "restic-nas")),
                Labels(("summary", "restic on nas took 3.4 h, usually 1.2 h"))),
        new IncidentBuilder(22, now.AddDays(-2).AddHours(-4)).Lane("warning")
            .Fires(default, Labels(("alertname", "TargetMissing"), ("severity", "warning"), ("instance", "rpi-garage:9100")),
                Labels(("summary", "rpi-garage has not been scraped")))
            .GoesStale(TimeSpan.FromHours(9)),
        Resolved(38, now.AddMinutes(-65), TimeSpan.FromMinutes(12), "EmailRoundTripFailed", "critical", ("target", "mailgun")),
        Resolved(37, now.AddMinutes(-150), TimeSpan.FromMinutes(31), "HighMemoryUsage", "warning", ("instance", "pve-1:9100")),
        Resolved(34, now.AddHours(-7), TimeSpan.FromMinutes(4), "DnsSlow", "info", ("instance", "opnsense")),
    ];

    public static IncidentBuilder NodeDown(long number, DateTimeOffset at) => new IncidentBuilder(number, at).Lane("critical")
        .Fires(default, Node("node-3:9100"), NodeNotes("node-3"))
        .Fires(TimeSpan.FromMinutes(2), Node("node-4:9100"), NodeNotes("node-4"))
        .Fires(TimeSpan.FromMinutes(3), Node("node-7:9100"), NodeNotes("node-7"))
        .Ends(TimeSpan.FromMinutes(9), Node("node-7:9100"), TimeSpan.FromMinutes(3), NodeNotes("node-7"))
        .Post("slack:C024BE91L").Post("telegram:-1001234567890", PostState.Waiting, "429: rate limited, try again in 12 s")
        .Post("matrix:!oncall:example.org");

    private static LabelSet Node(string instance) => Labels(
        ("alertname", "NodeDown"), ("cluster", "prod"), ("instance", instance), ("job", "node"), ("severity", "critical"), ("zone", "rack-2"));

    private static LabelSet NodeNotes(string node) => Labels(
        ("summary", $"{node} does not answer: its node exporter and its kubelet are gone"),
        ("description", $"No scrape of {node} has worked for 2 minutes. Pods move to other nodes after 5 minutes."),
        ("runbook_url", "https://runbooks.example.org/node-down"));

    private static IncidentBuilder Resolved(
        long number, DateTimeOffset at, TimeSpan lasted, string name, string severity, (string Name, string Value) where)
    {
        var labels = Labels(("alertname", name), ("severity", severity), where);
        return new IncidentBuilder(number, at).Lane(severity).Fires(default, labels).Ends(lasted, labels);
    }
}
