using IncidentBot.Alerts;
using IncidentBot.Incidents;
using IncidentBot.Storage;

namespace IncidentBot.Sources;

/// <summary>An alert that IncidentBot raises itself. It goes the way of all alerts: into the store, and from there into rooms.</summary>
/// <param name="Receiver">Groups it in place of an Alertmanager's receiver.</param>
/// <param name="Name">Its <c>alertname</c>.</param>
/// <param name="Severity">Its <c>severity</c>.</param>
/// <param name="Labels">What tells it from others of its name.</param>
/// <param name="Annotations">What people are told. The same at every repetition, so that the incident does not change while nothing
/// happens.</param>
internal sealed record OwnAlert(string Receiver, string Name, string Severity, LabelSet Labels, LabelSet Annotations)
{
    /// <summary>
    /// Those of a receiver that fire as far as the store knows, with the source that each is about: what was told before a restart.
    /// </summary>
    public static async Task<List<(string Source, Alert Alert)>> FiringAsync(
        IIncidentStore store, string receiver, CancellationToken cancellationToken)
    {
        var firing = new List<(string, Alert)>();
        foreach (var open in await store.OpenAlertsAsync(IncidentKey.OwnSource, cancellationToken))
        {
            if ((await store.FindAsync(open.Incident, cancellationToken))?.Incident is { } incident
                && string.Equals(incident.Key.Receiver, receiver, StringComparison.Ordinal)
                && incident.Key.GroupLabels["source"] is { } source
                && incident.Alerts.GetValueOrDefault(open.Fingerprint) is { } alert)
            {
                firing.Add((source, alert));
            }
        }

        return firing;
    }

    /// <summary>Says that it fires since a moment, or that it ended at one.</summary>
    public Notification Says(DateTimeOffset since, DateTimeOffset? until)
    {
        var group = LabelSet.From([new Label("alertname", Name), .. Labels]);
        var labels = LabelSet.From([.. group, new Label("severity", Severity)]);
        var begun = new DateTimeOffset(since.UtcTicks - (since.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
        return new Notification(
            IncidentKey.OwnSource, Receiver, group, [new AlertReport(Fingerprint.Of(labels), labels, Annotations, begun, until, "")], "",
                0);
    }
}
