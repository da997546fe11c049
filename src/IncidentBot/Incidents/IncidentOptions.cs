namespace IncidentBot.Incidents;

/// <summary>The times by which incidents are kept together and forgotten.</summary>
internal sealed class IncidentOptions
{
    private SeverityWords? _words;

    /// <summary>An incident that fires again this soon after its end is reopened. Default 15m.</summary>
    public TimeSpan ReopenWithin { get; set; } = IncidentRules.Default.ReopenWithin;

    /// <summary>
    /// A firing incident that nobody has spoken of for this long is stale, unless Alertmanager is known to repeat it less often. Absent:
    /// after two of its repetitions, which are learnt from the webhooks (2h at the least), and after 25h until they are known.
    /// </summary>
    public TimeSpan? StaleAfter { get; set; }

    /// <summary>
    /// An incident that came back more often than this within <see cref="FlapWindow"/> is marked as flapping and no longer announced each
    /// time. Default 4.
    /// </summary>
    public int FlapThreshold { get; set; } = IncidentRules.Default.FlapThreshold;

    /// <summary>How long returns are counted, and how long a flapping incident must stay as it is to be stable. Default 1h.</summary>
    public TimeSpan FlapWindow { get; set; } = IncidentRules.Default.FlapWindow;

    /// <summary>Resolved and stale incidents are deleted after this time. Default 90d.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Labels that are dropped before anything is compared. Default <c>[prometheus_replica]</c>.</summary>
    public List<string> IgnoredLabels { get; set; } = ["prometheus_replica"];

    /// <summary>
    /// Words of the <c>severity</c> label, in any case, and how bad each is: <c>critical</c>, <c>high</c>, <c>warning</c>, <c>info</c> or
    /// <c>none</c>. Those that this field uses (<c>page</c>, <c>P1</c>, <c>error</c>, <c>minor</c> …) are known without. Empty: those
    /// alone.
    /// </summary>
    public Dictionary<string, string> Severities
    {
        get;
        set => (field, _words) = (value, null);
    } = [];

    /// <summary>The same as the words that severities are compared by.</summary>
    internal SeverityWords Words => _words ??= Severities.Count == 0 ? SeverityWords.Usual : new SeverityWords(Severities);

    /// <summary>The same as a set that is made once.</summary>
    internal HashSet<string> Ignored => field ??= IgnoredLabels.ToHashSet(StringComparer.Ordinal);

    /// <summary>The same as the rules that incidents live by.</summary>
    internal IncidentRules Rules => new(ReopenWithin, StaleAfter ?? IncidentRules.Default.StaleAfter)
    {
        LearnsStale = StaleAfter is null,
        FlapThreshold = FlapThreshold,
        FlapWindow = FlapWindow,
    };
}
