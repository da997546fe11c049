using System.Collections.Immutable;

namespace IncidentBot.Incidents;

/// <summary>
/// Follows an incident's changes with its call: when people are called anew, when an acknowledgement no longer counts, and
/// when the next step is due. Nothing here changes whether the incident fires.
/// </summary>
internal static class EscalationRules
{
    /// <summary>Brings the call up to date after something was applied to an incident.</summary>
    /// <param name="before">The incident before; null for a new one.</param>
    /// <param name="move">Where the change moved it among the lanes.</param>
    public static Applied Follow(Incident? before, Applied applied, EscalationPlan plan, LaneMove move, DateTimeOffset now)
    {
        var (incident, changes) = applied;
        var call = incident.Escalation;
        var isHeardAgain = before is not null && IsUnheard(before) && !IsUnheard(incident) && incident.FiringCount > 0;
        var worse = Tells(changes, ChangeKind.SeverityRaised) || Tells(changes, ChangeKind.LaneRaised);
        var begins = Tells(changes, ChangeKind.Opened) || Tells(changes, ChangeKind.Reopened);
        if (before is not null && !begins)
        {
            (incident, changes) = Joined(before, incident, changes, plan, now);
        }

        if (begins || (worse && call.Acknowledged is null))
        {
            if (call.Acknowledged is { } taken)
            {
                changes = changes.Add(new Change(ChangeKind.Unacknowledged, now, $"it fires again since {taken.By} acknowledged it"));
            }

            call = new Escalation { Since = now };
            incident = Coverage.Forget(incident);
        }
        else if (call.Acknowledged is not null && (worse || !before!.Untaken.Any()) && incident.Untaken.Any())
        {
            // What nobody has calls by itself, as if it were all there is.
            call = call with { Since = now, Escalated = 0, EscalatedAt = null, RemindedAt = null };
        }
        else if (Tells(changes, ChangeKind.Uninhibited) || (move == LaneMove.Down && incident.Flapping is null))
        {
            call = call with { Since = now, Escalated = 0, EscalatedAt = null, RemindedAt = null };
        }
        else if (isHeardAgain)
        {
            call = call with { Since = LoudSince(before!, now) };
        }

        if (isHeardAgain && (call.Acknowledged is null || incident.Untaken.Any()))
        {
            changes = [.. changes.Select(change => change with
            {
                Calls = change.Kind is ChangeKind.Joined or ChangeKind.Unsuppressed or ChangeKind.Uninhibited,
            })];
        }

        return new Applied(Planned(incident with { Escalation = call }, plan, now), changes);
    }

    /// <summary>Calls people by name for what is urgent and joins, whoever has the rest; a repetition of the same calls nobody.</summary>
    private static (Incident, ImmutableArray<Change>) Joined(
        Incident before, Incident incident, ImmutableArray<Change> changes, EscalationPlan plan, DateTimeOffset now)
    {
        var fresh = Tells(changes, ChangeKind.Joined) ? Coverage.Fresh(before, incident, plan, now) : [];
        incident = Coverage.Follow(before, incident, fresh, plan, now);
        return (incident, incident.IsHeld || !fresh.Any(plan.IsUrgent) ? changes
            : [.. changes.Select(change => change.Kind == ChangeKind.Joined ? change with { Calls = true } : change)]);
    }

    /// <summary>Takes the step that is due, or calls people again: one of both, however long it has been due.</summary>
    /// <returns>Without changes when nothing is due by this plan; the call may still have been brought up to date.</returns>
    public static Applied Due(Incident incident, EscalationPlan plan, DateTimeOffset now)
    {
        var planned = Planned(incident, plan, now);
        var call = planned.Escalation;
        if (call.EscalatesAt <= now)
        {
            call = call with { Escalated = call.Escalated + 1, EscalatedAt = now, RemindedAt = now };
            return Changed(planned, call, plan, new Change(ChangeKind.Escalated, now, Waited(planned, now)));
        }

        if (call.RemindsAt <= now)
        {
            return Changed(planned, call with { RemindedAt = now }, plan, new Change(ChangeKind.Reminded, now, Waited(planned, now)));
        }

        return new Applied(planned, []);
    }

    /// <summary>
    /// A room refuses what it should show of an urgent incident that nobody has: those in its other rooms are called, or the next step
    /// is taken at once where it has no other.
    /// </summary>
    /// <param name="room">Which, and why.</param>
    public static Applied Unreached(Incident incident, string room, bool elsewhere, EscalationPlan plan, DateTimeOffset now)
    {
        var call = incident.Escalation;
        var asks = incident.Status == IncidentStatus.Firing && !call.IsTaken && !IsUnheard(incident) && incident.Asking.Any(plan.IsUrgent);
        return !asks || (!elsewhere && call.Escalated >= plan.Steps.Count) ? new Applied(incident, [])
            : elsewhere ? new Applied(incident, [new Change(ChangeKind.Unreached, now, room)])
            : Changed(incident, call with { Escalated = call.Escalated + 1, EscalatedAt = now, RemindedAt = now }, plan,
                new Change(ChangeKind.Escalated, now, $"nobody hears of it in {room}"));
    }

    /// <summary>
    /// Somebody takes on all that fires now; nothing of that escalates any more. The same person twice changes nothing unless something
    /// has joined, another one takes over.
    /// </summary>
    public static Applied Acknowledge(Incident incident, string by, string comment, DateTimeOffset now)
    {
        if (incident.Status == IncidentStatus.Resolved
            || (string.Equals(incident.Escalation.Acknowledged?.By, by, StringComparison.Ordinal) && !incident.Untaken.Any()))
        {
            return new Applied(incident, []);
        }

        var call = incident.Escalation with { Acknowledged = new Acknowledgement(by, now) };
        return Changed(Coverage.Forget(incident), call, EscalationPlan.Nothing,
            new Change(ChangeKind.Acknowledged, now, comment.Length > 0 ? $"{by}: {comment}" : by));
    }

    /// <summary>Somebody gives it back; people are called as if it had just begun.</summary>
    public static Applied Withdraw(Incident incident, string by, EscalationPlan plan, DateTimeOffset now) =>
        incident.Status == IncidentStatus.Resolved || incident.Escalation.Acknowledged is null
            ? new Applied(incident, [])
            : Changed(Coverage.Forget(incident), new Escalation { Since = now }, plan, new Change(ChangeKind.Unacknowledged, now, $"by {by}"));

    /// <summary>Somebody has the next step taken now; after the last one those who were called are called again.</summary>
    public static Applied EscalateNow(Incident incident, string by, EscalationPlan plan, DateTimeOffset now)
    {
        if (incident.Status == IncidentStatus.Resolved || plan.Steps.Count == 0)
        {
            return new Applied(incident, []);
        }

        var call = incident.Escalation;
        return call.Escalated < plan.Steps.Count
            ? Changed(incident, call with { Escalated = call.Escalated + 1, EscalatedAt = now, RemindedAt = now }, plan,
                new Change(ChangeKind.Escalated, now, $"{by} asks for help"))
            : Changed(incident, call with { RemindedAt = now }, plan, new Change(ChangeKind.Reminded, now, $"{by} asks for help"));
    }

    /// <summary>With the times of what comes next, as the plan has them now.</summary>
    private static Incident Planned(Incident incident, EscalationPlan plan, DateTimeOffset now)
    {
        var untaken = incident.Escalation.Acknowledged is null ? [] : incident.Untaken.ToList();
        var call = incident.Escalation with { Untaken = untaken.Count == 0 ? "" : Headline.Names(untaken, incident) };
        var since = incident.Status == IncidentStatus.Firing && !call.IsTaken ? CallsSince(incident) : null;
        var planned = call with
        {
            EscalatesAt = since is { } start ? Step(call, plan, start, now) : null,
            RemindsAt = since is { } first
            ? Reminder(call, plan, first, now) : null
        };
        return planned == incident.Escalation ? incident : incident with { Escalation = planned };
    }

    private static string Waited(Incident incident, DateTimeOffset now) =>
        $"nobody acknowledged for {Headline.Length(now - CallsSince(incident)!.Value)}";

    /// <summary>
    /// A step that was taken late, because the machine slept, puts the next one off as long: those called need their time.
    /// </summary>
    private static DateTimeOffset? Step(Escalation call, EscalationPlan plan, DateTimeOffset start, DateTimeOffset now)
    {
        if (call.Escalated >= plan.Steps.Count)
        {
            return null;
        }

        var elapsed = plan.Elapsed(call.Escalated + 1);
        var at = elapsed(start, plan.Steps[call.Escalated]);
        if (call is { Escalated: > 0, EscalatedAt: { } last })
        {
            at = Later(at, elapsed(last, plan.Steps[call.Escalated] - plan.Steps[call.Escalated - 1]));
        }

        return OrWhenHeard(at, elapsed, now);
    }

    private static DateTimeOffset? Reminder(Escalation call, EscalationPlan plan, DateTimeOffset start, DateTimeOffset now)
    {
        var elapsed = plan.Elapsed(call.Escalated);
        return plan.RemindEvery is { } every ? OrWhenHeard(elapsed(Later(call.RemindedAt ?? start, start), every), elapsed, now) : null;
    }

    /// <summary>What is overdue, because the machine slept, still waits for an hour at which somebody hears it.</summary>
    private static DateTimeOffset OrWhenHeard(DateTimeOffset at, Func<DateTimeOffset, TimeSpan, DateTimeOffset> elapsed,
        DateTimeOffset now) =>
        at <= now && elapsed(now, TimeSpan.Zero) is var heard && heard > now ? heard : at;

    /// <summary>
    /// Since when people really hear of it; null while others explain it, and while Alertmanager keeps quiet about all that fires,
    /// until nobody knows when.
    /// </summary>
    private static DateTimeOffset? CallsSince(Incident incident) =>
        incident.Escalation.Since is not { } since || incident.IsHeld ? null
            : !IsQuiet(incident) ? since
            : QuietUntil(incident) is { } end ? Later(since, end) : null;

    private static DateTimeOffset LoudSince(Incident before, DateTimeOffset now) =>
        before.Escalation.Since is { } since && QuietUntil(before) is { } end && end < now ? Later(since, end) : now;

    /// <summary>Whether nobody hears of it: it is stale, others explain it, or Alertmanager keeps quiet about all that fires.</summary>
    private static bool IsUnheard(Incident incident) => incident.Status == IncidentStatus.Stale || incident.IsHeld
        || IsQuiet(incident);

    /// <summary>Whether everything that asks for people was silenced, inhibited or muted when Alertmanager was last asked.</summary>
    private static bool IsQuiet(Incident incident) =>
        incident.Asking.Any() && incident.Asking.All(alert => alert.Suppression is not null);

    /// <summary>When the first of the silences ends; null when that is not known of any.</summary>
    private static DateTimeOffset? QuietUntil(Incident incident) =>
        incident.Asking.Min(alert => alert.Suppression?.Until);

    private static Applied Changed(Incident incident, Escalation call, EscalationPlan plan, Change change) =>
        new(Planned(incident with { Escalation = call }, plan, change.At), [change]);

    private static bool Tells(ImmutableArray<Change> changes, ChangeKind kind) =>
        changes.Any(change => change.Kind == kind && !change.Quiet);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
