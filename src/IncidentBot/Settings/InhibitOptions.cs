namespace IncidentBot.Settings;

/// <summary>That some alerts explain others, as in Alertmanager's <c>inhibit_rules</c>, but over all sources.</summary>
internal sealed class InhibitOptions
{
    /// <summary>Labels and their values of an alert that explains others. Required.</summary>
    public Dictionary<string, string> Source { get; set; } = [];

    /// <summary>Labels and their values of an alert that is explained. Required.</summary>
    public Dictionary<string, string> Target { get; set; } = [];

    /// <summary>Labels that must have the same value in both; one that is absent in both is the same. Empty: none.</summary>
    public List<string> Equal { get; set; } = [];
}
