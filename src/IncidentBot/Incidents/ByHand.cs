using System.Globalization;
using IncidentBot.Alerts;

namespace IncidentBot.Incidents;

/// <summary>What people do to an incident beside taking it on: pure, as everything that is applied to one.</summary>
internal static class ByHand
{
    /// <summary>Whether it is IncidentBot's own, so that no Alertmanager will say when it ends.</summary>
    public static bool IsOwn(Incident incident) => string.Equals(incident.Key.Source, IncidentKey.OwnSource, StringComparison.Ordinal);

    /// <summary>A line of history.</summary>
    /// <param name="by">Hostile text.</param>
    /// <param name="text">Hostile text.</param>
    public static Applied Note(Incident incident, string by, string text, DateTimeOffset now) =>
        new(incident, [new Change(ChangeKind.Noted, now, $"{by}: {text}")]);

    /// <summary>Ends all that fires in it. What still burns is heard of again and fires again.</summary>
    public static Applied Resolve(Incident incident, string by, DateTimeOffset now)
    {
        var reports = incident.Alerts.Values.Where(alert => alert.Firing)
            .Select(alert => new AlertReport(alert.Fingerprint, alert.Labels, alert.Annotations, alert.StartsAt,
                now > alert.FiringSince ? now : alert.FiringSince, alert.GeneratorUrl))
            .ToList();
        if (reports.Count == 0)
        {
            return new Applied(incident, []);
        }

        var said = new Notification(
            incident.Key.Source, incident.Key.Receiver, incident.Key.GroupLabels, reports, incident.ExternalUrl, incident.Truncated);
        var applied = incident.Apply(reports, said, now);
        return applied with { Changes = applied.Changes.Insert(0, new Change(ChangeKind.Noted, now, $"{by}: resolved by hand")) };
    }

    /// <summary>A silence that hides all of it ends soon.</summary>
    public static Applied SilenceEnds(Incident incident, int minutes, string by, DateTimeOffset now)
    {
        var soon = minutes == 1 ? "in a minute" : string.Create(CultureInfo.InvariantCulture, $"in {minutes} minutes");
        return new(incident, [new Change(ChangeKind.SilenceEnds, now, by.Length > 0 ? $"{soon} (silenced by {by})" : soon)]);
    }
}
