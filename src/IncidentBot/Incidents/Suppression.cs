namespace IncidentBot.Incidents;

/// <summary>Why Alertmanager keeps quiet about an alert. The number is stored: add at the end, never renumber.</summary>
internal enum SuppressionKind
{
    /// <summary>Somebody made a silence that matches it.</summary>
    Silenced = 1,

    /// <summary>Another alert that fires explains it.</summary>
    Inhibited = 2,

    /// <summary>Its route is muted at this time of the day or week.</summary>
    Muted = 3,
}

/// <summary>
/// Why Alertmanager tells nobody of an alert that fires all the same. It is apart from firing and resolved: a silenced alert
/// still fires.
/// </summary>
/// <param name="By">Who made the silence, the alert that inhibits, or the time interval that mutes: hostile text. May be empty.</param>
/// <param name="Comment">What was written into the silence: hostile text. May be empty.</param>
/// <param name="Until">When the silence ends; null when that is not known.</param>
internal sealed record Suppression(SuppressionKind Kind, string By = "", string Comment = "", DateTimeOffset? Until = null)
{
    /// <summary>A silence that has ended is over, also while Alertmanager cannot be asked.</summary>
    public bool InForce(DateTimeOffset now) => Until is null || Until > now;
}
