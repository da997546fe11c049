namespace IncidentBot.Alerts;

/// <summary>
/// What one Alertmanager said about one group of alerts at one moment. It may be incomplete: alerts that are silenced,
/// inhibited or cut by <c>max_alerts</c> are not in it, so absence says nothing.
/// </summary>
/// <param name="Source">The configured name of the Alertmanager cluster; two peers of one cluster have one source.</param>
/// <param name="Receiver">The receiver's name as its configuration spells it (Alertmanager posts it escaped as a regular
/// expression).</param>
/// <param name="GroupLabels">The labels that the route groups by, without ignored ones.</param>
/// <param name="Alerts">Each alert once.</param>
/// <param name="ExternalUrl">Where the posting Alertmanager says that people reach it; empty when it does not say.</param>
/// <param name="Truncated">How many alerts of the group were left out because of <c>max_alerts</c>.</param>
internal sealed record Notification(
    string Source,
    string Receiver,
    LabelSet GroupLabels,
    IReadOnlyList<AlertReport> Alerts,
    string ExternalUrl,
    long Truncated)
{
    /// <summary>
    /// Which Alertmanager of the source posted it, as far as its address tells; peers behind one proxy may look alike. Empty when
    /// it was not posted.
    /// </summary>
    public string Sender { get; init; } = "";

    /// <summary>It was not posted: Alertmanager's own list has it so, and a list is no late copy.</summary>
    public bool IsListed { get; init; }

    /// <summary>Why Alertmanager posted it, such as <c>repeat interval elapsed</c> (since 0.32); empty when it was not said.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The version of the body's format: <c>4</c> of Alertmanager, <c>1</c> of Grafana; empty when it was not said.</summary>
    public string Version { get; init; } = "";
}

/// <summary>What a notification says about one alert: that it fires since a moment, or that it ended at one.</summary>
/// <param name="Fingerprint">The identity of the alert within its source.</param>
/// <param name="Labels">Without ignored labels.</param>
/// <param name="StartsAt">With the fingerprint the identity of one episode; <see cref="UnknownStart"/> when it was not said.</param>
/// <param name="EndsAt">Null while it fires.</param>
/// <param name="GeneratorUrl">The graph of the expression in Prometheus; empty when it was not said.</param>
internal sealed record AlertReport(
    string Fingerprint,
    LabelSet Labels,
    LabelSet Annotations,
    DateTimeOffset StartsAt,
    DateTimeOffset? EndsAt,
    string GeneratorUrl)
{
    public static readonly DateTimeOffset UnknownStart = DateTimeOffset.UnixEpoch;

    /// <summary>
    /// The copies that an ignored label tells apart, such as those of a pair of Prometheus; empty when no label was ignored.
    /// </summary>
    public IReadOnlyList<AlertCopy> Copies { get; init; } = [];

    /// <summary>What the settings call its severity, where they know its word better than everybody does; null otherwise.</summary>
    public string? SeverityName { get; init; }

    public bool Firing => EndsAt is null;
}

/// <summary>One of several copies of an alert.</summary>
/// <param name="Fingerprint">Of all its labels, as it came.</param>
/// <param name="StartsAt">When its own episode began.</param>
/// <param name="EndsAt">Null while it fires.</param>
internal sealed record AlertCopy(string Fingerprint, DateTimeOffset StartsAt, DateTimeOffset? EndsAt);
