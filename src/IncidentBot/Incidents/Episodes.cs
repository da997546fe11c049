using IncidentBot.Alerts;

namespace IncidentBot.Incidents;

/// <summary>How reports carry an alert from one episode to the next: the rules of what is news, late or old. Pure.</summary>
internal static class Episodes
{
    /// <summary>An alert after a report; the same object when the report is not news.</summary>
    public static Alert Next(Alert? known, AlertReport report, Notification said, DateTimeOffset now)
    {
        if (report.Copies.Count > 0)
        {
            return AlertCopies.Next(known, report, said, now);
        }

        // What is said of the alert as a whole counts more than what its copies said before.
        var next = Whole(known, report, said, now);
        return next.Copies.Count > 0 && next.Firing != known!.Firing ? next with { Copies = [] } : next;
    }

    private static Alert Whole(Alert? known, AlertReport report, Notification said, DateTimeOffset now)
    {
        if (known is null || report.StartsAt > known.StartsAt)
        {
            return new Alert(report.Fingerprint, report.Labels, report.Annotations, report.GeneratorUrl,
                report.StartsAt, report.StartsAt, report.EndsAt, now)
            {
                EndedBy = report.Firing ? null : Voice.Of(said),
                SeverityName = report.SeverityName,
            };
        }

        if (report.StartsAt < known.StartsAt)
        {
            return known;
        }

        if (report.Firing && !known.Firing)
        {
            return Voice.IsLatecomer(known, said, now)
                ? known
                : known with
                {
                    EndsAt = null,
                    FiringSince = now,
                    HeardAt = now,
                    Annotations = report.Annotations,
                    Suppression = null,
                    EndedBy = null,
                    CameBackFrom = known.EndsAt,
                    CameBackBy = Voice.Of(said),
                };
        }

        if (!report.Firing && (known.Firing ? !IsOldEnd(known, report, said) : report.EndsAt > known.EndsAt))
        {
            // An end after the moment at which the old one was told is another end: it came back meanwhile, and nobody said so here.
            var isAnother = known.Firing || report.EndsAt > known.HeardAt;
            return known with
            {
                EndsAt = report.EndsAt,
                HeardAt = isAnother ? now : known.HeardAt,
                Annotations = report.Annotations,
                EndedBy = isAnother ? Voice.Of(said) : known.EndedBy,
            };
        }

        return known.Firing && (!known.Annotations.Equals(report.Annotations)
            || !string.Equals(known.GeneratorUrl, report.GeneratorUrl, StringComparison.Ordinal)
            || !string.Equals(known.SeverityName, report.SeverityName, StringComparison.Ordinal))
            ? known with { Annotations = report.Annotations, GeneratorUrl = report.GeneratorUrl, SeverityName = report.SeverityName }
            : known;
    }

    /// <summary>Whether an end may lengthen the times in which the incident fired.</summary>
    public static bool IsNewEnd(Alert? known, AlertReport report, Notification said) => report.Copies.Count > 0
        ? AlertCopies.IsNewEnd(known, report, said)
        : !report.Firing && !IsOldEnd(known, report, said)
        && !(known is { Firing: false } && known.StartsAt == report.StartsAt && known.EndsAt >= report.EndsAt);

    /// <summary>
    /// Whether an end is the one that the episode came back from, told once more by a peer. From the voice that said that it is back it is
    /// none: what that one said before was a late copy, and now it knows of the end too.
    /// </summary>
    private static bool IsOldEnd(Alert? known, AlertReport report, Notification said) =>
        known is { Firing: true } && known.StartsAt == report.StartsAt && report.EndsAt <= known.CameBackFrom
        && (known.CameBackBy is null || !string.Equals(known.CameBackBy, Voice.Of(said), StringComparison.Ordinal));
}
