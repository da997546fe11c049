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

    /// <summary>What nobody but its own list knows.</summary>
    public Doubts Doubts { get; } = new();

    /// <summary>Its list is to be read now.</summary>
    public bool IsInDoubt { get; set; }

    /// <summary>The receivers whose webhooks have come.</summary>
    public HashSet<string> Receivers { get; } = new(StringComparer.Ordinal);

    /// <summary>When its last webhook came; null before the first.</summary>
    public DateTimeOffset? HeardAt { get; set; }

    /// <summary>When the list of one of its Alertmanagers was last read; null before the first time.</summary>
    public DateTimeOffset? ReadAt { get; set; }

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

    /// <summary>
    /// Alerts of kube-prometheus that are no fault and go to nobody there: one always fires, the other is there to inhibit.
    /// </summary>
    private static readonly string[] NoFaults = [Usual.Alertname, "InfoInhibitor"];

    private readonly ConcurrentDictionary<string, HeardSource> _sources = new(StringComparer.Ordinal);

    /// <summary>Raised when a source is in doubt, on the thread of its webhook. Handlers must not throw and return at once.</summary>
    public event Action? InDoubt;

    /// <summary>When this began to listen.</summary>
    public DateTimeOffset Since { get; } = clock.GetUtcNow();

    /// <summary>
    /// How long ago each source was heard or read: those that are configured, or those that were heard where none is.
    /// </summary>
    public IReadOnlyList<SourceState> States()
    {
        var now = clock.GetUtcNow();
        var configured = settings.Value.Alertmanagers;
        var names = configured.Count > 0 ? configured.ConvertAll(one => one.Source) : [.. _sources.Keys.Order(StringComparer.Ordinal)];
        return
        [
            .. names.Select(name => State(name, configured.Find(one => string.Equals(one.Source, name, StringComparison.Ordinal)), now))
                .Where(state => configured.Count > 0 || state.HeardAt is not null),
        ];
    }

    private SourceState State(string name, AlertmanagerOptions? options, DateTimeOffset now)
    {
        var source = Of(name);
        lock (source)
        {
            return SourceState.Of(name, options, source.HeardAt, source.ReadAt, now);
        }
    }

    public HeardSource Of(string source) => _sources.GetOrAdd(source, _ => new HeardSource(rules));

    /// <summary>The alert that always fires, whose silence means that nothing is heard.</summary>
    public static bool IsWatchdog(AlertmanagerOptions? source, LabelSet labels) =>
        string.Equals(labels["alertname"], (source?.Watchdog ?? Usual).Alertname, StringComparison.Ordinal);

    /// <summary>What is no fault, so that it is never shown, also where nobody watches it.</summary>
    public static bool IsNoFault(AlertmanagerOptions? source, LabelSet labels) =>
        IsWatchdog(source, labels) || NoFaults.Contains(labels["alertname"], StringComparer.Ordinal);

    /// <summary>Takes note of a notification. Returns what is left of it without what is no fault; null when nothing is.</summary>
    public Notification? Hear(Notification notification)
    {
        var options = settings.Value.Alertmanagers.Find(one => string.Equals(one.Source, notification.Source, StringComparison.Ordinal));
        var hidden = notification.Alerts.Count(alert => IsNoFault(options, alert.Labels));
        var source = Of(notification.Source);
        var doubt = false;
        lock (source)
        {
            source.HeardAt = clock.GetUtcNow();
            if (options is { Urls.Count: > 0 } && source.Doubts.Hear(notification, source.HeardAt.Value))
            {
                source.IsInDoubt = doubt = true;
            }

            if (hidden > 0 && notification.Alerts.Any(alert => alert.Firing && IsWatchdog(options, alert.Labels)))
            {
                source.Watchdog.Hear(clock.GetUtcNow());
            }

            if (source.Receivers.Count < MostReceivers)
            {
                source.Receivers.Add(notification.Receiver);
            }

            source.Comparison.Heard(notification.Alerts);
        }

        if (doubt)
        {
            InDoubt?.Invoke();
        }

        return hidden == notification.Alerts.Count && hidden > 0 ? null
            : settings.Value.Incidents.Words.Name(hidden == 0 ? notification
                : notification with { Alerts = [.. notification.Alerts.Where(alert => !IsNoFault(options, alert.Labels))] });
    }
}
