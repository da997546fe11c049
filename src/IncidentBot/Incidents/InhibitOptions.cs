namespace IncidentBot.Incidents;

/// <summary>That some alerts explain others, as in Alertmanager's <c>inhibit_rules</c>, but over all sources.</summary>
internal sealed class InhibitOptions
{
    /// <summary>Labels of an alert that explains others, and what they must be as in a lane's match. Required.</summary>
    public Dictionary<string, string> Source { get; set; } = [];

    /// <summary>Labels of an alert that is explained, and what they must be as in a lane's match. Required.</summary>
    public Dictionary<string, string> Target { get; set; } = [];

    /// <summary>Labels that must have the same value in both; one that is absent in both is the same. Empty: none.</summary>
    public List<string> Equal { get; set; } = [];

    /// <summary>The same as the rule that incidents follow.</summary>
    internal InhibitRule RuleBy(SeverityWords words) => new(Matcher.ParseAll(Source, words), Matcher.ParseAll(Target, words), Equal);
}
