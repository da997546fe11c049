using IncidentBot.Alerts;
using IncidentBot.Incidents;

namespace IncidentBot.Graph;

/// <summary>
/// What labels of an alert must be for a link to count, each as in a lane's match. Of several links that fit the one with the most
/// conditions is meant; without any it fits every alert.
/// </summary>
internal sealed class LabelConditions : IEquatable<LabelConditions>
{
    public static readonly LabelConditions None = new(new Dictionary<string, string>(StringComparer.Ordinal));

    private readonly Matcher[] _matchers;

    private LabelConditions(IReadOnlyDictionary<string, string> texts)
    {
        Texts = new SortedDictionary<string, string>(texts.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        _matchers = [.. Texts.Select(pair => Matcher.Parse(pair.Key, pair.Value))];
    }

    /// <summary>As they are written, by label and in its order: <c>cluster</c> and <c>=~k8s-.*</c>.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; }

    public IReadOnlyList<Matcher> Matchers => _matchers;

    public int Count => _matchers.Length;

    /// <exception cref="FormatException">A text has something wrong with it; the message says what.</exception>
    public static LabelConditions Of(IReadOnlyDictionary<string, string> texts) => texts.Count == 0 ? None : new LabelConditions(texts);

    public bool Fit(LabelSet labels)
    {
        foreach (var matcher in _matchers)
        {
            if (!matcher.Matches(labels[matcher.Label]))
            {
                return false;
            }
        }

        return true;
    }

    public bool Equals(LabelConditions? other) => other is not null && Texts.SequenceEqual(other.Texts);

    public override bool Equals(object? obj) => Equals(obj as LabelConditions);

    public override int GetHashCode() =>
        Texts.Aggregate(Count, (hash, pair) => HashCode.Combine(hash, pair.Key, pair.Value));

    /// <summary>For people: <c>cluster=b, node=~k8s-.*</c>; empty without any.</summary>
    public override string ToString() => string.Join(", ", Texts.Select(pair =>
        pair.Value.StartsWith("=~", StringComparison.Ordinal) || pair.Value.StartsWith('!') || pair.Value.StartsWith('=')
            ? $"{pair.Key}{pair.Value}" : $"{pair.Key}={pair.Value}"));
}
