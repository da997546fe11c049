using System.Text.Json.Nodes;
using IncidentBot.Support;

namespace IncidentBot.Line;

/// <summary>Has alerts fire and resolve in a real Alertmanager, which then tells of them by its own rules.</summary>
internal sealed class AlertmanagerStream(AlertmanagerServer alertmanager, Random random, int teams, int groups)
{
    private volatile bool _ending;

    public IReadOnlyList<AlertGroup> Groups { get; } = [.. Enumerable.Range(0, groups).Select(number => new AlertGroup($"g{number}", number % teams, random))];

    /// <summary>How often alerts were posted to Alertmanager.</summary>
    public int Posted { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!_ending)
        {
            await ChangeAsync(Groups[random.Next(groups)], end: false, cancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200)), TimeProvider.System, cancellationToken);
        }

        foreach (var group in Groups)
        {
            await ChangeAsync(group, end: random.Next(2) == 0, cancellationToken);
        }
    }

    public void End() => _ending = true;

    /// <summary>Whether a bot knows of every group what is so now.</summary>
    public async Task<bool> HasArrivedAsync(Uri bot, CancellationToken cancellationToken)
    {
        var answer = await Loopback.Client.GetStringAsync(new Uri(bot, "/api/v1/incidents?status=all"), cancellationToken);
        var firing = JsonNode.Parse(answer)!["incidents"]!.AsArray().ToDictionary(
            one => one!["labels"].Text("group")!, one => one.Number("firing"), StringComparer.Ordinal);
        return Groups.All(group => (firing.GetValueOrDefault(group.Name) ?? 0) == group.InTheEnd().Firing);
    }

    private async Task ChangeAsync(AlertGroup group, bool end, CancellationToken cancellationToken)
    {
        group.Change(TimeProvider.System.GetUtcNow(), end);
        var (body, resolved) = group.Notification();
        var alerts = JsonNode.Parse(body)!["alerts"]!.AsArray();
        foreach (var alert in alerts)
        {
            var one = alert!.AsObject();
            one.Remove("status");
            one.Remove("fingerprint");
            if (one.Text("endsAt")!.StartsWith("0001", StringComparison.Ordinal))
            {
                one.Remove("endsAt");
            }
        }

        await alertmanager.PostAlertsAsync(alerts.ToJsonString(), cancellationToken);
        group.Taken(resolved);
        Posted++;
    }
}
