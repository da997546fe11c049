using System.Collections.Immutable;

namespace IncidentBot.Incidents;

/// <summary>
/// That an incident comes and goes, or becomes worse and better, too often to be announced each time. Meanwhile its post is kept
/// up to date without a sound, and every return belongs to it, until it has stayed as it is for the whole window. What is new in
/// it is told all the same.
/// </summary>
/// <param name="Until">When it counts as stable, unless it changes so once more.</param>
internal sealed record Flapping(DateTimeOffset Since, DateTimeOffset Until)
{
    /// <summary>Marks an incident that returned too often, and lets go without a sound what returns in one that is marked.</summary>
    /// <param name="isUrgent">Whether an alert by itself is urgent in the incident's lane.</param>
    public static Applied Follow(Incident? before, Applied applied, IncidentRules rules, Func<Alert, bool> isUrgent, DateTimeOffset now)
    {
        if (before is null)
        {
            return applied;
        }

        var (incident, changes) = applied;
        var isNew = IsNew(before, applied, rules, isUrgent, now);
        var rises = !isNew && Has(changes, ChangeKind.SeverityRaised, ChangeKind.LaneRaised);
        var turns = rises || Has(changes, ChangeKind.Reopened, ChangeKind.Resolved) || incident.Severity.Level < before.Severity.Level;
        incident = rises ? incident with { Rises = incident.Rises.Add(new FiringInterval(now, now)) } : incident;
        if (incident.Flapping is { } flapping)
        {
            return new Applied(turns ? incident with { Flapping = flapping with { Until = now + rules.FlapWindow } }
                : incident, Hush(changes, isNew));
        }

        var returns = Returns(incident, rules, now);
        var what = incident.Rises.Ended.Count > 0 ? "came back or became worse again" : "came back";
        if (!(rises || Has(changes, ChangeKind.Reopened)) || returns <= rules.FlapThreshold)
        {
            return new Applied(incident, changes);
        }

        return new Applied(
            incident with { Flapping = new Flapping(now, now + rules.FlapWindow) },
            Hush(changes, isNew).Add(
                new Change(ChangeKind.FlappingBegan, now, $"{what} {returns} times within {Headline.Length(rules.FlapWindow)}")));
    }

    /// <summary>Takes the mark from an incident that has been stable for long enough.</summary>
    public static Applied Calm(Incident incident, DateTimeOffset now) => incident.Flapping is { } flapping && flapping.Until <= now
        ? new Applied(
            incident with { Flapping = null },
            [new Change(ChangeKind.FlappingEnded, now, incident.Status == IncidentStatus.Resolved ? "it has stayed resolved"
                : "it fires without a break")])
        : new Applied(incident, []);

    /// <summary>
    /// How often it fired again, or became as bad again as it had been, within the window; its very first beginning is no return.
    /// </summary>
    public static int Returns(Incident incident, IncidentRules rules, DateTimeOffset now)
    {
        var after = now - rules.FlapWindow;
        return Math.Min(incident.Ended.BeginsAfter(after, incident.FiringSince), incident.Flaps) + incident.Rises.BeginsAfter(after, null);
    }

    /// <summary>
    /// Whether what fires now is worse than anything within the window, or has an alert that was never in it and either is urgent or
    /// made it more urgent. What changes without an alert that begins is new too: the lanes are others.
    /// </summary>
    private static bool IsNew(Incident before, Applied applied, IncidentRules rules, Func<Alert, bool> isUrgent, DateTimeOffset now)
    {
        if (!Has(applied.Changes, ChangeKind.Reopened, ChangeKind.Joined))
        {
            return true;
        }

        var had = before.Alerts.Values.Where(alert => alert.Firing || alert.EndsAt > now - rules.FlapWindow)
            .Select(alert => (int)alert.Severity.Level).DefaultIfEmpty(-1).Max();
        var rises = Has(applied.Changes, ChangeKind.LaneRaised);
        return (int)applied.Incident.Severity.Level > had
            || applied.Incident.Alerts.Values.Any(alert => alert.Firing && !before.Alerts.ContainsKey(alert.Fingerprint)
                && (rises || isUrgent(alert)));
    }

    private static bool Has(ImmutableArray<Change> changes, params ReadOnlySpan<ChangeKind> kinds)
    {
        foreach (var change in changes)
        {
            if (kinds.Contains(change.Kind))
            {
                return true;
            }
        }

        return false;
    }

    private static ImmutableArray<Change> Hush(ImmutableArray<Change> changes, bool isNew) =>
    [
        .. changes.Select(change => change.Kind switch
        {
            ChangeKind.Resolved or ChangeKind.AlertResolved => change with { Quiet = true },
            ChangeKind.Reopened or ChangeKind.Joined or ChangeKind.SeverityRaised or ChangeKind.LaneRaised =>
                change with { Quiet = !isNew },
            _ => change,
        }),
    ];
}
