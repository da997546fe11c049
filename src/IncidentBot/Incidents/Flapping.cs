using System.Collections.Immutable;

namespace IncidentBot.Incidents;

/// <summary>
/// That an incident comes and goes too often to be announced each time. Meanwhile its post is kept up to date without a sound,
/// and every return belongs to it, until it has stayed as it is for the whole window.
/// </summary>
/// <param name="Until">When it counts as stable, unless it changes between firing and resolved once more.</param>
internal sealed record Flapping(DateTimeOffset Since, DateTimeOffset Until)
{
    /// <summary>Marks an incident that came back too often, and lets go without a sound what comes and goes in one that is marked.</summary>
    public static Applied Follow(Incident? before, Applied applied, IncidentRules rules, DateTimeOffset now)
    {
        var (incident, changes) = applied;
        if (before is null || before.Status == incident.Status || !changes.Any(change => change.Kind is ChangeKind.Reopened or ChangeKind.Resolved))
        {
            return incident.Flapping is null ? applied : applied with { Changes = Hush(changes) };
        }

        if (incident.Flapping is { } flapping)
        {
            return new Applied(incident with { Flapping = flapping with { Until = now + rules.FlapWindow } }, Hush(changes));
        }

        var returns = Returns(incident, rules, now);
        if (incident.Status != IncidentStatus.Firing || returns <= rules.FlapThreshold)
        {
            return applied;
        }

        return new Applied(
            incident with { Flapping = new Flapping(now, now + rules.FlapWindow) },
            Hush(changes).Add(new Change(ChangeKind.FlappingBegan, now, $"came back {returns} times within {Headline.Length(rules.FlapWindow)}")));
    }

    /// <summary>Takes the mark from an incident that has been stable for long enough.</summary>
    public static Applied Calm(Incident incident, DateTimeOffset now) => incident.Flapping is { } flapping && flapping.Until <= now
        ? new Applied(
            incident with { Flapping = null, Version = incident.Version + 1, UpdatedAt = now },
            [new Change(ChangeKind.FlappingEnded, now, incident.Status == IncidentStatus.Resolved ? "it has stayed resolved" : "it fires without a break")])
        : new Applied(incident, []);

    /// <summary>How often it came back within the window; its very first beginning is no return.</summary>
    public static int Returns(Incident incident, IncidentRules rules, DateTimeOffset now) =>
        Math.Min(incident.Ended.BeginsAfter(now - rules.FlapWindow, incident.FiringSince), incident.Flaps);

    private static ImmutableArray<Change> Hush(ImmutableArray<Change> changes) =>
    [
        .. changes.Select(change => change.Kind is ChangeKind.Reopened or ChangeKind.Resolved or ChangeKind.Joined or ChangeKind.AlertResolved
            ? change with { Quiet = true }
            : change),
    ];
}
