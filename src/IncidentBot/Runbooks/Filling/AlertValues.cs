using IncidentBot.Alerts;
using IncidentBot.Incidents;

namespace IncidentBot.Runbooks.Filling;

/// <summary>What one alert says of itself, and so what the gaps of a runbook are filled with. None of it is trusted.</summary>
internal sealed record AlertValues(LabelSet Labels, LabelSet Annotations)
{
    public static AlertValues Of(Alert alert) => new(alert.Labels, alert.Annotations);

    /// <summary>Null when the alert does not say it. Alertmanager passes no value on, so an annotation must hold it.</summary>
    public string? Find(Placeholder placeholder) => placeholder.Kind switch
    {
        PlaceholderKind.Label => Labels[placeholder.Name],
        PlaceholderKind.Annotation => Annotations[placeholder.Name],
        _ => Annotations["value"],
    } is { Length: > 0 } value ? value : null;
}
