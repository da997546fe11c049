using System.Globalization;
using System.Text.Json.Nodes;
using IncidentBot.Alerts;

namespace IncidentBot.Line;

/// <summary>What people should see of a group in the end.</summary>
internal sealed record Expected(bool Fires, int Firing, int Resolved);

/// <summary>
/// One group of alerts as an Alertmanager keeps it: alerts fire, join, resolve and fire again, and every notification tells the
/// whole group, with what resolved since the last one that was taken.
/// </summary>
internal sealed class AlertGroup(string name, int team, Random random)
{
    private static readonly string[] Severities = ["critical", "warning", "info"];

    private readonly Dictionary<string, Episode> _episodes = new(StringComparer.Ordinal);
    private readonly List<(DateTimeOffset From, DateTimeOffset To)> _ended = [];
    private readonly HashSet<string> _untold = new(StringComparer.Ordinal);

    public string Name => name;

    public int Team => team;

    /// <summary>How many notifications of it were answered 2xx.</summary>
    public int Accepted { get; set; }

    /// <summary>
    /// Changes something; with <paramref name="end"/> nothing fires afterwards. Before the first notification was taken something
    /// goes on firing, because Alertmanager does not tell the end of a group whose beginning it could not tell.
    /// </summary>
    public void Change(DateTimeOffset now, bool end)
    {
        var firing = _episodes.Where(pair => pair.Value.End is null).Select(pair => pair.Key).Order(StringComparer.Ordinal).ToList();
        var all = Accepted > 0 && (end || random.Next(8) == 0);
        if (all || (firing.Count > (Accepted > 0 ? 0 : 1) && random.Next(5) < 2))
        {
            foreach (var alert in all ? firing : [firing[random.Next(firing.Count)]])
            {
                var episode = _episodes[alert];
                _episodes[alert] = episode with { End = now };
                _ended.Add((episode.Start, now));
                _untold.Add(alert);
            }
        }
        else
        {
            var alert = $"node-{random.Next(6)}";
            if (!firing.Contains(alert, StringComparer.Ordinal) && !_untold.Contains(alert))
            {
                var severity = _episodes.GetValueOrDefault(alert)?.Severity ?? Severities[random.Next(Severities.Length)];
                _episodes[alert] = new Episode(severity, now, null);
            }
        }
    }

    /// <summary>The group as a notification, and the resolved alerts that it tells of.</summary>
    public (string Body, IReadOnlyList<string> Resolved) Notification()
    {
        var alerts = new JsonArray();
        var told = _episodes.Where(pair => pair.Value.End is null || _untold.Contains(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal).ToList();
        foreach (var (alert, episode) in told)
        {
            var labels = LabelSet.From(
                ("alertname", "NodeDown"), ("group", name), ("instance", alert), ("severity", episode.Severity), ("team", Text(team)));
            alerts.Add(new JsonObject
            {
                ["status"] = episode.End is null ? "firing" : "resolved",
                ["labels"] = new JsonObject(labels.Select(label => KeyValuePair.Create(label.Name, (JsonNode?)label.Value))),
                ["annotations"] = new JsonObject { ["summary"] = $"Node {alert} of {name} is down" },
                ["startsAt"] = Text(episode.Start),
                ["endsAt"] = episode.End is { } ended ? Text(ended) : "0001-01-01T00:00:00Z",
                ["generatorURL"] = "http://prometheus.example:9090/graph",
                ["fingerprint"] = Fingerprint.Of(labels),
            });
        }

        var body = new JsonObject
        {
            ["version"] = "4",
            ["groupKey"] = $"{{}}:{{group=\"{name}\"}}",
            ["receiver"] = "incidentbot",
            ["status"] = told.Exists(pair => pair.Value.End is null) ? "firing" : "resolved",
            ["truncatedAlerts"] = 0,
            ["groupLabels"] = new JsonObject { ["alertname"] = "NodeDown", ["group"] = name, ["team"] = Text(team) },
            ["commonLabels"] = new JsonObject { ["alertname"] = "NodeDown", ["group"] = name, ["team"] = Text(team) },
            ["commonAnnotations"] = new JsonObject(),
            ["externalURL"] = "http://alertmanager.example:9093",
            ["alerts"] = alerts,
        };
        return (body.ToJsonString(), [.. told.Where(pair => pair.Value.End is not null).Select(pair => pair.Key)]);
    }

    /// <summary>A notification was taken: what it told as resolved leaves the group.</summary>
    public void Taken(IReadOnlyList<string> resolved)
    {
        Accepted++;
        _untold.ExceptWith(resolved);
    }

    /// <summary>Counts by the rule that people read: what fires, and what resolved since anything of it began to fire without a pause.</summary>
    public Expected InTheEnd()
    {
        var firing = _episodes.Values.Where(episode => episode.End is null).ToList();
        DateTimeOffset? from = firing.Count > 0 ? firing.Min(episode => episode.Start) : null;
        foreach (var (start, end) in _ended.OrderByDescending(stretch => stretch.To))
        {
            if (from is null || end >= from)
            {
                from = from is null || start < from ? start : from;
            }
        }

        return new Expected(firing.Count > 0, firing.Count, _episodes.Values.Count(episode => episode.End >= from));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    private sealed record Episode(string Severity, DateTimeOffset Start, DateTimeOffset? End);
}
