using System.Collections.Immutable;

namespace IncidentBot.Incidents;

/// <summary>What people can be told of the difference that a notification made to an incident. Pure.</summary>
internal static class Reasons
{
    /// <param name="before">The incident before; one that was not opened yet says so.</param>
    /// <param name="joined">What fires now and did not before.</param>
    /// <param name="over">What fired before and has ended.</param>
    public static ImmutableArray<Change> Of(Incident before, Incident after, List<Alert> joined, List<Alert> over, DateTimeOffset now) =>
        [.. before.IsNew ? [Opened(after, joined, now)] : Told(before, after, joined, over, now)];

    private static Change Opened(Incident after, List<Alert> joined, DateTimeOffset now) => after.Status == IncidentStatus.Firing
        ? Named(ChangeKind.Opened, joined, after, now)
        : new Change(ChangeKind.ResolvedUnseen, now, "", after.Alerts.Count);

    private static IEnumerable<Change> Told(Incident before, Incident after, List<Alert> joined, List<Alert> over, DateTimeOffset now)
    {
        var said = false;
        if (after.Status == IncidentStatus.Resolved)
        {
            if (before.Status != IncidentStatus.Resolved)
            {
                said = true;
                yield return Named(ChangeKind.Resolved, over, after, now);
            }
        }
        else
        {
            if (before.Status == IncidentStatus.Stale)
            {
                said = true;
                yield return new Change(ChangeKind.HeardAgain, now);
            }

            if (over.Count > 0)
            {
                said = true;
                yield return Named(ChangeKind.AlertResolved, over, after, now);
            }

            if (joined.Count > 0)
            {
                said = true;
                yield return Named(before.Status == IncidentStatus.Resolved ? ChangeKind.Reopened : ChangeKind.Joined, joined, after, now);
            }

            if (before.Status != IncidentStatus.Resolved && after.Severity.Level > before.Severity.Level)
            {
                said = true;
                yield return new Change(ChangeKind.SeverityRaised, now, $"from {before.Severity} to {after.Severity}");
            }
        }

        if (!said)
        {
            yield return new Change(ChangeKind.Updated, now);
        }
    }

    private static Change Named(ChangeKind kind, List<Alert> alerts, Incident after, DateTimeOffset now) =>
        new(kind, now, Headline.Name(alerts, after), alerts.Count);
}
