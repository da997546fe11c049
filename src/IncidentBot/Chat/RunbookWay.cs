using IncidentBot.Incidents;
using IncidentBot.Runbooks;

namespace IncidentBot.Chat;

/// <summary>Where an incident's runbook stands.</summary>
internal sealed class RunbookWay(RunbookGuide guide)
{
    /// <summary>Our own page, filled in with the incident; else what the alert's author named; null when there is none.</summary>
    public Uri? Of(Incident incident, Uri pages)
    {
        var first = guide.Of(incident).FirstOrDefault(found => found.Runbook is not null || found.Elsewhere is not null);
        return first?.Local($"?incident={incident.Number}") is { } local ? new Uri(pages, local.TrimStart('/'))
            : first?.Elsewhere ?? WebAddress.Parse(Headline.Runbook(incident));
    }

    public RunbookSet Set => guide.Set;
}
