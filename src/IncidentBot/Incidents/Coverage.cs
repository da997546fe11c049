using System.Collections.Immutable;
using IncidentBot.Alerts;

namespace IncidentBot.Incidents;

/// <summary>
/// What an acknowledgement covers: the alerts that fired when it was given, also when one of them comes back soon after its end. An
/// urgent alert that joins later is nobody's until somebody takes it too; what is not urgent is taken by its name, and only where
/// somebody would be called for it at all.
/// </summary>
internal static class Coverage
{
    extension(Incident incident)
    {
        /// <summary>What fires and is nobody's, although somebody has the rest; empty when nobody has any of it.</summary>
        public IEnumerable<Alert> Untaken => incident.Alerts.Values.Where(alert => alert is { Firing: true, UntakenSince: not null });

        /// <summary>What people are asked to take on: all that fires, or what of it is nobody's.</summary>
        public IEnumerable<Alert> Asking => incident.Escalation.Acknowledged is null
            ? incident.Alerts.Values.Where(alert => alert.Firing) : incident.Untaken;

        /// <summary>The incident as if it had these alerts alone, to put them into words.</summary>
        public Incident Only(IEnumerable<Alert> alerts)
        {
            var only = alerts.ToList();
            return only.Count == 0 ? incident : incident with
            {
                Alerts = only.ToImmutableDictionary(alert => alert.Fingerprint, StringComparer.Ordinal),
                FiringCount = only.Count(alert => alert.Firing),
                Severity = only.Select(alert => alert.Severity).Aggregate(Severity.Worst),
                CommonLabels = only.Select(alert => alert.Labels).Aggregate((LabelSet one, LabelSet other) => one.Common(other)),
                Truncated = 0,
            };
        }
    }

    /// <summary>
    /// What began to fire and is new: it was not there before, or ended long ago, or ended before somebody took the rest.
    /// </summary>
    public static IReadOnlyList<Alert> Fresh(Incident before, Incident after, EscalationPlan plan, DateTimeOffset now)
    {
        if (ReferenceEquals(before.Alerts, after.Alerts))
        {
            return [];
        }

        return
        [
            .. after.Alerts.Values.Where(alert => alert.Firing
                && (before.Alerts.GetValueOrDefault(alert.Fingerprint) is not { } known
                    || (!known.Firing && (now - known.HeardAt > plan.ReturnsWithin
                        || (known.UntakenSince is null && known.HeardAt < after.Escalation.Acknowledged?.At))))),
        ];
    }

    /// <summary>Follows what joined since somebody took the incident: what of it is nobody's.</summary>
    /// <param name="fresh">What is new; everything else stays whose it was.</param>
    public static Incident Follow(Incident before, Incident after, IReadOnlyList<Alert> fresh, EscalationPlan plan, DateTimeOffset now)
    {
        if (after.Escalation.Acknowledged is null || ReferenceEquals(before.Alerts, after.Alerts))
        {
            return after;
        }

        var alerts = after.Alerts;
        foreach (var alert in after.Alerts.Values.Where(alert => alert.Firing && alert.UntakenSince is null))
        {
            var known = before.Alerts.GetValueOrDefault(alert.Fingerprint);
            if (known is { Firing: true } && known.StartsAt == alert.StartsAt)
            {
                continue;
            }

            var since = !fresh.Contains(alert) ? known?.UntakenSince : IsAskedFor(alert, before, plan) ? now : null;
            alerts = since is null ? alerts : alerts.SetItem(alert.Fingerprint, alert with { UntakenSince = since });
        }

        return after with { Alerts = alerts };
    }

    /// <summary>Whoever acts for the incident acts for all that is in it now.</summary>
    public static Incident Forget(Incident incident) => incident with
    {
        Alerts = incident.Alerts.Values.Where(alert => alert.UntakenSince is not null)
            .Aggregate(incident.Alerts, (alerts, alert) => alerts.SetItem(alert.Fingerprint, alert with { UntakenSince = null })),
    };

    private static bool IsAskedFor(Alert alert, Incident before, EscalationPlan plan) => plan.IsUrgent(alert)
        || (plan.Calls && alert.Severity.Level >= before.Severity.Level
            && !before.Alerts.Values.Any(known =>
                known.UntakenSince is null && string.Equals(known.Name, alert.Name, StringComparison.Ordinal)));
}
