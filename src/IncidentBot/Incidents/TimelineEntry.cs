namespace IncidentBot.Incidents;

/// <summary>One line of an incident's history.</summary>
/// <param name="Id">Grows with time, over all incidents.</param>
internal sealed record TimelineEntry(long Id, long Incident, Change Change);
