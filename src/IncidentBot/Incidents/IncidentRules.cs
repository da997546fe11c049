namespace IncidentBot.Incidents;

/// <summary>
/// By which incidents are kept together and told apart, flap, and explain each other: the settings <c>incidents</c> and <c>inhibit</c>.
/// </summary>
/// <param name="ReopenWithin">An incident that fires again this soon after its end is the same one. Default 15 minutes.</param>
/// <param name="StaleAfter">A firing incident that nobody has spoken of for this long is stale, unless it is repeated less often.
/// Default 25 hours, twice kube-prometheus' <c>repeat_interval</c> and a little.</param>
internal sealed record IncidentRules(TimeSpan ReopenWithin, TimeSpan StaleAfter)
{
    public static readonly IncidentRules Default = new(TimeSpan.FromMinutes(15), TimeSpan.FromHours(25)) { LearnsStale = true };

    /// <summary>
    /// <see cref="StaleAfter"/> counts only until it is known how often an incident is repeated; otherwise it is the least. Default true.
    /// </summary>
    public bool LearnsStale { get; init; }

    /// <summary>
    /// An incident that came back, or became as bad again as it was, more often than this within <see cref="FlapWindow"/> flaps. Default 4.
    /// </summary>
    public int FlapThreshold { get; init; } = 4;

    /// <summary>How long returns are counted, and how long a flapping incident must stay as it is to be stable. Default 1 hour.</summary>
    public TimeSpan FlapWindow { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Which alerts explain which others. Default none.</summary>
    public IReadOnlyList<InhibitRule> Inhibit { get; init; } = [];

    /// <summary>What services need, so that what is down upstream is a cause. Default nothing is known.</summary>
    public DependencyMap Services { get; init; } = DependencyMap.Empty;

    /// <summary>
    /// How long after the end of an episode a report that it fires is taken for a latecomer. Alertmanager sends one group in
    /// order, but the second of a pair may be 15 s behind. Later than this the report is news: an alert whose connection to
    /// Alertmanager broke comes back with its old start.
    /// </summary>
    public static readonly TimeSpan LatecomerWithin = TimeSpan.FromMinutes(1);

    /// <summary>How exactly it is known when an incident was last spoken of: repeats within this write nothing at all.</summary>
    public static readonly TimeSpan HeardWithin = TimeSpan.FromMinutes(10);

    /// <summary>However often an incident is repeated, silence for less says nothing.</summary>
    public static readonly TimeSpan LeastStale = TimeSpan.FromHours(2);

    /// <summary>The least silence that says something of an incident of which it is known how often it is repeated.</summary>
    public TimeSpan StaleFloor => LearnsStale ? LeastStale : StaleAfter;

    /// <summary>How long a firing incident may go without a word.</summary>
    public TimeSpan Patience(Repeats? repeats) => repeats is not { IsLearnt: true } ? StaleAfter
        : repeats.Patience > StaleFloor ? repeats.Patience : StaleFloor;

    /// <summary>Resolved alerts that an incident remembers; the oldest go first. Firing ones are never forgotten.</summary>
    public const int ResolvedAlertsKept = 1000;
}
