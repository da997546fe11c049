namespace IncidentBot.Incidents;

/// <summary>How an incident that others explain is dealt with. The number is stored: add at the end, never renumber.</summary>
internal enum InhibitionKind
{
    /// <summary>A rule of inhibition explains it: it is not announced.</summary>
    Rule = 0,

    /// <summary>What its services need is down, and its lane holds what that explains: it is not announced.</summary>
    Held = 1,

    /// <summary>What its services need is down: that is said, and it is announced all the same.</summary>
    Hint = 2,
}

/// <summary>That all that fires in an incident is explained by others, so that it is not announced, or says so.</summary>
/// <param name="By">The incidents that explain it, at most <see cref="MostCauses"/>.</param>
/// <param name="Cause">The same in words: <c>#12 NodeDown</c>. Hostile text.</param>
/// <param name="FreeAt">When it is announced after all, because nothing explains it any more; null while something does.</param>
internal sealed record Inhibition(IReadOnlyList<long> By, string Cause, DateTimeOffset? FreeAt = null)
{
    public const int MostCauses = 5;

    /// <summary>How long after its causes an incident is let be that a rule explains: it usually ends shortly after them.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    public InhibitionKind Kind { get; init; }

    /// <summary>It is not announced, and nobody is called.</summary>
    public bool Holds => Kind != InhibitionKind.Hint;

    public bool Equals(Inhibition? other) =>
        other is not null && By.SequenceEqual(other.By) && string.Equals(Cause, other.Cause, StringComparison.Ordinal)
            && FreeAt == other.FreeAt && Kind == other.Kind;

    public override int GetHashCode() => HashCode.Combine(By.Count, Cause, FreeAt, Kind);

    /// <summary>Brings an incident up to date with what explains it and what it explains.</summary>
    /// <param name="applied">What was applied to it.</param>
    /// <param name="cascade">How long its lane lets it be after what its services need works again; null when it holds nothing.</param>
    /// <param name="inhibits">What burns because of it, in words.</param>
    public static Applied Follow(Applied applied, Explanation explanation, TimeSpan? cascade, string inhibits, DateTimeOffset now)
    {
        var (incident, changes) = applied;
        var before = incident.Inhibition;
        var after = incident.Status == IncidentStatus.Firing ? After(before, explanation, cascade, now) : null;
        if (after is { Holds: true } && before is not { Holds: true })
        {
            changes = changes.Add(new Change(ChangeKind.InhibitedBy, now, after.Cause));
        }
        else if (before is { Holds: true } && after is not { Holds: true } && incident.Status == IncidentStatus.Firing)
        {
            changes = changes.Add(new Change(ChangeKind.Uninhibited, now, before.Cause));
        }
        else if (after is not null && before is null)
        {
            changes = changes.Add(new Change(ChangeKind.CausedBy, now, after.Cause));
        }
        else if (after is null && before is not null && incident.Status == IncidentStatus.Firing)
        {
            changes = changes.Add(new Change(ChangeKind.CauseOver, now, before.Cause));
        }
        else if (changes.IsEmpty && !string.Equals(after?.Cause, before?.Cause, StringComparison.Ordinal))
        {
            changes = changes.Add(new Change(ChangeKind.Updated, now));
        }

        if (changes.IsEmpty && !string.Equals(incident.Inhibits, inhibits, StringComparison.Ordinal))
        {
            changes = changes.Add(new Change(ChangeKind.Updated, now));
        }

        return new Applied(incident with { Inhibition = Equals(before, after) ? before : after, Inhibits = inhibits }, changes);
    }

    private static Inhibition? After(Inhibition? before, Explanation explanation, TimeSpan? cascade, DateTimeOffset now)
    {
        var causes = explanation.Causes;
        if (causes.Count > 0)
        {
            return new Inhibition([.. causes.Take(MostCauses).Select(cause => cause.Number)], Incidents.Cause.Name(causes))
            {
                Kind = explanation.ByRules ? InhibitionKind.Rule
                    : cascade is not null && explanation.MayHold ? InhibitionKind.Held : InhibitionKind.Hint,
            };
        }

        var grace = before?.Kind == InhibitionKind.Held ? cascade ?? TimeSpan.Zero : Grace;
        return before is not { Holds: true } || before.FreeAt <= now ? null
            : before with { FreeAt = before.FreeAt ?? now + grace };
    }
}
