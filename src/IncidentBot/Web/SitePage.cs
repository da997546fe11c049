namespace IncidentBot.Web;

/// <summary>A page with what belongs to it: where it is, how the menu calls it, how it is served.</summary>
/// <param name="Name">The first part of its path; empty for the first page.</param>
/// <param name="Map">Maps it and the forms on it.</param>
internal sealed record SitePage(string Name, Action<IEndpointRouteBuilder> Map)
{
    /// <summary>What the menu calls it; null when it has no entry there.</summary>
    public string? Menu { get; init; }

    public string Path => $"/{Name}";
}
