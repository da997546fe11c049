using IncidentBot.Alerts;

namespace IncidentBot.Incidents;

/// <summary>
/// One alert of an incident in its latest episode. An episode is one firing: the same fingerprint with a later start is the
/// next episode of the same alert.
/// </summary>
/// <param name="StartsAt">Start of the latest episode, as Alertmanager says it: the identity of the episode.</param>
/// <param name="FiringSince">When it began to fire; later than <paramref name="StartsAt"/> when an ended episode came back.</param>
/// <param name="EndsAt">Null while it fires.</param>
/// <param name="HeardAt">When the episode's state last changed here.</param>
/// <param name="Suppression">Why Alertmanager keeps quiet about it; null when it does not, or is not asked.</param>
internal sealed record Alert(
    string Fingerprint,
    LabelSet Labels,
    LabelSet Annotations,
    string GeneratorUrl,
    DateTimeOffset StartsAt,
    DateTimeOffset FiringSince,
    DateTimeOffset? EndsAt,
    DateTimeOffset HeardAt,
    Suppression? Suppression = null)
{
    public bool Firing => EndsAt is null;

    /// <summary>The voice that told its end; null while it fires, or when nobody knows who it was.</summary>
    public string? EndedBy { get; init; }

    /// <summary>The end that its episode came back from; null when it did not. No end up to then is news.</summary>
    public DateTimeOffset? CameBackFrom { get; init; }

    /// <summary>The voice that said that its episode came back; null when it did not, or when nobody knows who it was.</summary>
    public string? CameBackBy { get; init; }

    /// <summary>
    /// Since when it is nobody's although somebody has taken on the rest of its incident, because it joined later; null when that is
    /// not so. See <see cref="Coverage"/>.
    /// </summary>
    public DateTimeOffset? UntakenSince { get; init; }

    /// <summary>
    /// Its copies that only an ignored label tells apart, each as an alert with the fingerprint that it came with; empty when it has none.
    /// </summary>
    public IReadOnlyList<Alert> Copies { get; init; } = [];

    public string Name => Labels["alertname"] is { Length: > 0 } name ? name : "(no alertname)";

    /// <summary>What the settings call its severity; null when its label says it.</summary>
    public string? SeverityName { get; init; }

    public Severity Severity => SeverityName is { } name ? new Severity(name) : Severity.Of(Labels);
}
