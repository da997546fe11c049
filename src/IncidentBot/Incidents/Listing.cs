using IncidentBot.Alerts;

namespace IncidentBot.Incidents;

/// <summary>What Alertmanager's API lists for one source: the union of what its reachable peers say.</summary>
/// <param name="BeganAt">When the first of the peers was asked.</param>
/// <param name="TellsAbsence">What is not listed does not fire: a peer that has run for long enough to know was among them.</param>
/// <param name="TellsMuted">A muted alert is listed as such; otherwise nobody can tell whether Alertmanager keeps quiet on purpose.</param>
/// <param name="Url">The address of a peer that answered.</param>
internal sealed record Listing(
    DateTimeOffset BeganAt, bool TellsAbsence, bool TellsMuted, string Url, IReadOnlyList<ListedAlert> Alerts);

/// <summary>One firing alert in one group of the list; an alert of several groups is listed in each.</summary>
/// <param name="Receiver">Who is notified of the group.</param>
/// <param name="UpdatedAt">When Alertmanager was last told of the alert.</param>
/// <param name="Suppression">Null when its receiver is notified.</param>
internal sealed record ListedAlert(
    string Receiver, LabelSet GroupLabels, AlertReport Report, DateTimeOffset UpdatedAt, Suppression? Suppression);

/// <summary>An alert that fires as far as the store knows, by what a comparison needs.</summary>
/// <param name="HeardAt">When its state last changed here.</param>
/// <param name="Status">Of its incident.</param>
/// <param name="SpokenOfAt">When somebody last spoke of its incident.</param>
internal sealed record OpenAlert(
    long Incident,
    string Fingerprint,
    DateTimeOffset StartsAt,
    DateTimeOffset HeardAt,
    Suppression? Suppression,
    IncidentStatus Status,
    DateTimeOffset SpokenOfAt);

/// <summary>One difference between the store and Alertmanager's own list, to be applied as far as it still holds.</summary>
internal abstract record Finding
{
    private Finding()
    {
    }

    /// <summary>Alerts of one group fire, and that was not known or not heard for long.</summary>
    /// <param name="Updated">When Alertmanager was last told of each alert, by fingerprint.</param>
    internal sealed record Fires(Notification Notification, IReadOnlyDictionary<string, DateTimeOffset> Updated) : Finding
    {
        /// <summary>Those of which a webhook said so too just after their end; the list decides, and at once.</summary>
        public IReadOnlySet<string> Doubted { get; init; } = new HashSet<string>(StringComparer.Ordinal);
    }

    /// <summary>Alerts of one incident are in no list any more.</summary>
    internal sealed record Gone(long Incident, IReadOnlyList<OpenAlert> Alerts) : Finding;

    /// <summary>Alerts of one incident are silenced, inhibited or muted now, or (null) no more, by fingerprint.</summary>
    internal sealed record Marked(long Incident, IReadOnlyDictionary<string, Suppression?> Marks) : Finding;
}

/// <summary>The times by which Alertmanager's own list is believed.</summary>
/// <param name="TrustAfter">An Alertmanager that has run for less knows too little for absence to mean anything: it was started
/// with an empty memory, and Prometheus tells it everything again only after a while.</param>
/// <param name="GoneAfter">From the first list without an alert to the one that is believed.</param>
/// <param name="OpenAfter">How long an alert has fired before it is opened from the list. Until then its notification waits
/// for <c>group_wait</c>.</param>
/// <param name="HeardEvery">How often a list keeps an incident from becoming stale.</param>
/// <param name="LongestGap">After a longer time without a list, absence is counted from the beginning.</param>
internal sealed record ReconcileRules(
    TimeSpan TrustAfter, TimeSpan GoneAfter, TimeSpan OpenAfter, TimeSpan HeardEvery, TimeSpan LongestGap)
{
    public static readonly ReconcileRules Default = new(
        TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(2), TimeSpan.FromHours(1), TimeSpan.FromMinutes(10));

    /// <summary>How long after an alert's end a list that still has it is taken for that of a peer that lags behind.</summary>
    public static readonly TimeSpan ReturnAfter = TimeSpan.FromMinutes(5);

    /// <summary>Alertmanager's API writes times in milliseconds, its webhooks in nanoseconds.</summary>
    public static readonly TimeSpan SameStart = TimeSpan.FromSeconds(1);
}
