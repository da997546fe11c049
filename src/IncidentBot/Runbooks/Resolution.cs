namespace IncidentBot.Runbooks;

/// <summary>Which source said what to do about an alert.</summary>
internal enum ResolutionSource
{
    None,
    Graph,
    Annotation,
    FrontMatter,
}

/// <summary>What was decided about an alert, and why.</summary>
/// <param name="Runbook">The page; null when there is none here.</param>
/// <param name="Anchor">Within the page; null for its beginning.</param>
/// <param name="Elsewhere">An address on the web, when the alert's author named one that is not of this site.</param>
/// <param name="Steps">What was looked at in which order, in sentences.</param>
internal sealed record Resolution(
    string Alertname, ResolutionSource Source, Runbook? Runbook, string? Anchor, Uri? Elsewhere, IReadOnlyList<string> Steps)
{
    /// <summary>As the API says it.</summary>
    public string SourceWord => Source switch
    {
        ResolutionSource.Graph => "graph",
        ResolutionSource.Annotation => "annotation",
        ResolutionSource.FrontMatter => "front-matter",
        _ => "none",
    };

    /// <summary>The path of the page on this server; null when it is not here.</summary>
    /// <param name="query">With its question mark; may be empty.</param>
    public string? Local(string query = "") =>
        Runbook is null ? null : $"{Runbook.Url}{query}{(Anchor is null ? "" : "#" + Uri.EscapeDataString(Anchor))}";
}
