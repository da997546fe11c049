using IncidentBot.Alerts;

namespace IncidentBot.Incidents;

/// <summary>The few words by which people recognise an incident or an alert: names first, then what tells it from its neighbours.</summary>
internal static class Headline
{
    /// <summary>Labels that every alert has, or that say how it was measured rather than where.</summary>
    private static readonly HashSet<string> Boring = new(StringComparer.Ordinal)
    {
        "alertname", "severity", "prometheus", "prometheus_replica", "job", "endpoint", "metrics_path", "service", "uid", "monitor",
    };

    /// <summary>In this order, because the first ones say most to a person.</summary>
    private static readonly string[] Telling =
    [
        "cluster", "namespace", "instance", "node", "host", "pod", "deployment", "statefulset", "daemonset", "container", "name",
        "device", "mountpoint", "target", "domain",
    ];

    /// <summary>
    /// The alert's name; for an incident of several alerts their names, most frequent first: <c>NodeDown, PodNotReady and 2 more</c>.
    /// </summary>
    public static string Title(Incident incident)
    {
        if (incident.CommonLabels["alertname"] is { Length: > 0 } common)
        {
            return common;
        }

        var counted = incident.Alerts.Values.Where(alert => alert.Firing || incident.FiringCount == 0)
            .GroupBy(alert => alert.Name, StringComparer.Ordinal)
            .OrderByDescending(group => group.Max(alert => alert.Severity.Rank)).ThenByDescending(group => group.Count())
            .ThenBy(group => group.Key, StringComparer.Ordinal).Select(group => group.Key).ToList();
        return counted.Count switch
        {
            0 => "(no alerts)",
            <= 3 => string.Join(", ", counted),
            _ => $"{counted[0]}, {counted[1]} and {counted.Count - 2} more",
        };
    }

    /// <summary>What distinguishes this group: the telling labels that all its alerts share. Empty when there are none.</summary>
    public static IReadOnlyList<Label> Place(Incident incident) => Pick(incident.CommonLabels, 4);

    /// <summary>What distinguishes one alert from the others of its incident; its telling labels when nothing does.</summary>
    public static IReadOnlyList<Label> Place(Alert alert, Incident incident)
    {
        var own = Pick(LabelSet.From([.. alert.Labels.Where(label => incident.CommonLabels[label.Name] is null)]), 3);
        return own.Count > 0 ? own : Pick(alert.Labels, 2);
    }

    /// <summary>A few alerts by what tells them apart: <c>pod=plex-0; pod=plex-1 and 3 more</c>.</summary>
    public static string Name(IReadOnlyList<Alert> alerts, Incident incident)
    {
        const int Named = 3;
        var several = incident.CommonLabels["alertname"] is null;
        var names = alerts.Order(Urgency.Order).Take(Named).Select(alert =>
        {
            var place = string.Join(" ", Place(alert, incident).Select(label => $"{label.Name}={Cut(label.Value, 80)}"));
            return several || place.Length == 0 ? $"{Cut(alert.Name, 80)} {place}".TrimEnd() : place;
        });
        var text = string.Join("; ", names);
        return alerts.Count > Named ? $"{text} and {alerts.Count - Named} more" : text;
    }

    /// <summary>One sentence: the summary of the worst alert that fires. Empty when no alert has one.</summary>
    public static string Summary(Incident incident) => Worst(incident, "summary", "message", "title") ?? "";

    /// <summary>More about it: the description of the worst alert that fires. Empty when no alert has one.</summary>
    public static string Description(Incident incident) => Worst(incident, "description") ?? "";

    /// <summary>
    /// The runbook that the worst alert's author named, as it is written: an address, or a file of a repository. Null for none.
    /// </summary>
    public static string? Runbook(Incident incident) =>
        Worst(incident, "runbook_url", "runbook")?.Trim() is { Length: > 0 and <= WebAddress.Longest } text ? text : null;

    /// <summary>How long something took, in the two units that matter: <c>2 d 3 h</c>, <c>14 min</c>, <c>40 s</c>.</summary>
    public static string Length(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => "under 1 s",
        { TotalMinutes: < 1 } => $"{(int)time.TotalSeconds} s",
        { TotalHours: < 1 } => $"{(int)time.TotalMinutes} min",
        { TotalDays: < 1 } => time.Minutes == 0 ? $"{time.Hours} h" : $"{time.Hours} h {time.Minutes} min",
        _ => time.Hours == 0 ? $"{(int)time.TotalDays} d" : $"{(int)time.TotalDays} d {time.Hours} h",
    };

    public static string Cut(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        // Never leave half of a surrogate pair behind.
        var end = char.IsHighSurrogate(text[length - 2]) ? length - 2 : length - 1;
        return string.Concat(text.AsSpan(0, end), "…");
    }

    private static string? Worst(Incident incident, params ReadOnlySpan<string> annotations)
    {
        Alert? worst = null;
        string? text = null;
        foreach (var alert in incident.Alerts.Values)
        {
            if ((alert.Firing || incident.FiringCount == 0) && First(alert, annotations) is { } found
                && (worst is null || Urgency.Order.Compare(alert, worst) < 0))
            {
                (worst, text) = (alert, found);
            }
        }

        return text;
    }

    private static string? First(Alert alert, ReadOnlySpan<string> annotations)
    {
        foreach (var name in annotations)
        {
            if (alert.Annotations[name] is { Length: > 0 } text)
            {
                return text;
            }
        }

        return null;
    }

    private static List<Label> Pick(LabelSet labels, int most) =>
    [
        .. labels.Where(label => !Boring.Contains(label.Name) && label.Value.Length > 0)
            .OrderBy(label => Array.IndexOf(Telling, label.Name) is var index and >= 0 ? index : Telling.Length)
            .ThenBy(label => label.Name, StringComparer.Ordinal)
            .Take(most),
    ];
}
