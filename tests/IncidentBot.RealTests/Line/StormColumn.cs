using System.Globalization;
using IncidentBot.Support;

namespace IncidentBot.Line;

/// <summary>What one sender made of a storm in its channel.</summary>
internal sealed record StormColumn(string Sender, IReadOnlyList<TimeSpan> Delays, int NeverDelivered, int Sent, int Refused, int Named, double PerAlert)
{
    /// <summary>What Alertmanager itself waits before it tells of a new group.</summary>
    private static readonly TimeSpan GroupWait = TimeSpan.FromSeconds(1);

    public static readonly string[] Heads =
    [
        "", "critical after group_wait, p50", "p99", "max", "criticals never delivered", "messages, edits and replies", "requests refused (429)",
        "groups ever named", "messages per alert",
    ];

    public static StormColumn Of(string sender, AlertmanagerStorm storm, SlackServer slack, string channel)
    {
        var roots = slack.Messages(channel);
        var all = roots.SelectMany(root => slack.Replies(root).Prepend(root)).ToList();
        var text = string.Join('\n', all.Select(message => message.Text));
        var single = roots.Where(root => !root.Text.Contains("storm", StringComparison.OrdinalIgnoreCase)).ToList();
        var delays = storm.Criticals
            .Select(critical => single.Find(root => root.Text.Contains(critical.Place, StringComparison.Ordinal))?.At - critical.At - GroupWait)
            .OfType<TimeSpan>().Order().ToList();
        var sent = all.Count + all.Sum(message => message.Edits);
        return new StormColumn(
            sender, delays, storm.Criticals.Count - delays.Count, sent, slack.RateLimited,
            Enumerable.Range(0, AlertmanagerStorm.Groups).Count(group => text.Contains(AlertmanagerStorm.Place(group), StringComparison.Ordinal)),
            (double)sent / storm.Alerts);
    }

    /// <summary>Of the criticals that were delivered; null when none was.</summary>
    public TimeSpan? Percentile(double part) => Delays.Count == 0 ? null : Delays[Math.Max(0, (int)Math.Ceiling(Delays.Count * part) - 1)];

    public string[] Cells() =>
    [
        Sender, Seconds(Percentile(0.5)), Seconds(Percentile(0.99)), Seconds(Percentile(1)),
        string.Create(CultureInfo.InvariantCulture, $"{NeverDelivered} of {NeverDelivered + Delays.Count}"),
        Sent.ToString("N0", CultureInfo.InvariantCulture), Refused.ToString("N0", CultureInfo.InvariantCulture),
        string.Create(CultureInfo.InvariantCulture, $"{Named} of {AlertmanagerStorm.Groups}"), PerAlert.ToString("0.000", CultureInfo.InvariantCulture),
    ];

    public static string Seconds(TimeSpan? time) => time is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known.TotalSeconds:0.00} s") : "-";
}
