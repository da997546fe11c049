using IncidentBot.Runbooks.Rendering;

namespace IncidentBot.Runbooks;

/// <summary>Finds the names that somebody may have meant, by the groups of three letters that two names share.</summary>
internal sealed class NameGuess
{
    private const double Likely = 0.34;
    private const int Longest = 200;

    private readonly List<(string Key, int Count, int Page)> _names = [];
    private readonly Dictionary<string, List<int>> _byGroup = new(StringComparer.Ordinal);

    public NameGuess(IEnumerable<(string Name, int Page)> names)
    {
        foreach (var (name, page) in names)
        {
            var key = Slug.Key(name);
            var groups = Groups(key);
            if (key.Length is 0 or > Longest)
            {
                continue;
            }

            foreach (var group in groups)
            {
                if (!_byGroup.TryGetValue(group, out var members))
                {
                    _byGroup[group] = members = [];
                }

                members.Add(_names.Count);
            }

            _names.Add((key, groups.Count, page));
        }
    }

    /// <summary>Pages with how like their best name is, from 0 to 1, best first.</summary>
    public IReadOnlyList<(int Page, double Likeness)> Near(string name, int most)
    {
        var key = Slug.Key(name);
        if (key.Length is < 3 or > Longest)
        {
            return [];
        }

        var groups = Groups(key);
        var shared = new Dictionary<int, int>();
        foreach (var group in groups)
        {
            foreach (var candidate in _byGroup.GetValueOrDefault(group, []))
            {
                shared[candidate] = shared.GetValueOrDefault(candidate) + 1;
            }
        }

        return
        [
            .. shared.Select(pair => (_names[pair.Key].Page, Likeness: 2.0 * pair.Value / (groups.Count + _names[pair.Key].Count)))
                .Where(found => found.Likeness >= Likely)
                .OrderByDescending(found => found.Likeness).ThenBy(found => found.Page)
                .DistinctBy(found => found.Page).Take(most),
        ];
    }

    private static HashSet<string> Groups(string key)
    {
        var padded = $"  {key} ";
        var groups = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i + 3 <= padded.Length; i++)
        {
            groups.Add(padded.Substring(i, 3));
        }

        return groups;
    }
}
