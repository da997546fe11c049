using System.Collections.Concurrent;
using IncidentBot.Alerts;
using IncidentBot.Incidents;
using IncidentBot.Settings;

namespace IncidentBot.Sources;

/// <summary>What has been heard of one source since the start. Lock it for every use of what changes.</summary>
internal sealed class HeardSource(ReconcileRules rules)
{
    public WatchdogTimer Watchdog { get; } = new();

    public Comparison Comparison { get; } = new(rules);

    /// <summary>The receivers whose webhooks have come.</summary>
    public HashSet<string> Receivers { get; } = new(StringComparer.Ordinal);

    /// <summary>The receivers of stored incidents are among them.</summary>
    public bool ReceiversRead { get; set; }
}

/// <summary>
/// Listens to every webhook on its way to the store: the Watchdog is a heartbeat and goes no further, and who posts here, and
/// of what, is remembered for the comparison with Alertmanager's own list.
/// </summary>
internal sealed class HeardSources(CurrentSettings settings, ReconcileRules rules, WebhookRefusals refusals, TimeProvider clock)
{
    /// <summary>What could not be heard, because it was refused.</summary>
    public WebhookRefusals Refusals => refusals;

    /// <summary>Names come from outside, so there is an end to how many are remembered.</summary>
    private const int MostReceivers = 1000;

    private static readonly WatchdogOptions Usual = new();

    private readonly ConcurrentDictionary<string, HeardSource> _sources = new(StringComparer.Ordinal);

    public HeardSource Of(string source) => _sources.GetOrAdd(source, _ => new HeardSource(rules));

    /// <summary>The alert that always fires. It is never shown, also where nobody watches it.</summary>
    public static bool IsWatchdog(AlertmanagerOptions? source, LabelSet labels) =>
        string.Equals(labels["alertname"], (source?.Watchdog ?? Usual).Alertname, StringComparison.Ordinal);

    /// <summary>Takes note of a notification. Returns what is left of it without the Watchdog; null when nothing is.</summary>
    public Notification? Hear(Notification notification)
    {
        var options = settings.Value.Alertmanagers.Find(one => string.Equals(one.Source, notification.Source, StringComparison.Ordinal));
        var beats = notification.Alerts.Count(alert => IsWatchdog(options, alert.Labels));
        var source = Of(notification.Source);
        lock (source)
        {
            if (beats > 0 && notification.Alerts.Any(alert => alert.Firing && IsWatchdog(options, alert.Labels)))
            {
                source.Watchdog.Hear(clock.GetUtcNow());
            }

            if (source.Receivers.Count < MostReceivers)
            {
                source.Receivers.Add(notification.Receiver);
            }

            source.Comparison.Heard(notification.Alerts);
        }

        return beats == 0 ? notification
            : beats == notification.Alerts.Count ? null
            : notification with { Alerts = [.. notification.Alerts.Where(alert => !IsWatchdog(options, alert.Labels))] };
    }
}
