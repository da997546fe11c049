using IncidentBot.Alerts;

namespace IncidentBot.Incidents;

/// <summary>What belongs to one incident of what a notification says. A null incident is one that has yet to be opened.</summary>
internal sealed record Share(Incident? Incident, IReadOnlyList<AlertReport> Reports);

/// <summary>
/// Decides to which incident each alert of a notification belongs. One episode belongs to one incident: an alert that arrives
/// again through a second receiver, or under a renamed group, stays where it is and is not announced again.
/// </summary>
internal static class Assignment
{
    /// <param name="notification">What was said.</param>
    /// <param name="byKey">The latest incident with the notification's key, or null.</param>
    /// <param name="byAlert">The incident that last had an alert of the notification's source, by fingerprint, or null.</param>
    /// <param name="rules">How long an ended incident is taken up again.</param>
    /// <param name="now">The moment of arrival.</param>
    public static IReadOnlyList<Share> Assign(
        Notification notification, Incident? byKey, Func<string, Incident?> byAlert, IncidentRules rules, DateTimeOffset now)
    {
        var group = byKey is not null && byKey.Takes(rules, now) ? byKey : null;
        var shares = new List<(Incident? Incident, List<AlertReport> Reports)>(1);
        List<AlertReport>? homeless = null;
        foreach (var report in notification.Alerts)
        {
            if (Home(report, notification, group, byAlert(report.Fingerprint), rules, now) is { } home)
            {
                Add(shares, home, report);
            }
            else
            {
                (homeless ??= []).Add(report);
            }
        }

        if (homeless is not null)
        {
            // The group's name may be all that changed: then its own alerts show where it lives.
            var home = group ?? shares.Find(share => share.Incident!.Takes(rules, now)
                && share.Incident.Key.GroupLabels.Equals(notification.GroupLabels)).Incident;
            foreach (var report in homeless)
            {
                Add(shares, home, report);
            }
        }

        return [.. shares.Select(share => new Share(share.Incident, share.Reports))];
    }

    private static Incident? Home(
        AlertReport report, Notification said, Incident? group, Incident? owner, IncidentRules rules, DateTimeOffset now)
    {
        if (owner is null || owner.Number == group?.Number)
        {
            return owner;
        }

        var itsOwn = owner.Knows(report) && (!report.Firing || Remembers(owner, report, said, now) || owner.Takes(rules, now));
        var stillOpen = owner.Status != IncidentStatus.Resolved;
        return itsOwn || stillOpen || (group is null && owner.Takes(rules, now)) ? owner : null;
    }

    /// <summary>Whether a firing report is an old one of an episode whose end is known, and not that episode come back.</summary>
    private static bool Remembers(Incident owner, AlertReport report, Notification said, DateTimeOffset now)
    {
        var alert = owner.Alerts[report.Fingerprint];
        return report.StartsAt < alert.StartsAt || (!alert.Firing && Voice.IsLatecomer(alert, said, now));
    }

    private static void Add(List<(Incident? Incident, List<AlertReport> Reports)> shares, Incident? incident, AlertReport report)
    {
        var share = shares.Find(candidate => candidate.Incident?.Number == incident?.Number);
        if (share.Reports is null)
        {
            share = (incident, []);
            shares.Add(share);
        }

        share.Reports.Add(report);
    }
}
