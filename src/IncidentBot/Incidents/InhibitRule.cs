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
