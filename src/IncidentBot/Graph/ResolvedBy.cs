namespace IncidentBot.Graph;

/// <summary>
/// That an alert is resolved by a runbook: <c>(:AlertRule {name})-[:RESOLVED_BY]->(:Runbook {path, title})</c>. What comes from a server is
/// hostile text.
/// </summary>
/// <param name="Alert">The name of the alert's rule.</param>
/// <param name="Path">
/// Of a page here, as whoever made the link writes it: <c>infrastructure/node-down</c>, <c>/runbooks/troubleshooting/node-down</c>, or a
/// whole address.
/// </param>
/// <param name="Title">May be empty.</param>
internal sealed record ResolvedBy(string Alert, string Path, string Title)
{
    /// <summary>Within the page, without the hash; empty for its beginning.</summary>
    public string Anchor { get; init; } = "";

    /// <summary>Who says so, for people: <c>its front matter</c>. Empty when that is not known.</summary>
    public string Source { get; init; } = "";

    /// <summary>Of which alerts of the rule it speaks.</summary>
    public LabelConditions Match { get; init; } = LabelConditions.None;
}
