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

    public static Message FiringOne { get; } = new()
    {
        Number = 12,
        State = MessageState.Critical,
        StateWord = "critical",
        Title = "NodeDown",
        Place = "instance=node-3:9100",
        Status = "1 firing · since 03:12 (14 min)",
        Summary = "node-3 does not answer since 10 minutes.",
        Description = "The node exporter of node-3 cannot be scraped.\nPods on it are being moved.",
        Alerts = [new MessageAlert(MessageState.Critical, "node-3:9100", "", "14 min")],
        Links = Links,
    };

    public static Message FiringGroup { get; } = new()
    {
        Number = 13,
        State = MessageState.Warning,
        StateWord = "warning",
        Title = "KubePodCrashLooping",
        Place = "namespace=media",
        Status = "3 firing, 1 resolved · since 02:58 (28 min)",
        Notes = ["Acknowledged by @ada at 03:05", "Flapped 2 times in the last hour"],
        Summary = "Pods in media restart again and again.",
        Alerts = [
            new MessageAlert(MessageState.Warning, "immich-server-0", "back-off 5m0s restarting failed container", "28 min"),
            new MessageAlert(MessageState.Warning, "immich-ml-7d9f", "", "12 min"),
            new MessageAlert(MessageState.Warning, "jellyfin-0", "OOMKilled & restarted <5 min ago", "4 min"),
            new MessageAlert(MessageState.Resolved, "redis-0", "", "resolved 03:20"),
        ],
        MoreAlerts = 4,
        Links = Links,
        Mention = new Mention(true, []),
    };

    public static Message Resolved { get; } = new()
    {
        Number = 12,
        State = MessageState.Resolved,
        StateWord = "resolved",
        Title = "NodeDown",
        Place = "instance=node-3:9100",
        Status = "1 resolved at 03:40 · lasted 28 min",
        Summary = "node-3 does not answer since 10 minutes.",
        Alerts = [new MessageAlert(MessageState.Resolved, "node-3:9100", "", "lasted 28 min")],
        Links = Links[..1],
    };

    public static Message Stale { get; } = new()
    {
        Number = 14,
        State = MessageState.Stale,
        StateWord = "stale",
        Title = "DiskFull",
        Place = "instance=nas",
        Status = "1 firing · since 18:00 (9 h) · not heard of for 9 h",
        Notes = ["Nobody has reported it since 18:05: it may or may not be over"],
        Summary = "/srv is full.",
        Alerts = [new MessageAlert(MessageState.Warning, "nas /srv", "", "9 h")],
        Links = Links,
    };

    /// <summary>As many alerts as asked for, everything in them hostile.</summary>
    public static Message Hostile(int alerts) => new()
    {
        Number = 15,
        State = MessageState.Critical,
        StateWord = HostileLabel,
        Title = HostileLabel,
        Place = string.Join(", ", Enumerable.Repeat($"label={HostileLabel}", 10)),
        Status = HostileLabel,
        Notes = [.. Enumerable.Repeat(HostileLabel, 10)],
        Summary = string.Concat(Enumerable.Repeat(HostileLabel, 30)),
        Description = string.Join('\n', Enumerable.Repeat(HostileLabel + "\uD83D", 400)),
        Alerts = [.. Enumerable.Range(0, alerts).Select(i => new MessageAlert(MessageState.Critical, $"{HostileLabel} {i}", HostileLabel + HostileLabel + HostileLabel, HostileLabel))],
        Links = [.. Links, new MessageLink(HostileLabel, new Uri("https://example.org/?q=" + Uri.EscapeDataString(HostileLabel) + "&x='\"<>")),
            new MessageLink("Long", new Uri("https://example.org/" + new string('a', 5000)))],
    };

    /// <summary>Letters that need most bytes and most escapes.</summary>
    public static Message Heavy(string letter) => new()
    {
        Number = 16,
        State = MessageState.Critical,
        StateWord = "critical",
        Title = Many(letter),
        Place = Many(letter),
        Status = Many(letter),
        Notes = [Many(letter), Many(letter), Many(letter), Many(letter), Many(letter)],
        Summary = Many(letter),
        Description = Many(letter),
        Alerts = [.. Enumerable.Range(0, 400).Select(_ => new MessageAlert(MessageState.Critical, Many(letter), Many(letter), Many(letter)))],
        Links = [.. Enumerable.Range(0, 9).Select(_ => new MessageLink(Many(letter), new Uri("https://example.org/?" + new string('&', 1900))))],
    };

    public static ThreadReply History { get; } = new(["03:12 alert joined: node-4", $"03:13 alert joined: {HostileLabel}", "03:20 severity raised from warning to critical"], null);

    private static string Many(string letter) => string.Concat(Enumerable.Repeat(letter, 3000));
}
