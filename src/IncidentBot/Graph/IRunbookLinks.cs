namespace IncidentBot.Graph;

/// <summary>
/// Who keeps the links from alerts to runbooks: the embedded graph, or a server of Neo4j. Any number of threads ask at the same time;
/// nothing is ever thrown at them.
/// </summary>
internal interface IRunbookLinks
{
    /// <summary>
    /// The links of an alert rule that are known now; empty when it has none, null when the keeper cannot say. Returns at once, from
    /// memory, and may have a better answer fetched meanwhile.
    /// </summary>
    IReadOnlyList<ResolvedBy>? Of(string alertname);

    /// <summary>
    /// Waits until the links of these rules are known as they are now, and never longer than the keeper may hold up a message: then what
    /// was known before counts. What is kept in memory returns at once.
    /// </summary>
    ValueTask PrepareAsync(IReadOnlyCollection<string> alertnames, CancellationToken cancellationToken);

    /// <summary>Called with the names of rules whose links have become others; handlers must return at once.</summary>
    event Action<IReadOnlyCollection<string>>? Changed;
}
