using IncidentBot.Alerts;

namespace IncidentBot.Incidents;

/// <summary>
/// How a difference to Alertmanager's own list changes an incident, as it is at the moment of the change: a webhook may have
/// come since the list was read, and then the webhook is right.
/// </summary>
internal static class Reconciliation
{
    /// <summary>
    /// What is left of a list's group when all is left out that the store knows better. The times are those that the webhooks
    /// said, so that the same episode is not taken for another one.
    /// </summary>
    /// <param name="fires">What the list has.</param>
    /// <param name="byKey">The latest incident of the group, or null.</param>
    /// <param name="byAlert">The incident that last had an alert, by fingerprint, or null.</param>
    /// <param name="rules">Whether the incident still takes alerts.</param>
    /// <param name="now">The moment of the change.</param>
    public static Notification News(
        Finding.Fires fires, Incident? byKey, Func<string, Incident?> byAlert, IncidentRules rules, DateTimeOffset now)
    {
        var group = byKey is not null && byKey.Takes(rules, now) ? byKey : null;
        var reports = new List<AlertReport>();
        foreach (var report in fires.Notification.Alerts)
        {
            var alert = byAlert(report.Fingerprint)?.Alerts.GetValueOrDefault(report.Fingerprint);

            // The author of max_alerts does not want to hear of those that it cuts; the incident shows how many there are.
            if (alert is null ? group is not { Truncated: > 0 } : IsNews(alert, report, fires, now))
            {
                reports.Add(alert is not null && Same(alert, report) ? report with { StartsAt = alert.StartsAt } : report);
            }
        }

        return fires.Notification with
        {
            Alerts = reports,
            Truncated = group?.Truncated ?? 0,
            ExternalUrl = byKey is { ExternalUrl.Length: > 0 } ? byKey.ExternalUrl : fires.Notification.ExternalUrl,
        };
    }

    /// <summary>Ends the alerts that are in no list any more, unless something was heard of them since they were missed.</summary>
    public static Applied Lose(Incident incident, Finding.Gone gone, DateTimeOffset now)
    {
        var reports = gone.Alerts
            .Where(lost => incident.Alerts.GetValueOrDefault(lost.Fingerprint) is { Firing: true } alert
                && Same(alert.StartsAt, lost.StartsAt) && Same(alert.HeardAt, lost.HeardAt))
            .Select(lost => incident.Alerts[lost.Fingerprint])
            .Select(alert => new AlertReport(
                alert.Fingerprint, alert.Labels, alert.Annotations, alert.StartsAt, now > alert.FiringSince ? now
                    : alert.FiringSince, alert.GeneratorUrl))
            .ToList();
        if (reports.Count == 0)
        {
            return new Applied(incident, []);
        }

        var applied = incident.Apply(reports, Own(incident, reports), now);
        return applied with { Changes = applied.Changes.Insert(0, new Change(ChangeKind.Gone, now, "", reports.Count)) };
    }

    /// <summary>Marks what Alertmanager keeps quiet about, and takes back the marks of what it speaks of again.</summary>
    public static Applied Mark(Incident incident, Finding.Marked marked, DateTimeOffset now)
    {
        var alerts = incident.Alerts;
        var quiet = new List<(Alert Alert, Suppression Suppression)>();
        var loud = new List<Alert>();
        foreach (var (fingerprint, suppression) in marked.Marks)
        {
            if (alerts.GetValueOrDefault(fingerprint) is not { Firing: true } alert || alert.Suppression == suppression)
            {
                continue;
            }

            alerts = alerts.SetItem(fingerprint, alert with { Suppression = suppression });
            if (suppression is null)
            {
                loud.Add(alert);
            }
            else if (alert.Suppression?.Kind != suppression.Kind
                || !string.Equals(alert.Suppression.By, suppression.By, StringComparison.Ordinal))
            {
                quiet.Add((alert, suppression));
            }
        }

        if (ReferenceEquals(alerts, incident.Alerts))
        {
            return new Applied(incident, []);
        }

        var after = incident with { Alerts = alerts, HeardAt = now };
        var changes = quiet.GroupBy(one => (one.Suppression.Kind, one.Suppression.By, one.Suppression.Comment))
            .OrderBy(group => group.Key.Kind)
            .ThenBy(group => group.Key.By, StringComparer.Ordinal)
            .Select(group => new Change(Kind(group.Key.Kind), now,
                Reason(group.Key.By, group.Key.Comment, [.. group.Select(one => one.Alert)], after), group.Count()))
            .ToList();
        if (loud.Count > 0)
        {
            changes.Add(new Change(ChangeKind.Unsuppressed, now, Headline.Name(loud, after), loud.Count));
        }

        return new Applied(after, changes.Count > 0 ? [.. changes] : [new Change(ChangeKind.Updated, now)]);
    }

    private static bool IsNews(Alert alert, AlertReport report, Finding.Fires fires, DateTimeOffset now)
    {
        if (alert.Firing || report.StartsAt > alert.StartsAt + ReconcileRules.SameStart)
        {
            return true;
        }

        // An ended episode that is listed is usually that of a peer that has not heard of its end, unless that peer posts it too.
        return fires.Updated[report.Fingerprint] > alert.EndsAt
            && (now - alert.HeardAt >= ReconcileRules.ReturnAfter || fires.Doubted.Contains(report.Fingerprint));
    }

    /// <summary>A database keeps times less exactly than a clock gives them.</summary>
    private static bool Same(DateTimeOffset one, DateTimeOffset other) => (one - other).Duration() < TimeSpan.FromMilliseconds(1);

    private static bool Same(Alert alert, AlertReport report) => (alert.StartsAt - report.StartsAt).Duration() <= ReconcileRules.SameStart;

    private static Notification Own(Incident incident, List<AlertReport> reports) => new(
        incident.Key.Source, incident.Key.Receiver, incident.Key.GroupLabels, reports, incident.ExternalUrl, incident.Truncated);

    private static ChangeKind Kind(SuppressionKind kind) => kind switch
    {
        SuppressionKind.Silenced => ChangeKind.Silenced,
        SuppressionKind.Inhibited => ChangeKind.Inhibited,
        _ => ChangeKind.Muted,
    };

    /// <summary>By whom, why, and which alerts when it is not all that fire.</summary>
    private static string Reason(string by, string comment, List<Alert> alerts, Incident incident)
    {
        var which = alerts.Count == incident.FiringCount ? "" : Headline.Name(alerts, incident);
        var why = string.Join(": ", new[] { by.Length > 0 ? $"by {by}" : "", comment }.Where(part => part.Length > 0));
        return string.Join("; ", new[] { why, which }.Where(part => part.Length > 0));
    }
}
