using IncidentBot.Alerts;

namespace IncidentBot.Incidents;

/// <summary>The few words by which people recognise an incident or an alert: names first, then what tells it from its neighbours.</summary>
internal static class Headline
{
    /// <summary>Labels that every alert has, or that say how it was measured rather than where.</summary>
    private static readonly HashSet<string> Boring = new(StringComparer.Ordinal)
    {
        "alertname", "severity", "prometheus", "prometheus_replica", "job", "endpoint", "metrics_path", "service", "uid", "monitor",
        "lane", "tier", "team",
    };

    /// <summary>Labels that say nothing of what burns even where nothing else differs.</summary>
    private static readonly HashSet<string> Never = new(StringComparer.Ordinal)
    {
        "alertname", "severity", "prometheus", "prometheus_replica", "uid", "monitor", "lane", "tier", "team",
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
            .OrderByDescending(group => group.Max(alert => alert.Severity.Level)).ThenByDescending(group => group.Count())
            .ThenBy(group => group.Key, StringComparer.Ordinal).Select(group => group.Key).ToList();
        return counted.Count switch
        {
            0 => "(no alerts)",
            <= 3 => string.Join(", ", counted),
            _ => $"{counted[0]}, {counted[1]} and {counted.Count - 2} more",
        };
    }

    /// <summary>What distinguishes this group: the telling labels that all its alerts share. Empty when there are none.</summary>
    public static IReadOnlyList<Label> Place(Incident incident) =>
        Pick(incident.CommonLabels, 4, Boring, incident.Key.GroupLabels);

    /// <summary>The same in words: <c>namespace=media, instance=nas:9100</c>.</summary>
    public static string PlaceText(Incident incident) =>
        string.Join(", ", Place(incident).Select(label => $"{label.Name}={Bidi.Apart(label.Value)}"));

    /// <summary>
    /// What distinguishes one alert from the others of its incident, also how it was measured when only that does. When nothing does
    /// its name is enough where that differs; else its telling labels.
    /// </summary>
    public static IReadOnlyList<Label> Place(Alert alert, Incident incident)
    {
        var differing = LabelSet.From([.. alert.Labels.Where(label => incident.CommonLabels[label.Name] is null)]);
        var own = Pick(differing, 3, Boring, LabelSet.Empty);
        own = own.Count > 0 ? own : Pick(differing, 3, Never, LabelSet.Empty);
        return own.Count > 0 ? own : incident.CommonLabels["alertname"] is null ? [] : Pick(alert.Labels, 2, Boring, LabelSet.Empty);
    }

    /// <summary>Whether a label is one that all alerts have, or that says how it was measured rather than where.</summary>
    public static bool SaysNothing(string label) => Boring.Contains(label) || IsForMachines(label);

    /// <summary>A few alerts by what tells them apart: <c>pod=plex-0; pod=plex-1 and 3 more</c>.</summary>
    public static string Name(IReadOnlyList<Alert> alerts, Incident incident)
    {
        const int Named = 3;
        var several = incident.CommonLabels["alertname"] is null;
        var names = alerts.Order(Urgency.Order).Take(Named).Select(alert =>
        {
            var place = string.Join(" ", Place(alert, incident).Select(label => $"{label.Name}={Bidi.Apart(Cut(label.Value, 80))}"));
            return several || place.Length == 0 ? $"{Cut(alert.Name, 80)} {place}".TrimEnd() : place;
        });
        var text = string.Join("; ", names);
        return alerts.Count > Named ? $"{text} and {alerts.Count - Named} more" : text;
    }

    /// <summary>
    /// A part of an incident's alerts: by their names where no other alert has one of these, else as <see cref="Name"/> does.
    /// </summary>
    public static string Names(IReadOnlyList<Alert> part, Incident incident)
    {
        var names = part.Order(Urgency.Order).Select(alert => Cut(alert.Name, 80)).Distinct(StringComparer.Ordinal).ToList();
        var rest = incident.Alerts.Values.Where(alert => alert.Firing && !part.Contains(alert)).Select(alert => Cut(alert.Name, 80));
        return rest.Any(names.Contains) ? Name(part, incident)
            : names.Count <= 3 ? string.Join(", ", names)
            : $"{names[0]}, {names[1]} and {names.Count - 2} more";
    }

    /// <summary>
    /// One sentence: the summary that all that fires has. Where they differ no alert's own speaks for the others:
    /// <c>5 × Endpoint … is down: vaultwarden, auth, immich and 2 more</c>. Empty when no alert has one.
    /// </summary>
    public static string Summary(Incident incident)
    {
        var worst = Worst(incident, "summary", "message", "title");
        if (worst is null)
        {
            return "";
        }

        var alerts = Current(incident);
        return alerts.TrueForAll(alert => string.Equals(First(alert, ["summary", "message", "title"]), worst, StringComparison.Ordinal))
            ? worst
            : incident.CommonLabels["alertname"] is null ? $"{worst} (and {alerts.Count - 1} more)"
            : GroupSummary(alerts, incident);
    }

    /// <summary>More about it: the description that all that fires has. Empty when they differ, or no alert has one.</summary>
    public static string Description(Incident incident) => Shared(incident, "description") ?? "";

    /// <summary>What else its author wrote for people, where all that fires says the same: <c>Impact: customers cannot pay</c>.</summary>
    public static IReadOnlyList<string> Remarks(Incident incident) =>
    [
        .. new[] { "impact", "action" }.Where(name => Shared(incident, name) is not null)
            .Select(name => $"{char.ToUpperInvariant(name[0])}{name[1..]}: {Shared(incident, name)}"),
    ];

    /// <summary>The dashboard that its author named, as it is written; null for none.</summary>
    public static string? Dashboard(Incident incident) => Shared(incident, "dashboard_url") ?? Shared(incident, "dashboard");

    private static string? Shared(Incident incident, string annotation) => Worst(incident, annotation) is { } worst
        && Current(incident).TrueForAll(alert => string.Equals(alert.Annotations[annotation], worst, StringComparison.Ordinal))
            ? worst : null;

    private static List<Alert> Current(Incident incident) =>
        [.. incident.Alerts.Values.Where(alert => alert.Firing || incident.FiringCount == 0).Order(Urgency.Order)];

    private static string GroupSummary(List<Alert> alerts, Incident incident)
    {
        const int Named = 3;
        // Every change of an incident asks for this: of hundreds of alerts only as many are looked at as are named.
        var names = alerts.Select(alert => Place(alert, incident) is [var first, ..] ? Cut(first.Value, 40) : alert.Name)
            .Distinct(StringComparer.Ordinal).Take(Named).ToList();
        var more = alerts.Count - names.Count;
        var shared = Shared([.. alerts.Select(alert => First(alert, ["summary", "message", "title"]) ?? "")]);
        return $"{alerts.Count} × {(shared.Length > 0 ? shared : incident.CommonLabels["alertname"])}: {string.Join(", ", names)}"
            + (more > 0 ? $" and {more} more" : "");
    }

    /// <summary>The words with which all texts begin and end, with an ellipsis for those between; empty when there are too few.</summary>
    private static string Shared(IReadOnlyList<string> texts)
    {
        var words = texts.Select(text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        var shortest = words.Min(text => text.Length);
        var begin = 0;
        while (begin < shortest && words.TrueForAll(text => string.Equals(text[begin], words[0][begin], StringComparison.Ordinal)))
        {
            begin++;
        }

        var end = 0;
        while (end < shortest - begin
            && words.TrueForAll(text => string.Equals(text[^(end + 1)], words[0][^(end + 1)], StringComparison.Ordinal)))
        {
            end++;
        }

        return begin + end < 2 ? "" : string.Join(' ', [.. words[0][..begin], "…", .. words[0][^end..]]);
    }

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

    /// <param name="without">Labels that are left out.</param>
    /// <param name="first">Labels that are never left out for others, because the incident's alerts are grouped by them.</param>
    private static List<Label> Pick(LabelSet labels, int most, HashSet<string> without, LabelSet first) =>
    [
        .. labels.Where(label => !without.Contains(label.Name) && label.Value.Length > 0)
            .OrderBy(label => IsForMachines(label.Name)).ThenBy(label => first[label.Name] is null)
            .ThenBy(Telltale).ThenBy(label => label.Name, StringComparer.Ordinal)
            .Take(most)
            .OrderBy(label => IsForMachines(label.Name)).ThenBy(Telltale).ThenBy(label => label.Name, StringComparer.Ordinal),
    ];

    private static int Telltale(Label label) => Array.IndexOf(Telling, label.Name) is var index and >= 0 ? index : Telling.Length;

    private static bool IsForMachines(string name) =>
        name.StartsWith("__", StringComparison.Ordinal) || name.EndsWith("_uid", StringComparison.Ordinal);
}
