using IncidentBot.Channels;

namespace IncidentBot.Support;

/// <summary>Messages as the line makes them, friendly and hostile.</summary>
internal static class Messages
{
    /// <summary>A label value of 60 characters that means something in every markup there is.</summary>
    public const string HostileLabel = "<b>&_*[x](`~@channel <!channel> <@U1> 🔥👩‍🚒\u202Eevil\u200B\n\"</a>&amp;";

    private static readonly MessageLink[] Links =
    [
        new("Runbook", new Uri("https://runbooks.example.org/node-down?incident=12")),
        new("Source", new Uri("http://prometheus.example.org/graph?g0.expr=up%7Bjob%3D%22node%22%7D+%3D%3D+0&g0.tab=1")),
        new("Silence", new Uri("https://alertmanager.example.org/#/silences/new?filter=%7Balertname%3D%22NodeDown%22%7D")),
        new("Incident", new Uri("https://runbooks.example.org/incidents/12")),
    ];

    public static Message FiringOne { get; } = new(
        12, MessageState.Critical, "critical", "NodeDown", "instance=node-3:9100", "1 firing · since 03:12 (14 min)", [],
        "node-3 does not answer since 10 minutes.", "The node exporter of node-3 cannot be scraped.\nPods on it are being moved.",
        [new MessageAlert(MessageState.Critical, "node-3:9100", "", "14 min")], 0, Links, null);

    public static Message FiringGroup { get; } = new(
        13, MessageState.Warning, "warning", "KubePodCrashLooping", "namespace=media", "3 firing, 1 resolved · since 02:58 (28 min)",
        ["Acknowledged by @ada at 03:05", "Flapped 2 times in the last hour"], "Pods in media restart again and again.", "",
        [
            new MessageAlert(MessageState.Warning, "immich-server-0", "back-off 5m0s restarting failed container", "28 min"),
            new MessageAlert(MessageState.Warning, "immich-ml-7d9f", "", "12 min"),
            new MessageAlert(MessageState.Warning, "jellyfin-0", "OOMKilled & restarted <5 min ago", "4 min"),
            new MessageAlert(MessageState.Resolved, "redis-0", "", "resolved 03:20"),
        ],
        4, Links, new Mention(true, []));

    public static Message Resolved { get; } = new(
        12, MessageState.Resolved, "resolved", "NodeDown", "instance=node-3:9100", "1 resolved at 03:40 · lasted 28 min", [],
        "node-3 does not answer since 10 minutes.", "", [new MessageAlert(MessageState.Resolved, "node-3:9100", "", "lasted 28 min")], 0,
        Links[..1], null);

    public static Message Stale { get; } = new(
        14, MessageState.Stale, "stale", "DiskFull", "instance=nas", "1 firing · since 18:00 (9 h) · not heard of for 9 h",
        ["Nobody has reported it since 18:05: it may or may not be over"], "/srv is full.", "", [new MessageAlert(MessageState.Warning, "nas /srv", "", "9 h")], 0,
        Links, null);

    /// <summary>As many alerts as asked for, everything in them hostile.</summary>
    public static Message Hostile(int alerts) => new(
        15, MessageState.Critical, HostileLabel, HostileLabel, string.Join(", ", Enumerable.Repeat($"label={HostileLabel}", 10)), HostileLabel,
        [.. Enumerable.Repeat(HostileLabel, 10)], string.Concat(Enumerable.Repeat(HostileLabel, 30)),
        string.Join('\n', Enumerable.Repeat(HostileLabel + "\uD83D", 400)),
        [.. Enumerable.Range(0, alerts).Select(i => new MessageAlert(MessageState.Critical, $"{HostileLabel} {i}", HostileLabel + HostileLabel + HostileLabel, HostileLabel))],
        0, [.. Links, new MessageLink(HostileLabel, new Uri("https://example.org/?q=" + Uri.EscapeDataString(HostileLabel) + "&x='\"<>")),
            new MessageLink("Long", new Uri("https://example.org/" + new string('a', 5000)))], null);

    /// <summary>Letters that need most bytes and most escapes.</summary>
    public static Message Heavy(string letter) => new(
        16, MessageState.Critical, "critical", Many(letter), Many(letter), Many(letter), [Many(letter), Many(letter), Many(letter), Many(letter), Many(letter)],
        Many(letter), Many(letter), [.. Enumerable.Range(0, 400).Select(_ => new MessageAlert(MessageState.Critical, Many(letter), Many(letter), Many(letter)))],
        0, [.. Enumerable.Range(0, 9).Select(_ => new MessageLink(Many(letter), new Uri("https://example.org/?" + new string('&', 1900))))], null);

    public static ThreadReply History { get; } = new(["03:12 alert joined: node-4", $"03:13 alert joined: {HostileLabel}", "03:20 severity raised from warning to critical"], null);

    private static string Many(string letter) => string.Concat(Enumerable.Repeat(letter, 3000));
}
