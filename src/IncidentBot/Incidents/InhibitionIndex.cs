using System.Globalization;
using System.Text;
using IncidentBot.Alerts;

namespace IncidentBot.Incidents;

/// <summary>
/// Which open incidents explain which, by the rules of inhibition. It knows only incidents that fire and that a rule speaks of,
/// and finds them by rule and equal labels, so its cost does not grow with history. Used by one thread.
/// </summary>
internal sealed class InhibitionIndex(IReadOnlyList<InhibitRule> rules)
{
    private const int LongestChain = 16;

    /// <summary>So many characters of names fit a line of a message.</summary>
    private const int NamesLength = 95;

    private readonly Dictionary<long, Entry> _open = [];
    private readonly Dictionary<string, Group> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<long, SortedSet<long>> _inhibits = [];

    public IReadOnlyList<InhibitRule> Rules => rules;

    /// <summary>Some incidents by name, as many as fit a line, and how many others: <c>#12 NodeDown and 3 more</c>.</summary>
    public static string Name(IReadOnlyList<(long Number, string Title)> incidents)
    {
        var names = new StringBuilder();
        var named = 0;
        foreach (var (number, title) in incidents)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{(named > 0 ? ", " : "")}#{number} {Headline.Cut(title, 60)}");
            if (named > 0 && names.Length + name.Length > NamesLength)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{names} and {incidents.Count - named} more");
            }

            names.Append(name);
            named++;
        }

        return names.ToString();
    }

    /// <summary>Takes in an incident as it is now. Returns the others that have to be looked at again because of it.</summary>
    public IReadOnlyCollection<long> Put(Incident incident)
    {
        var before = _open.GetValueOrDefault(incident.Number);
        var after = Read(incident);
        if (before is null && after is null)
        {
            return [];
        }

        var touched = new HashSet<long>();
        foreach (var key in Keys(before, entry => entry.Sources.Keys)
            .Union(Keys(after, entry => entry.Sources.Keys), StringComparer.Ordinal))
        {
            // An end or a beginning of what explains concerns all that may be explained by it.
            if (before?.Sources.GetValueOrDefault(key) != after?.Sources.GetValueOrDefault(key))
            {
                touched.UnionWith(At(key).Targets);
            }
        }

        if (before is null || after is null || !before.By.SequenceEqual(after.By)
            || !string.Equals(before.Title, after.Title, StringComparison.Ordinal))
        {
            touched.UnionWith(before?.By ?? []);
            touched.UnionWith(after?.By ?? []);
        }

        if (!string.Equals(before?.Title, after?.Title, StringComparison.Ordinal))
        {
            touched.UnionWith(_inhibits.GetValueOrDefault(incident.Number) ?? []);
        }

        Remove(incident.Number, before);
        Add(incident.Number, after);
        touched.Remove(incident.Number);
        return touched;
    }

    /// <summary>Forgets an incident that there is not, because what was written of it was taken back.</summary>
    public void Remove(long number) => Remove(number, _open.GetValueOrDefault(number));

    /// <summary>
    /// What explains all that fires in an incident, lowest number first; empty when something fires that nothing explains.
    /// Nobody explains what explains it, and what IncidentBot says of itself is explained by nothing.
    /// </summary>
    public IReadOnlyList<(long Number, string Title)> CausesOf(Incident incident)
    {
        if (rules.Count == 0 || incident.Status != IncidentStatus.Firing
            || string.Equals(incident.Key.Source, IncidentKey.OwnSource, StringComparison.Ordinal))
        {
            return [];
        }

        var causes = new SortedSet<long>();
        foreach (var alert in incident.Alerts.Values.Where(alert => alert.Firing))
        {
            if (Cause(alert.Labels, incident.Number) is not { } cause)
            {
                return [];
            }

            causes.Add(cause);
        }

        return [.. causes.Select(number => (number, _open[number].Title))];
    }

    /// <summary>What is not announced because of an incident, in words, first how many it is; empty when there is nothing.</summary>
    public string Inhibits(long number)
    {
        if (!_inhibits.TryGetValue(number, out var burdens))
        {
            return "";
        }

        var names = Name([.. burdens.Select(burden => (burden, _open[burden].Title))]);
        return burdens.Count == 1 ? names : string.Create(CultureInfo.InvariantCulture, $"{burdens.Count} incidents: {names}");
    }

    private long? Cause(LabelSet labels, long incident)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            if (rules[i].Concerns(labels) && _groups.TryGetValue(Key(i, labels), out var group))
            {
                // As in Alertmanager, what is on both sides of a rule is not explained by others that are on both sides too.
                var sources = rules[i].Explains(labels) ? group.PureSources : group.Sources;
                foreach (var source in sources.Where(source => source != incident && !LeadsTo(source, incident)))
                {
                    return source;
                }
            }
        }

        return null;
    }

    /// <summary>Whether an incident is explained by another, also by way of further ones.</summary>
    private bool LeadsTo(long from, long to)
    {
        var seen = new HashSet<long> { from };
        var ahead = new Queue<long>(seen);
        for (var steps = 0; to != 0 && ahead.TryDequeue(out var number); steps++)
        {
            if (number == to || steps > LongestChain)
            {
                return true;
            }

            foreach (var next in (_open.GetValueOrDefault(number)?.By ?? []).Where(seen.Add))
            {
                ahead.Enqueue(next);
            }
        }

        return false;
    }

    private Entry? Read(Incident incident)
    {
        if (incident.Status != IncidentStatus.Firing)
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

        return sources.Count + targets.Count == 0 ? null
            : new Entry(Headline.Title(incident), sources, targets, incident.Inhibition?.By ?? []);
    }

    private void Add(long number, Entry? entry)
    {
        if (entry is null)
        {
            return;
        }

        _open[number] = entry;
        foreach (var (key, side) in entry.Sources)
        {
            At(key).Sources.Add(number);
            if (side == Side.Pure)
            {
                At(key).PureSources.Add(number);
            }
        }

        foreach (var key in entry.Targets)
        {
            At(key).Targets.Add(number);
        }

        foreach (var cause in entry.By)
        {
            if (!_inhibits.TryGetValue(cause, out var burdens))
            {
                _inhibits[cause] = burdens = [];
            }

            burdens.Add(number);
        }
    }

    private void Remove(long number, Entry? entry)
    {
        if (entry is null)
        {
            return;
        }

        _open.Remove(number);
        foreach (var key in entry.Sources.Keys.Concat(entry.Targets))
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

        foreach (var cause in entry.By)
        {
            if (_inhibits.TryGetValue(cause, out var burdens) && burdens.Remove(number) && burdens.Count == 0)
            {
                _inhibits.Remove(cause);
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

    private static IEnumerable<string> Keys(Entry? entry, Func<Entry, IEnumerable<string>> keys) => entry is null ? [] : keys(entry);

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

    /// <summary>On which sides of a rule an explaining alert is.</summary>
    private enum Side
    {
        None = 0,
        Both = 1,
        Pure = 2,
    }

    private sealed record Entry(string Title, Dictionary<string, Side> Sources, HashSet<string> Targets, IReadOnlyList<long> By);

    /// <summary>The incidents with the same equal labels under one rule.</summary>
    private sealed class Group
    {
        public SortedSet<long> Sources { get; } = [];

        public SortedSet<long> PureSources { get; } = [];

        public HashSet<long> Targets { get; } = [];
    }
}
