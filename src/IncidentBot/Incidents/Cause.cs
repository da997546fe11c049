using System.Globalization;
using System.Text;

namespace IncidentBot.Incidents;

/// <summary>An incident that explains another.</summary>
/// <param name="Title">Hostile text.</param>
/// <param name="Way">By which services it is reached: <c>immich → traefik</c>. Empty for a rule of inhibition. Hostile text.</param>
/// <param name="State">That it is acknowledged or silenced, in words: hostile text. Empty when it is neither.</param>
internal readonly record struct Cause(long Number, string Title, string Way = "", string State = "")
{
    /// <summary>So many characters of names fit a line of a message.</summary>
    private const int NamesLength = 95;

    /// <summary>So many of one title are named one by one.</summary>
    private const int Few = 3;

    /// <summary>
    /// Some incidents by name, as many as fit a line, and how many others: <c>#12 NodeDown and 3 more</c>. Many of one title are counted:
    /// <c>40 × PodNotReady</c>.
    /// </summary>
    public static string Name(IReadOnlyList<Cause> incidents)
    {
        var names = new StringBuilder();
        var named = 0;
        foreach (var (text, count) in Texts(incidents))
        {
            var name = $"{(named > 0 ? ", " : "")}{text}";
            if (named > 0 && names.Length + name.Length > NamesLength)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{names} and {incidents.Count - named} more");
            }

            names.Append(name);
            named += count;
        }

        return names.ToString();
    }

    private static IEnumerable<(string Text, int Count)> Texts(IReadOnlyList<Cause> incidents) => incidents.Count <= Few
        ? incidents.Select(incident => (incident.ToString(), 1))
        : incidents.GroupBy(incident => incident.Title, StringComparer.Ordinal).SelectMany(same => same.Count() <= Few
            ? same.Select(incident => (incident.ToString(), 1))
            : [(string.Create(CultureInfo.InvariantCulture, $"{same.Count()} × {Headline.Cut(same.Key, 60)}"), same.Count())]);

    /// <summary><c>#41 TraefikDown (immich → traefik, acknowledged by Ada)</c>.</summary>
    public override string ToString()
    {
        var beside = string.Join(", ", new[] { Way, State }.Where(text => text.Length > 0));
        return string.Create(CultureInfo.InvariantCulture, $"#{Number} {Headline.Cut(Title, 60)}{(beside.Length > 0 ? $" ({beside})" : "")}");
    }
}

/// <summary>What explains all that fires in an incident.</summary>
/// <param name="Causes">Lowest number first; empty when something fires that nothing explains.</param>
/// <param name="ByRules">Rules of inhibition explain all of it, and not what services need.</param>
/// <param name="MayHold">Each cause is as severe, so that people who hear of the causes miss nothing.</param>
internal sealed record Explanation(IReadOnlyList<Cause> Causes, bool ByRules, bool MayHold)
{
    public static readonly Explanation None = new([], false, false);
}
