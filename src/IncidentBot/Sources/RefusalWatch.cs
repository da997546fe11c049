using IncidentBot.Alerts;
using IncidentBot.Loops;
using IncidentBot.Storage;
using IncidentBot.Words;

namespace IncidentBot.Sources;

/// <summary>
/// Raises an alert of IncidentBot's own when notifications of a source were refused: what they held is shown nowhere else. It
/// ends when nothing was refused for an hour, or when the sender was heard in full again.
/// </summary>
internal sealed class RefusalWatch(WebhookRefusals refusals, IIncidentStore store, LoopBook book) : Loop("refusals", book, Every)
{
    public const string AlertName = "NotificationRefused";

    private const string Receiver = "refusals";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    /// <summary>Since when each source's notifications are refused, as it was told.</summary>
    private readonly Dictionary<string, Told> _told = new(StringComparer.Ordinal);
    private bool _remembered;

    protected override async Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        await LookAsync(now, stoppingToken);
        return now + Every;
    }

    /// <summary>Tells once of what is refused now, and of what no longer is.</summary>
    internal async Task LookAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        if (!_remembered)
        {
            foreach (var (sender, alert) in await OwnAlert.FiringAsync(store, Receiver, stoppingToken))
            {
                var told = Alert(sender, alert.Annotations["summary"] ?? "", alert.Annotations["description"] ?? "");
                _told[sender] = new Told(told, alert.StartsAt, alert.StartsAt + WebhookRefusals.Kept);
            }

            _remembered = true;
        }

        var refused = refusals.Recent.Where(refusal => refusal.Kind is not RefusalKind.Alerts)
            .GroupBy(Sender, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.MinBy(refusal => refusal.Since)!, StringComparer.Ordinal);
        foreach (var (sender, refusal) in refused)
        {
            if (!_told.TryGetValue(sender, out var told))
            {
                _told[sender] = told = new Told(Alert(sender, refusal), refusal.Since, Until: null);
            }

            // Said again at every turn: that keeps it from becoming stale, and costs nothing.
            await store.ReceiveAsync(told.Alert.Says(told.Since, null), stoppingToken);
        }

        foreach (var (sender, told) in _told.Where(told => !refused.ContainsKey(told.Key) && !(now < told.Value.Until)).ToList())
        {
            await store.ReceiveAsync(told.Alert.Says(told.Since, now), stoppingToken);
            _told.Remove(sender);
        }
    }

    private static string Sender(Refusal refusal) => refusal.Source.Length > 0 ? refusal.Source : refusal.Address;

    private static OwnAlert Alert(string sender, Refusal refusal)
    {
        var since = Times.Clock(refusal.Since, refusal.Since, TimeZoneInfo.Utc);
        var summary = refusal.Kind == RefusalKind.Credentials
            ? $"Alertmanager at {refusal.Address} uses a wrong token since {since}: its alerts are lost"
            : $"A notification of Alertmanager {sender} was refused: its alerts are lost";
        var description = refusal.Kind == RefusalKind.Credentials
            ? "Every webhook from there is answered 401, and Alertmanager drops what is answered so. Compare http_config of the receiver with alertmanagers[].webhook_token."
            : $"Alertmanager does not send again what is answered so. Why: {refusal.Reason}";
        return Alert(sender, summary, description);
    }

    private static OwnAlert Alert(string sender, string summary, string description) =>
        new(Receiver, AlertName, "critical", LabelSet.From(("source", sender)),
            LabelSet.From(("summary", summary), ("description", description)));

    /// <summary>What people were told.</summary>
    /// <param name="Until">Before a restart nobody remembers when the latest was refused; so long it goes on at the least.</param>
    private sealed record Told(OwnAlert Alert, DateTimeOffset Since, DateTimeOffset? Until);
}
