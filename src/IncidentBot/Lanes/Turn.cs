using System.Collections.Immutable;
using IncidentBot.Incidents;

namespace IncidentBot.Lanes;

/// <summary>By what turns are decided: the rules and lanes of one configuration, and which open incidents inhibit which.</summary>
internal sealed record Rulebook(IncidentRules Rules, LaneBook Lanes, InhibitionIndex Inhibitions);

/// <summary>
/// One change of one incident by all rules in their order, without clock and I/O: what was applied to it, then 1. route it to its
/// lanes, 2. say that it moved up, 3. follow its flapping, 4. follow what inhibits it, 5. follow its escalation, 6. count the version.
/// </summary>
/// <param name="Before">The incident before; null for a new one.</param>
/// <param name="Incident">The incident after all rules.</param>
/// <param name="Changes">What people can be told, in its order; empty when only the lane or the next due time is another.</param>
/// <param name="Routing">The lanes that show it from now on.</param>
/// <param name="At">The one moment that counts as now in all of it.</param>
internal sealed record Turn(Incident? Before, Incident Incident, ImmutableArray<Change> Changes, Routing Routing, DateTimeOffset At)
{
    /// <summary>Digests tell of it as of something that begins now.</summary>
    public bool Begins => Changes.Any(change => change.Kind is ChangeKind.Reopened or ChangeKind.Uninhibited);

    /// <summary>
    /// What follows from something that was applied to an incident; null when it changed nothing that people can be told.
    /// </summary>
    /// <param name="before">The incident before; null for a new one.</param>
    /// <param name="lane">The name of its lane before; null for a new one.</param>
    public static Turn? Of(Incident? before, string? lane, Applied applied, Rulebook by, DateTimeOffset now)
    {
        if (applied.Changes.IsEmpty)
        {
            return null;
        }

        var routing = by.Lanes.Route(applied.Incident, lane);
        var plan = routing.Lane.Plan(applied.Incident) with { ReturnsWithin = by.Rules.ReopenWithin };
        applied = Move(before, applied, routing, now);
        applied = Flapping.Follow(before, applied, by.Rules, routing.Lane.IsUrgent, now);
        applied = Inhibit(applied, routing.Lane, by, now);
        applied = EscalationRules.Follow(before, applied, plan, routing.Move, now);
        var counted = applied.Incident with { Version = (before?.Version ?? 0) + 1, UpdatedAt = now };
        return new Turn(before, counted, applied.Changes, routing, now);
    }

    /// <summary>
    /// What time alone demands of an incident now, and what other lanes do; without changes when people need not be told.
    /// </summary>
    public static Turn Due(Incident before, string lane, Rulebook by, DateTimeOffset now)
    {
        var routing = by.Lanes.Route(before, lane);
        var due = Due(before, routing, by, now);
        return Of(before, lane, due, by, now) ?? new Turn(before, due.Incident, [], routing, now);
    }

    /// <summary>Somebody takes an incident on; null when they had before.</summary>
    public static Turn? Acknowledge(Incident before, string lane, string by, string comment, Rulebook rulebook, DateTimeOffset now) =>
        Of(before, lane, EscalationRules.Acknowledge(before, by, comment, now), rulebook, now);

    /// <summary>Somebody gives an incident back; null when nobody had it on.</summary>
    public static Turn? Withdraw(Incident before, string lane, string by, Rulebook rulebook, DateTimeOffset now)
    {
        var plan = rulebook.Lanes.Route(before, lane).Lane.Plan(before);
        return Of(before, lane, EscalationRules.Withdraw(before, by, plan, now), rulebook, now);
    }

    /// <summary>Somebody has the next people called now; null when it calls nobody as things stand.</summary>
    public static Turn? Escalate(Incident before, string lane, string by, Rulebook rulebook, DateTimeOffset now)
    {
        var plan = rulebook.Lanes.Route(before, lane).Lane.Plan(before);
        return Of(before, lane, EscalationRules.EscalateNow(before, by, plan, now), rulebook, now);
    }

    /// <summary>
    /// A room that should show an incident refuses everything, so that people have to be called elsewhere; null when nobody has to be.
    /// </summary>
    /// <param name="room">Which, and why.</param>
    /// <param name="elsewhere">Another room shows it, or will.</param>
    public static Turn? Unreached(
        Incident before, string lane, string room, bool elsewhere, Rulebook rulebook, DateTimeOffset now)
    {
        var plan = rulebook.Lanes.Route(before, lane).Lane.Plan(before);
        return Of(before, lane, EscalationRules.Unreached(before, room, elsewhere, plan, now), rulebook, now);
    }

    /// <summary>
    /// The first that is due of: the end of flapping, an inhibition that begins or ends, other lanes, a step of escalation.
    /// </summary>
    private static Applied Due(Incident incident, Routing routing, Rulebook by, DateTimeOffset now)
    {
        var applied = Inhibit(Flapping.Calm(incident, now), routing.Lane, by, now);
        if (!applied.Changes.IsEmpty)
        {
            return applied;
        }

        if (routing.Move != LaneMove.None)
        {
            return applied with { Changes = [new Change(ChangeKind.Updated, now)] };
        }

        var due = EscalationRules.Due(applied.Incident, routing.Lane.Plan(applied.Incident), now);

        // Messages say when the next step is taken.
        var isOutdated = due.Changes.IsEmpty && due.Incident.Escalation.EscalatesAt != incident.Escalation.EscalatesAt;
        return isOutdated ? due with { Changes = [new Change(ChangeKind.Updated, now)] } : due;
    }

    /// <summary>With the move to a more urgent lane while it fires; what fires again says so anyhow.</summary>
    private static Applied Move(Incident? before, Applied applied, Routing routing, DateTimeOffset now) =>
        routing.Move == LaneMove.Up && before?.Status != IncidentStatus.Resolved && applied.Incident.Status == IncidentStatus.Firing
            ? applied with
            {
                Changes =
                applied.Changes.Add(new Change(ChangeKind.LaneRaised, now, $"from lane {routing.Before!.Name} to {routing.Lane.Name}"))
            }
            : applied;

    private static Applied Inhibit(Applied applied, Lane lane, Rulebook by, DateTimeOffset now) => Inhibition.Follow(
        applied, by.Inhibitions.CausesOf(applied.Incident), lane.HoldsCascades, by.Inhibitions.Inhibits(applied.Incident.Number), now);
}
