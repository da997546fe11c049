using System.Text;
using IncidentBot.Alerts;

namespace IncidentBot.Incidents;

/// <summary>
/// Which open incidents are on which side of the rules of inhibition, by rule and equal labels, and the search for the cause of an alert
/// among them. Used by one thread.
/// </summary>
internal sealed class RuleGroups(IReadOnlyList<InhibitRule> rules)
{
    private readonly Dictionary<string, Group> _groups = new(StringComparer.Ordinal);

    public IReadOnlyList<InhibitRule> Rules => rules;

    /// <summary>On which sides an incident is; null when no rule speaks of it.</summary>
    public RuleSides? Read(Incident incident)
    {
        if (rules.Count == 0)
        {
            return null;
        }

        var sources = new Dictionary<string, Side>(StringComparer.Ordinal);
        var targets = new HashSet<string>(StringComparer.Ordinal);
        foreach (var alert in incident.Alerts.Values.Where(alert => alert.Firing))
        {
            for (var i = 0; i < rules.Count; i++)
            {
                var (explains, concerned) = (rules[i].Explains(alert.Labels), rules[i].Concerns(alert.Labels));
                if (explains)
                {
                    var key = Key(i, alert.Labels);
                    sources[key] = sources.GetValueOrDefault(key) == Side.Pure || !concerned ? Side.Pure : Side.Both;
                }

                if (concerned)
                {
                    targets.Add(Key(i, alert.Labels));
                }
            }
        }

        return sources.Count + targets.Count == 0 ? null : new RuleSides(sources, targets);
    }

    /// <summary>Exchanges on which sides an incident is. What has to be looked at again because of it is added to a set.</summary>
    public void Change(long number, RuleSides? before, RuleSides? after, HashSet<long> touched)
    {
        IEnumerable<string> keys = before is null ? [] : before.Sources.Keys;
        foreach (var key in keys.Union(after is null ? [] : after.Sources.Keys, StringComparer.Ordinal))
        {
            // An end or a beginning of what explains concerns all that may be explained by it.
            if (before?.Sources.GetValueOrDefault(key) != after?.Sources.GetValueOrDefault(key))
            {
                touched.UnionWith(At(key).Targets);
            }
        }

        Remove(number, before);
        Add(number, after);
    }

    /// <summary>The first incident that explains an alert by a rule; null when there is none.</summary>
    /// <param name="isOut">Whether an incident is explained by the one that a cause is sought for.</param>
    public long? CauseOf(LabelSet labels, long incident, Func<long, bool> isOut)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            if (rules[i].Concerns(labels) && _groups.TryGetValue(Key(i, labels), out var group))
            {
                // As in Alertmanager, what is on both sides of a rule is not explained by others that are on both sides too.
                var sources = rules[i].Explains(labels) ? group.PureSources : group.Sources;
                foreach (var source in sources.Where(source => source != incident && !isOut(source)))
                {
                    return source;
                }
            }
        }

        return null;
    }

    private void Add(long number, RuleSides? sides)
    {
        foreach (var (key, side) in sides is null ? [] : sides.Sources)
        {
            At(key).Sources.Add(number);
            if (side == Side.Pure)
            {
                At(key).PureSources.Add(number);
            }
        }

        foreach (var key in sides is null ? [] : sides.Targets)
        {
            At(key).Targets.Add(number);
        }
    }

    private void Remove(long number, RuleSides? sides)
    {
        foreach (var key in sides is null ? [] : sides.Sources.Keys.Concat(sides.Targets))
        {
            var group = At(key);
            group.Sources.Remove(number);
            group.PureSources.Remove(number);
            group.Targets.Remove(number);
            if (group.Sources.Count + group.Targets.Count == 0)
            {
                _groups.Remove(key);
            }
        }
    }

    private Group At(string key)
    {
        if (!_groups.TryGetValue(key, out var group))
        {
            _groups[key] = group = new Group();
        }

        return group;
    }

    /// <summary>A rule and the values of its equal labels; every value carries its length, so that none can imitate two.</summary>
    private string Key(int rule, LabelSet labels)
    {
        var key = new StringBuilder().Append(rule);
        foreach (var name in rules[rule].Equal)
        {
            var value = labels[name] ?? "";
            key.Append(';').Append(value.Length).Append(':').Append(value);
        }

        return key.ToString();
    }

    /// <summary>The incidents with the same equal labels under one rule.</summary>
    private sealed class Group
    {
        public SortedSet<long> Sources { get; } = [];

        public SortedSet<long> PureSources { get; } = [];

        public HashSet<long> Targets { get; } = [];
    }
}

/// <summary>On which sides of a rule an explaining alert is.</summary>
internal enum Side
{
    None = 0,
    Both = 1,
    Pure = 2,
}

/// <summary>On which sides of which rules an incident is, by rule and equal labels.</summary>
internal sealed record RuleSides(Dictionary<string, Side> Sources, HashSet<string> Targets);
