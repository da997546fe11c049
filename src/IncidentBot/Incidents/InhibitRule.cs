using IncidentBot.Alerts;

namespace IncidentBot.Incidents;

/// <summary>
/// That an alert which fires explains others, as Alertmanager's inhibition does, but over all sources. Meanwhile what it
/// explains is not announced.
/// </summary>
/// <param name="Source">What the explaining alert's labels must be; never empty.</param>
/// <param name="Target">What the explained alert's labels must be; never empty.</param>
/// <param name="Equal">Labels that both have with the same value; one that is absent equals the empty value.</param>
internal sealed record InhibitRule(IReadOnlyList<Matcher> Source, IReadOnlyList<Matcher> Target, IReadOnlyList<string> Equal)
{
    public bool Equals(InhibitRule? other) => other is not null
        && Source.SequenceEqual(other.Source) && Target.SequenceEqual(other.Target)
            && Equal.SequenceEqual(other.Equal, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Source.Count, Target.Count, Equal.Count);

    public bool Explains(LabelSet labels) => Has(labels, Source);

    public bool Concerns(LabelSet labels) => Has(labels, Target);

    private static bool Has(LabelSet labels, IReadOnlyList<Matcher> match) => match.All(matcher => matcher.Matches(labels[matcher.Label]));
}

/// <summary>That all that fires in an incident is explained by others, so that it is not announced.</summary>
/// <param name="By">The incidents that explain it, at most <see cref="MostCauses"/>.</param>
/// <param name="Cause">The same in words: <c>#12 NodeDown</c>. Hostile text.</param>
/// <param name="FreeAt">When it is announced after all, because nothing explains it any more; null while something does.</param>
internal sealed record Inhibition(IReadOnlyList<long> By, string Cause, DateTimeOffset? FreeAt = null)
{
    public const int MostCauses = 5;

    /// <summary>How long after its causes an incident is let be: it usually ends shortly after them.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    public bool Equals(Inhibition? other) =>
        other is not null && By.SequenceEqual(other.By) && string.Equals(Cause, other.Cause, StringComparison.Ordinal)
            && FreeAt == other.FreeAt;

    public override int GetHashCode() => HashCode.Combine(By.Count, Cause, FreeAt);

    /// <summary>Brings an incident up to date with what explains it and what it explains.</summary>
    /// <param name="applied">What was applied to it.</param>
    /// <param name="causes">What explains all that fires in it; empty when something fires that nothing explains.</param>
    /// <param name="inhibits">What is not announced because of it, in words.</param>
    public static Applied Follow(Applied applied, IReadOnlyList<(long Number, string Title)> causes, string inhibits, DateTimeOffset now)
    {
        var (incident, changes) = applied;
        var before = incident.Inhibition;
        var after = incident.Status != IncidentStatus.Firing ? null
            : causes.Count > 0 ? new Inhibition([.. causes.Take(MostCauses).Select(cause => cause.Number)], InhibitionIndex.Name(causes))
            : before is null || before.FreeAt <= now ? null
            : before with { FreeAt = before.FreeAt ?? now + Grace };
        if (after is not null && before is null)
        {
            changes = changes.Add(new Change(ChangeKind.InhibitedBy, now, after.Cause));
        }
        else if (after is null && before is not null && incident.Status == IncidentStatus.Firing)
        {
            changes = changes.Add(new Change(ChangeKind.Uninhibited, now, before.Cause));
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
}
