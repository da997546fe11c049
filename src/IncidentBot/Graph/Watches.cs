namespace IncidentBot.Graph;

/// <summary>That an alert speaks of a service: <c>(:AlertRule {name})-[:WATCHES]->(:Service {name, tier})</c>.</summary>
/// <param name="Alert">The name of the alert's rule; empty for any alert that fits the conditions.</param>
/// <param name="Service">The name of the service.</param>
internal sealed record Watches(string Alert, string Service)
{
    /// <summary>Of which alerts of the rule it speaks.</summary>
    public LabelConditions Match { get; init; } = LabelConditions.None;

    /// <summary>Front matter of a runbook says so, and not the list of services: it counts where nothing else is known.</summary>
    public bool ByRunbook { get; init; }
}
