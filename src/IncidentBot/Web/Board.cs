using IncidentBot.Alerts;
using IncidentBot.Incidents;
using IncidentBot.Sources;
using IncidentBot.Storage;

namespace IncidentBot.Web;

/// <summary>Where an incident stands on the board, by what it asks of people.</summary>
internal enum Standing
{
    /// <summary>Worse than a warning, and nobody is on it.</summary>
    Untaken,
    Taken,
    Warning,
    Info,

    /// <summary>Silenced, inhibited, muted or explained: nobody is told, so it is no fire to the reader.</summary>
    Quiet,
    Stale,
    Over,
}

/// <summary>All that is open, counted by what it asks of people, and whether silence can be believed.</summary>
/// <param name="Open">Every incident that is open, as far as they are counted one by one (<see cref="Most"/>).</param>
/// <param name="Sources">When each source was last heard or read.</param>
/// <param name="Refusals">What was turned away lately: of that, nobody knows what burns.</param>
internal sealed record Board(
    IReadOnlyList<IncidentSummary> Open, IReadOnlyList<SourceState> Sources, IReadOnlyList<Refusal> Refusals, DateTimeOffset Now)
{
    /// <summary>Incidents that are counted one by one.</summary>
    public const int Most = 1000;

    private readonly ILookup<Standing, IncidentSummary> _open = Open.ToLookup(incident => Of(incident, Now));

    /// <summary>Fires, and people are told of it.</summary>
    public IEnumerable<IncidentSummary> Loud => Open.Where(incident => Of(incident, Now) < Standing.Quiet);

    /// <summary>Every source was heard or read lately, and nothing was turned away.</summary>
    public bool Hears => Sources.Count > 0 && Sources.All(source => source.Lately) && Refusals.Count == 0;

    /// <summary>Nothing burns, and that can be believed.</summary>
    public bool Calm => Hears && Open.All(incident => Of(incident, Now) is Standing.Quiet);

    public int Count(Standing standing) => _open[standing].Count();

    public static Standing Of(IncidentSummary incident, DateTimeOffset now) => incident.Status switch
    {
        IncidentStatus.Resolved => Standing.Over,
        IncidentStatus.Stale => Standing.Stale,
        _ when incident.Quiet(now) => Standing.Quiet,
        _ when incident.IsTaken => Standing.Taken,
        _ when incident.Severity.Level > SeverityLevel.Warning => Standing.Untaken,
        _ => incident.Severity.Level == SeverityLevel.Warning ? Standing.Warning : Standing.Info,
    };

    /// <summary>So many of one name stand in one row that opens.</summary>
    public const int Many = 20;

    /// <summary>
    /// The rows of a list: each incident by itself, but those of a name that is there many times together, where the first would stand.
    /// </summary>
    public static IEnumerable<IReadOnlyList<IncidentSummary>> Rows(IReadOnlyList<IncidentSummary> incidents)
    {
        var many = incidents.GroupBy(incident => incident.Title, StringComparer.Ordinal).Where(group => group.Count() >= Many)
            .ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        foreach (var incident in incidents)
        {
            if (!many.TryGetValue(incident.Title, out var together))
            {
                yield return [incident];
            }
            else if (ReferenceEquals(together[0], incident))
            {
                yield return together;
            }
        }
    }

    /// <summary>Labels that all of them have with the same value, without those that say nothing of what burns.</summary>
    public static IReadOnlyList<Label> Shared(IReadOnlyList<IncidentSummary> incidents) =>
    [
        .. incidents[0].Labels.Where(label => !Headline.SaysNothing(label.Name)
            && incidents.All(other => string.Equals(other.Labels[label.Name], label.Value, StringComparison.Ordinal))).Take(4),
    ];

    /// <summary>In the order in which people should look: the worst, of these what others were called for, of these the oldest.</summary>
    public static IReadOnlyList<IncidentSummary> InOrder(IEnumerable<IncidentSummary> incidents) =>
    [
        .. incidents.OrderByDescending(incident => incident.Severity.Level).ThenByDescending(incident => incident.Escalated)
            .ThenBy(incident => incident.OpenedAt).ThenBy(incident => incident.Number),
    ];
}
