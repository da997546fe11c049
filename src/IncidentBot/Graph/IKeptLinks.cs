namespace IncidentBot.Graph;

/// <summary>What a server last said of one alert rule's links.</summary>
/// <param name="ReadAt">When it said so.</param>
internal sealed record KeptLinks(string Alert, IReadOnlyList<ResolvedBy> Links, DateTimeOffset ReadAt);

/// <summary>Keeps over restarts what a graph server said last, for when it does not answer.</summary>
internal interface IKeptLinks
{
    /// <summary>All that is kept, the latest first.</summary>
    Task<IReadOnlyList<KeptLinks>> KeptLinksAsync(int most, CancellationToken cancellationToken);

    /// <summary>Keeps these instead of what was kept of the same rules, in one change.</summary>
    Task KeepLinksAsync(IReadOnlyList<KeptLinks> links, CancellationToken cancellationToken);
}
