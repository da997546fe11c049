using System.Collections.Frozen;
using IncidentBot.Alerts;

namespace IncidentBot.Graph;

/// <summary>Finds among many things those whose conditions labels fulfil, by one exact value where they ask for one.</summary>
internal sealed class ConditionIndex<T>
{
    private readonly FrozenDictionary<Label, Entry[]> _byLabel;
    private readonly Entry[] _others;

    public ConditionIndex(IEnumerable<(LabelConditions Match, T Thing)> things)
    {
        var byLabel = new Dictionary<Label, List<Entry>>();
        var others = new List<Entry>();
        foreach (var (match, thing) in things)
        {
            // Names of hosts and spaces tell more apart than what every alert of one kind has in common.
            var exact = match.Matchers.Where(matcher => matcher.OnlyValue is { Length: > 0 })
                .OrderBy(matcher => matcher.Label is "service" or "severity" or "job" or "cluster").FirstOrDefault();
            if (exact is null)
            {
                others.Add(new Entry(match, thing));
                continue;
            }

            var label = new Label(exact.Label, exact.OnlyValue!);
            if (!byLabel.TryGetValue(label, out var entries))
            {
                byLabel[label] = entries = [];
            }

            entries.Add(new Entry(match, thing));
        }

        _byLabel = byLabel.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.ToArray());
        _others = [.. others];
    }

    public bool IsEmpty => _byLabel.Count == 0 && _others.Length == 0;

    /// <summary>Adds what fits, in no order.</summary>
    public void Find(LabelSet labels, List<(LabelConditions Match, T Thing)> found)
    {
        if (_byLabel.Count > 0)
        {
            for (var i = 0; i < labels.Count; i++)
            {
                if (_byLabel.TryGetValue(labels[i], out var entries))
                {
                    Add(entries, labels, found);
                }
            }
        }

        Add(_others, labels, found);
    }

    private static void Add(Entry[] entries, LabelSet labels, List<(LabelConditions Match, T Thing)> found)
    {
        foreach (var entry in entries)
        {
            if (entry.Match.Fit(labels))
            {
                found.Add((entry.Match, entry.Thing));
            }
        }
    }

    private sealed record Entry(LabelConditions Match, T Thing);
}
