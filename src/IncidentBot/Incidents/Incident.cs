using System.Collections.Immutable;
using IncidentBot.Alerts;

namespace IncidentBot.Incidents;

/// <summary>Whether an incident burns, as far as anybody knows.</summary>
internal enum IncidentStatus
{
    Firing = 1,
    Resolved = 2,
    Stale = 3,
}

/// <summary>
/// An incident after something was applied to it, and what that changed. Without changes it is the same object, or differs in
/// <see cref="Incident.HeardAt"/> alone. Its version is not counted yet: several rules may have to follow.
/// </summary>
internal readonly record struct Applied(Incident Incident, ImmutableArray<Change> Changes);

/// <summary>
/// A group of alerts that people handle together, as a value: applying a notification gives the next value and the changes,
/// each with its reason. Here is no clock and no I/O.
/// <para>
/// For one incident, what several voices say within <see cref="IncidentRules.LatecomerWithin"/> gives the same incident in any
/// order and with any repetition: of two episodes of one alert the later start is the current one, of one episode the end wins
/// over its beginning, and the times of firing are a union. What one voice says is taken in its order (<see cref="Voice"/>).
/// </para>
/// </summary>
internal sealed record Incident
{
    /// <summary>What people call it: 1, 2, 3…; 0 before it is stored.</summary>
    public long Number { get; init; }

    public required IncidentKey Key { get; init; }

    /// <summary>Counts changes; a post shows the incident as of one version. 0 before the first.</summary>
    public int Version { get; init; }

    public IncidentStatus Status { get; init; } = IncidentStatus.Resolved;

    /// <summary>By fingerprint.</summary>
    public ImmutableDictionary<string, Alert> Alerts { get; init; } = ImmutableDictionary.Create<string, Alert>(StringComparer.Ordinal);

    /// <summary>When episodes that have ended fired.</summary>
    public FiringIntervals Ended { get; init; } = FiringIntervals.None;

    /// <summary>When IncidentBot first heard of it.</summary>
    public DateTimeOffset OpenedAt { get; init; }

    /// <summary>Nothing was applied to it yet.</summary>
    public bool IsNew => OpenedAt == default;

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When IncidentBot learned that nothing fires any more; null while something does.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>When somebody last spoke of it, also to repeat what was known; to within <see cref="IncidentRules.HeardWithin"/>.</summary>
    public DateTimeOffset HeardAt { get; init; }

    /// <summary>How often Alertmanager repeats it; null before a webhook spoke of it.</summary>
    public Repeats? Repeats { get; init; }

    /// <summary>How many alerts Alertmanager said that it left out of its last notification of this group.</summary>
    public long Truncated { get; init; }

    /// <summary>Where the Alertmanager that last spoke of it is reached by people.</summary>
    public string ExternalUrl { get; init; } = "";

    /// <summary>The worst severity that fires, or that fired when nothing does.</summary>
    public Severity Severity { get; init; } = Severity.None;

    /// <summary>The labels that all its alerts of the latest stretch have in common.</summary>
    public LabelSet CommonLabels { get; init; } = LabelSet.Empty;

    public int FiringCount { get; init; }

    /// <summary>How people are called about it, and who has answered.</summary>
    public Escalation Escalation { get; init; } = Escalation.None;

    /// <summary>Whether it comes and goes too often to be announced each time; null when it does not.</summary>
    public Flapping? Flapping { get; init; }

    /// <summary>
    /// The moments at which it became as bad again as it had been shortly before, while it fired; stretches without length.
    /// </summary>
    public FiringIntervals Rises { get; init; } = FiringIntervals.None;

    /// <summary>What explains all that fires in it; null when nothing does.</summary>
    public Inhibition? Inhibition { get; init; }

    /// <summary>It is not announced, because others explain it.</summary>
    public bool IsHeld => Inhibition is { Holds: true };

    /// <summary>
    /// What is not announced because of it: <c>2 incidents: #12 PlexDown, #13 DnsSlow</c>. Hostile text; empty when there is nothing.
    /// </summary>
    public string Inhibits { get; init; } = "";

    /// <summary>When time alone changes something in it next; null when it does not.</summary>
    public DateTimeOffset? DueAt => new[] { Escalation.EscalatesAt, Escalation.RemindsAt, Flapping?.Until, Inhibition?.FreeAt }.Min();

    /// <summary>The earliest start among firing alerts; null when none fires.</summary>
    public DateTimeOffset? FiringSince { get; init; }

    /// <summary>The alerts that ended in the latest stretch.</summary>
    public int ResolvedCount
    {
        get
        {
            var from = Ended.Latest(FiringSince).From;
            return Alerts.Values.Count(alert => alert.EndsAt >= from);
        }
    }

    public int Flaps => Ended.Flaps(FiringSince);

    /// <summary>Takes in what a notification says about alerts of this incident, and says what that changed.</summary>
    public Applied Apply(IReadOnlyList<AlertReport> reports, Notification notification, DateTimeOffset now)
    {
        ImmutableDictionary<string, Alert>.Builder? alerts = null;
        var ended = Ended;
        var joined = new List<Alert>();
        var over = new List<Alert>();
        var isSeen = false;
        foreach (var report in reports)
        {
            var known = alerts is null ? Alerts.GetValueOrDefault(report.Fingerprint) : alerts.GetValueOrDefault(report.Fingerprint);
            if (Episodes.IsNewEnd(known, report, notification))
            {
                ended = ended.Add(new FiringInterval(known?.StartsAt == report.StartsAt ? known.FiringSince
                    : report.StartsAt, report.EndsAt!.Value));
            }

            var next = Episodes.Next(known, report, notification, now);
            if (ReferenceEquals(next, known))
            {
                continue;
            }

            isSeen |= !AlertCopies.OnlyCopiesDiffer(known, next);
            (alerts ??= Alerts.ToBuilder())[next.Fingerprint] = next;
            if (next.Firing && known is not { Firing: true })
            {
                joined.Add(next);
            }
            else if (!next.Firing && known is { Firing: true })
            {
                over.Add(next);
            }
        }

        // Another group's notification, in which alerts of this one stand too, does not say what was left out of this one.
        var truncated = IncidentKey.Of(notification) == Key ? notification.Truncated : Truncated;
        var isNews = joined.Count > 0 || over.Count > 0 || !ReferenceEquals(ended, Ended) || IsNew;
        var unchanged = !isSeen && ReferenceEquals(ended, Ended) && truncated == Truncated && Status != IncidentStatus.Stale && !IsNew;
        if (unchanged && alerts is null && now - HeardAt < IncidentRules.HeardWithin)
        {
            return new Applied(this, []);
        }

        var repeats = Repeats.After(Repeats, notification, isNews, now);
        if (unchanged)
        {
            return new Applied(this with { HeardAt = now, Alerts = alerts?.ToImmutable() ?? Alerts, Repeats = repeats }, []);
        }

        var after = (this with
        {
            Repeats = repeats,
            Alerts = Forget(alerts?.ToImmutable() ?? Alerts),
            Ended = ended,
            Truncated = truncated,
            ExternalUrl = notification.ExternalUrl,
            HeardAt = now,
            OpenedAt = IsNew ? now : OpenedAt,
        }).Summed(now);
        return new Applied(after, Reasons.Of(this, after, joined, over, now));
    }

    /// <summary>
    /// Whether a notification of its own group says only what is known, so that applying it would change nothing. It stops at the first
    /// alert of which something new is said.
    /// </summary>
    public bool IsRepeatedBy(Notification notification, DateTimeOffset now)
    {
        foreach (var report in notification.Alerts)
        {
            if (!Alerts.TryGetValue(report.Fingerprint, out var known) || Episodes.IsNewEnd(known, report, notification)
                || !ReferenceEquals(Episodes.Next(known, report, notification, now), known))
            {
                return false;
            }
        }

        return notification.Truncated == Truncated && Status != IncidentStatus.Stale && now - HeardAt < IncidentRules.HeardWithin;
    }

    /// <summary>Whether nobody has spoken of a firing incident for so long that it can no longer be believed.</summary>
    public Applied Sweep(IncidentRules rules, DateTimeOffset now)
    {
        if (Status != IncidentStatus.Firing || now - HeardAt < rules.Patience(Repeats))
        {
            return new Applied(this, []);
        }

        var stale = this with { Status = IncidentStatus.Stale };
        return new Applied(stale, [new Change(ChangeKind.Stale, now, "", FiringCount)]);
    }

    /// <summary>
    /// Whether a new episode still belongs here: it is open, it flaps, or it ended so recently that it is taken up again.
    /// </summary>
    public bool Takes(IncidentRules rules, DateTimeOffset now) =>
        Status != IncidentStatus.Resolved || now - ResolvedAt!.Value <= rules.ReopenWithin || Flapping?.Until > now;

    /// <summary>Whether a report is about an episode that this incident has, or has had.</summary>
    public bool Knows(AlertReport report) =>
        Alerts.TryGetValue(report.Fingerprint, out var alert) && report.StartsAt <= alert.StartsAt;

    private static ImmutableDictionary<string, Alert> Forget(ImmutableDictionary<string, Alert> alerts)
    {
        if (alerts.Count <= IncidentRules.ResolvedAlertsKept)
        {
            return alerts;
        }

        var surplus = alerts.Values.Where(alert => !alert.Firing)
            .OrderByDescending(alert => alert.EndsAt).ThenBy(alert => alert.Fingerprint, StringComparer.Ordinal)
            .Skip(IncidentRules.ResolvedAlertsKept).Select(alert => alert.Fingerprint).ToList();
        return alerts.RemoveRange(surplus);
    }

    /// <summary>With all that is read off the alerts brought up to date.</summary>
    private Incident Summed(DateTimeOffset now)
    {
        var firing = 0;
        DateTimeOffset? since = null;
        Severity? worst = null;
        foreach (var alert in Alerts.Values)
        {
            if (alert.Firing)
            {
                firing++;
                since = since is null || alert.FiringSince < since ? alert.FiringSince : since;
                worst = Incidents.Severity.Worst(worst ?? alert.Severity, alert.Severity);
            }
        }

        var current = Ended.Latest(since).From;
        LabelSet? common = null;
        foreach (var alert in Alerts.Values)
        {
            if (alert.Firing || alert.EndsAt >= current)
            {
                common = common is null ? alert.Labels : common.Common(alert.Labels);
                worst = firing > 0 ? worst : Incidents.Severity.Worst(worst ?? alert.Severity, alert.Severity);
            }
        }

        return this with
        {
            Status = firing > 0 ? IncidentStatus.Firing : IncidentStatus.Resolved,
            ResolvedAt = firing > 0 ? null : Status == IncidentStatus.Resolved && ResolvedAt is not null ? ResolvedAt : now,
            FiringCount = firing,
            FiringSince = since,
            Severity = worst ?? Incidents.Severity.None,
            CommonLabels = common ?? LabelSet.Empty,
        };
    }
}
