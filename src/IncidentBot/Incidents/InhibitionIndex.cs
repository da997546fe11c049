using System.Globalization;

namespace IncidentBot.Incidents;

/// <summary>
/// Which open incidents explain which: by the rules of inhibition, and by what services need. It knows only incidents that fire and that a
/// rule or a service speaks of, and finds them by rule, equal labels and service, so its cost does not grow with history. Used by one
/// thread.
/// </summary>
internal sealed class InhibitionIndex(IReadOnlyList<InhibitRule> rules, DependencyMap? map = null)
{
    private const int LongestChain = 16;
    private const int LongestWay = 5;
    private const int LongestName = 40;

    private readonly Dictionary<long, Entry> _open = [];
    private readonly Dictionary<long, SortedSet<long>> _inhibits = [];
    private readonly RuleGroups _rules = new(rules);
    private readonly DownServices _services = new(map ?? DependencyMap.Empty);

    public IReadOnlyList<InhibitRule> Rules => _rules.Rules;

    public DependencyMap Map => _services.Map;

    /// <summary>Nothing can ever explain anything.</summary>
    public bool IsIdle => Rules.Count == 0 && Map.IsEmpty;

    /// <summary>What services need has changed, so that <see cref="TakeChanged"/> knows of more that has to be looked at again.</summary>
    public bool HasChanged => _services.HasChanged;

    /// <summary>What has to be looked at again because services have become better or worse since it was asked last.</summary>
    public IReadOnlyCollection<long> TakeChanged() => _services.TakeChanged();

    /// <summary>
    /// Takes in an incident as it is now. Returns the others that have to be looked at again because of it, beside those that need a
    /// service of it.
    /// </summary>
    public IReadOnlyCollection<long> Put(Incident incident)
    {
        var before = _open.GetValueOrDefault(incident.Number);
        var after = Read(incident);
        if (before is null && after is null)
        {
            return [];
        }

        var touched = new HashSet<long>();
        if (before is null || after is null || !before.By.SequenceEqual(after.By)
            || !string.Equals(before.Title, after.Title, StringComparison.Ordinal))
        {
            touched.UnionWith(before?.By ?? []);
            touched.UnionWith(after?.By ?? []);
        }

        if (before?.SaysTheSame(after) == false)
        {
            touched.UnionWith(_inhibits.GetValueOrDefault(incident.Number) ?? []);
        }

        Exchange(incident.Number, before, after, touched);
        touched.Remove(incident.Number);
        return touched;
    }

    /// <summary>Forgets an incident that there is not, because what was written of it was taken back.</summary>
    public void Remove(long number) => Exchange(number, _open.GetValueOrDefault(number), null, []);

    /// <summary>
    /// What explains all that fires in an incident. Nobody explains what explains it, and what IncidentBot says of itself is explained by
    /// nothing.
    /// </summary>
    public Explanation CausesOf(Incident incident)
    {
        if ((Rules.Count == 0 && _services.IsCalm(incident.Number)) || incident.Status != IncidentStatus.Firing
            || string.Equals(incident.Key.Source, IncidentKey.OwnSource, StringComparison.Ordinal))
        {
            return Explanation.None;
        }

        var causes = new SortedDictionary<long, string>();
        var (byRules, mayHold) = (true, true);
        AlertPlace? last = null;
        foreach (var alert in incident.Alerts.Values)
        {
            if (!alert.Firing)
            {
                continue;
            }

            if (_rules.CauseOf(alert.Labels, incident.Number, other => LeadsTo(other, incident.Number)) is { } cause)
            {
                causes.TryAdd(cause, "");
                continue;
            }

            byRules = false;
            var stand = Map.Stand(alert.Labels);
            if (last?.Same(stand) == true)
            {
                // Alerts of one incident mostly stand at one place, and have one cause.
                continue;
            }

            if (ByServices(stand, incident) is not { } found)
            {
                return Explanation.None;
            }

            last = stand;
            causes.TryAdd(found.Number, Words(found.Way));
            mayHold &= _services.Level(found.Number) >= incident.Severity.Level;
        }

        return new Explanation([.. causes.Select(pair => Named(pair.Key) with { Way = pair.Value })], byRules, mayHold);
    }

    /// <summary>What burns because of an incident, in words, first how many it is; empty when there is nothing.</summary>
    public string Inhibits(long number)
    {
        if (!_inhibits.TryGetValue(number, out var burdens))
        {
            return "";
        }

        var names = Cause.Name([.. burdens.Select(burden => (Number: burden, Entry: _open[burden]))
            .OrderByDescending(pair => pair.Entry.Stand?.Level).ThenBy(pair => pair.Number)
            .Select(pair => new Cause(pair.Number, pair.Entry.Title))]);
        return burdens.Count == 1 ? names : string.Create(CultureInfo.InvariantCulture, $"{burdens.Count} incidents: {names}");
    }

    private (long Number, IReadOnlyList<int> Way)? ByServices(AlertPlace stand, Incident incident) =>
        _services.CauseOf(stand, incident.Number, incident.Severity.Level, other => LeadsTo(other, incident.Number));

    /// <summary>Whether an incident is explained by another, also by way of further ones.</summary>
    private bool LeadsTo(long from, long to)
    {
        if (from == to || _open.GetValueOrDefault(from)?.By.Count is null or 0)
        {
            return from == to;
        }

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

    private Cause Named(long number) => _open[number] is var entry ? new Cause(number, entry.Title, "", entry.State) : default;

    /// <summary>A way in words; of a long one its beginning and its end.</summary>
    private string Words(IReadOnlyList<int> way)
    {
        var names = way.Select(service => Headline.Cut(Map.Name(service), LongestName));
        return string.Join(" → ", way.Count <= LongestWay ? names : [.. names.Take(2), "…", .. names.Skip(way.Count - 2)]);
    }

    private Entry? Read(Incident incident)
    {
        if (incident.Status != IncidentStatus.Firing || IsIdle)
        {
            return null;
        }

        var (sides, stand) = (_rules.Read(incident), _services.Read(incident));
        return sides is null && stand is null ? null
            : new Entry(Headline.Title(incident), StateOf(incident), sides, stand, incident.Inhibition?.By ?? []);
    }

    private void Exchange(long number, Entry? before, Entry? after, HashSet<long> touched)
    {
        _rules.Change(number, before?.Sides, after?.Sides, touched);
        _services.Change(number, before?.Stand, after?.Stand);
        if (after is null)
        {
            _open.Remove(number);
        }
        else
        {
            _open[number] = after;
        }

        foreach (var cause in before?.By ?? [])
        {
            if (_inhibits.TryGetValue(cause, out var burdens) && burdens.Remove(number) && burdens.Count == 0)
            {
                _inhibits.Remove(cause);
            }
        }

        foreach (var cause in after?.By ?? [])
        {
            (_inhibits.TryGetValue(cause, out var burdens) ? burdens : _inhibits[cause] = []).Add(number);
        }
    }

    /// <summary>That somebody has it, or that it is silenced: it is a cause all the same.</summary>
    private static string StateOf(Incident incident) => incident.Escalation.Acknowledged is { } taken
        ? $"acknowledged by {Headline.Cut(taken.By, LongestName)}"
        : incident.Alerts.Values.All(alert => !alert.Firing || alert.Suppression is not null) ? "silenced" : "";

    /// <summary>What is known of an open incident.</summary>
    /// <param name="State">As causes say it of themselves.</param>
    private sealed record Entry(string Title, string State, RuleSides? Sides, ServiceStand? Stand, IReadOnlyList<long> By)
    {
        /// <summary>Whether those that it explains may go on saying the same of it.</summary>
        public bool SaysTheSame(Entry? other) => other is not null && string.Equals(Title, other.Title, StringComparison.Ordinal)
            && string.Equals(State, other.State, StringComparison.Ordinal) && (Stand?.Same(other.Stand) ?? other.Stand is null);
    }
}
