using System.Text.Json.Nodes;
using IncidentBot.Rooms;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Line;

/// <summary>The whole way as it is in a cluster: Prometheus, Alertmanager and the program in processes of their own, and three chats.</summary>
public sealed class EndToEndTests
{
    private const string Token = "a-token-of-this-test";

    /// <summary>The two rules have one alert name, so that an alert becomes more severe as it does with most people's rules.</summary>
    private const string Rules = """
        groups:
          - name: pods
            rules:
              - alert: PodNotReady
                expr: pod_ready == 0
                labels: {severity: warning, team: "0"}
                annotations: {summary: "Pod {{ $labels.namespace }}/{{ $labels.pod }} is not ready"}
              - alert: PodNotReady
                expr: pod_ready == -1
                labels: {severity: critical, team: "0"}
                annotations: {summary: "Pod {{ $labels.namespace }}/{{ $labels.pod }} is gone"}
        """;

    private const string First = "pod_ready{namespace=\"media\",pod=\"plex-0\"}";
    private const string Second = "pod_ready{namespace=\"media\",pod=\"plex-1\"}";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(AlertmanagerServer.Oldest, false)]
    [InlineData(AlertmanagerServer.Newest, true, Traits = [Requirements.Needs, Requirements.Alertmanager, Requirements.Needs, Requirements.Homeserver])]
    public async Task An_alert_is_one_post_everywhere_while_it_fires_is_joined_rises_and_resolves(string version, bool realHomeserver)
    {
        await using var vendors = await Vendors.StartAsync();
        await using var synapse = realHomeserver ? await Synapse.StartAsync(rateLimited: false, Stop) : null;
        var (homeserver, matrix) = await MatrixAsync(vendors, synapse);
        using var folder = new TemporaryFolder();
        await using var bot = new BotProcess(
            folder, vendors.Configuration(1, homeserver) + $"\nalertmanagers: [{{ source: home, webhook_token: {Token} }}]\n");
        await bot.StartAsync(Stop);
        await using var alertmanager = await AlertmanagerServer.StartAsync(version, AlertmanagerServer.Posting(bot.Webhook, Token), Stop);
        await using var prometheus = await PrometheusServer.StartAsync(Rules, [alertmanager.Url], Stop);

        prometheus.Target.Set(First, 0);
        await ExpectAsync(bot, vendors, matrix, "firing", "warning", 1, "WARNING · ", "1 firing");
        Assert.Contains("PodNotReady", await PageAsync(bot, "/"), StringComparison.Ordinal);

        prometheus.Target.Set(Second, 0);
        await ExpectAsync(bot, vendors, matrix, "firing", "warning", 2, "WARNING · ", "2 firing");

        prometheus.Target.Set(Second, -1);
        await ExpectAsync(bot, vendors, matrix, "firing", "critical", 2, "CRITICAL · ", "2 firing");

        prometheus.Target.Set(First, 1);
        prometheus.Target.Set(Second, null);
        await ExpectAsync(bot, vendors, matrix, "resolved", "critical", 0, "RESOLVED, lasted ", "lasted");
        await ExpectHistoryAsync(vendors, matrix);
        Assert.Contains("Resolved", await PageAsync(bot, "/incidents/1"), StringComparison.Ordinal);
        Assert.Contains("Nothing is on fire", await PageAsync(bot, "/"), StringComparison.Ordinal);
        Assert.DoesNotContain("incidentbot_delivery_delay_seconds_count 0\n", await PageAsync(bot, "/metrics"), StringComparison.Ordinal);
        Assert.Equal(0, await bot.TerminateAsync(Stop));
        Assert.Empty(vendors.Violations);
    }

    private static async Task<((Uri, string, string)? Homeserver, Func<Task<IReadOnlyList<Seen>>> Matrix)> MatrixAsync(Vendors vendors, Synapse? synapse)
    {
        if (synapse is null)
        {
            return (null, () => Task.FromResult(Seen(vendors.Matrix, Vendors.Rooms(0)[2])));
        }

        var (_, token) = await synapse.RegisterAsync("bot", Stop);
        var room = await synapse.CreateRoomAsync(token, Stop);
        return ((synapse.Url, token, room), () => SeenAsync(synapse, room, token));
    }

    /// <summary>Waits until the API says so and every room shows it; then there is one post in each, with that text.</summary>
    private static async Task ExpectAsync(
        BotProcess bot, Vendors vendors, Func<Task<IReadOnlyList<Seen>>> matrix, string status, string severity, int firing, params string[] texts)
    {
        var last = "nothing";
        var incident = await Loopback.UntilAsync(
            async () =>
            {
                last = await PageAsync(bot, "/api/v1/incidents?status=all");
                var incidents = JsonNode.Parse(last)!["incidents"]!.AsArray();
                Assert.InRange(incidents.Count, 0, 1);
                return incidents.Count == 1 && incidents[0] is JsonObject one && one.Text("status") == status && one.Text("severity") == severity
                    && one.Number("firing") == firing && one["posts"]!.AsArray().All(post => post.Text("state") == "shown") ? one : null;
            },
            TimeSpan.FromSeconds(45), () => $"the API does not say {status}, {severity}, {firing} firing and all shown, but {last}", Stop);
        Assert.Equal(
            ["inbox", "matrix", "slack", "telegram"],
            incident["posts"]!.AsArray().Select(post => post.Text("room")!.Split(':')[0]).Order(StringComparer.Ordinal));
        foreach (var (_, seen) in await RoomsAsync(vendors, matrix))
        {
            var text = Assert.Single(seen).Text;
            Assert.All(texts, part => Assert.Contains(part, text, StringComparison.Ordinal));
        }
    }

    /// <summary>In every thread each line stands once: one joined, became critical (which is another alert by its labels), all resolved.</summary>
    private static async Task ExpectHistoryAsync(Vendors vendors, Func<Task<IReadOnlyList<Seen>>> matrix)
    {
        foreach (var (place, seen) in await RoomsAsync(vendors, matrix))
        {
            var history = string.Join('\n', seen[0].Replies).Split('\n');
            var told = $"{place} tells:\n{string.Join('\n', history)}";

            // What joins calls people, so a headline that names it stands before its line.
            Assert.True(history.Take(2).Any(line => line.EndsWith("1 alert joined: pod=plex-1", StringComparison.Ordinal)), told);
            Assert.True(history.Count(line => line.EndsWith("Severity raised from warning to critical", StringComparison.Ordinal)) == 1, told);
            Assert.True(history.Count(line => line.Contains("RESOLVED after", StringComparison.Ordinal)) == 1, told);
            Assert.True(history[^1].Contains("RESOLVED after", StringComparison.Ordinal), told);
            Assert.True(history.Count(line => line.Contains(" joined: ", StringComparison.Ordinal)) == 2, told);
        }
    }

    private static async Task<IReadOnlyList<(string Place, IReadOnlyList<Seen> Seen)>> RoomsAsync(Vendors vendors, Func<Task<IReadOnlyList<Seen>>> matrix) =>
    [
        ("Slack", Seen(vendors.Slack, Vendors.Rooms(0)[0])),
        ("Telegram", Seen(vendors.Telegram, Vendors.Rooms(0)[1])),
        ("Matrix", await matrix()),
    ];

    private static IReadOnlyList<Seen> Seen(VendorServer vendor, Room room) =>
        [.. vendor.Messages(room.Id).Select(message => new Seen(message.Text, [.. vendor.Replies(message).Select(reply => reply.Text)]))];

    /// <summary>What a client of the homeserver shows: messages with their latest edit, and their threads.</summary>
    private static async Task<IReadOnlyList<Seen>> SeenAsync(Synapse synapse, string room, string token)
    {
        var seen = new List<Seen>();
        foreach (var root in (await synapse.MessagesAsync(room, token, Stop)).Where(entry => entry["content"]!["m.relates_to"] is null))
        {
            var id = root.Text("event_id")!;
            var shown = await synapse.EventAsync(room, id, token, Stop);
            var edit = shown["unsigned"]?["m.relations"]?["m.replace"]?["content"]?["m.new_content"];
            var thread = await synapse.ThreadAsync(room, id, token, Stop);
            seen.Add(new Seen((edit ?? shown["content"]).Text("body")!, [.. thread.Reverse().Select(reply => reply["content"].Text("body")!)]));
        }

        return seen;
    }

    private static Task<string> PageAsync(BotProcess bot, string path) => Loopback.Client.GetStringAsync(new Uri(bot.Url, path), Stop);
}

/// <summary>A message as people see it, with its thread.</summary>
internal sealed record Seen(string Text, IReadOnlyList<string> Replies);
