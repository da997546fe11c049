using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using IncidentBot.Line;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Graph;

/// <summary>The whole program beside a real Neo4j that hangs, is killed and comes back, under a stream of webhooks.</summary>
[Collection(Neo4jTests.Name)]
[Trait(Support.Requirements.Needs, Support.Requirements.Neo4j)]
public sealed class Neo4jLineTests(Neo4jServer server, ITestOutputHelper output)
{
    private const int Each = 25;

    /// <summary>One for each incident: a chat takes one message a second.</summary>
    private const int Rooms = 201;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_waits_for_a_server_that_hangs_or_is_gone_and_posts_are_edited_when_it_is_back()
    {
        await server.EmptyAsync(Stop);
        await server.RunAsync("UNWIND range(0, 99) AS i CREATE (:AlertRule {name: 'Alert' + i})-[:RESOLVED_BY]->(:Runbook {path: 'https://wiki.example.org/alert-' + i})", Stop);
        await using var vendors = await Vendors.StartAsync();
        using var folder = new TemporaryFolder();
        folder.Write("neo4j-password", Neo4jServer.Password);
        await using var bot = new BotProcess(folder, vendors.Configuration(Rooms, null, "telegram") + $$"""

            runbooks: { path: [] }
            graph: { neo4j: { url: "{{server.Url}}", password_file: neo4j-password } }
            """);
        await bot.StartAsync(Stop);

        // Two rounds first: what is compiled for the first time is not what is measured.
        await StreamAsync(bot, vendors, 90, 95, "warm");
        var well = await StreamAsync(bot, vendors, 0, Each, "well");
        await UntilLinkedAsync(vendors, Each);
        output.WriteLine($"right at first: {Enumerable.Range(0, Each).Count(i => Message(vendors, i)!.Edits == 0)} of {Each}");
        var waited = await LongWaitsAsync(bot);
        await server.FreezeAsync();
        var frozen = await StreamAsync(bot, vendors, Each, 2 * Each, "hangs");
        Assert.InRange(await LongWaitsAsync(bot) - waited, 0, 2);
        await server.ThawAsync();
        await UntilLinkedAsync(vendors, 2 * Each);
        waited = await LongWaitsAsync(bot);
        await server.KillAsync();
        var gone = await StreamAsync(bot, vendors, 2 * Each, 3 * Each, "gone");
        Assert.InRange(await LongWaitsAsync(bot) - waited, 0, 2);
        Assert.Contains("cannot be reached", await Loopback.UntilAsync(() => Task.FromResult<string?>(bot.LogTail is { Length: > 0 } log
            && log.Contains("cannot be reached", StringComparison.Ordinal) ? log : null), TimeSpan.FromSeconds(30), () => bot.LogTail, Stop), StringComparison.Ordinal);
        Assert.True(await Loopback.AnswersAsync(new Uri(bot.Url, "/-/ready"), Stop));
        Assert.Contains("incidentbot_graph_up 0", await Loopback.Client.GetStringAsync(new Uri(bot.Url, "/metrics"), Stop), StringComparison.Ordinal);

        // What was known before is known after a restart of the program, while the server is still away.
        await bot.TerminateAsync(Stop);
        await bot.StartAsync(Stop);
        await PostAsync(bot, Rooms - 1, "Alert3");
        Assert.Contains("https://wiki.example.org/alert-3", Text(await UntilShownAsync(vendors, Rooms - 1)), StringComparison.Ordinal);

        await server.StartAsync(Stop);
        await UntilLinkedAsync(vendors, 3 * Each);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"latest notification: {well.Latest:0} ms with Neo4j, {frozen.Latest:0} ms while it hangs, {gone.Latest:0} ms while it is gone"));

        // Few are held up at all, which is counted above; the latest of a machine that has other things to do is not Neo4j's.
        Assert.True(frozen.Median < 300 && gone.Median < 300, $"{well} ms, {frozen} ms, {gone} ms");
        Assert.Empty(vendors.Violations);
    }

    /// <summary>How many messages were held up as long as any may be.</summary>
    private static async Task<int> LongWaitsAsync(BotProcess bot)
    {
        var metrics = await Loopback.Client.GetStringAsync(new Uri(bot.Url, "/metrics"), Stop);
        return Value("incidentbot_graph_wait_seconds_count ") - Value("incidentbot_graph_wait_seconds_bucket{le=\"0.1\"} ");

        int Value(string name) => int.Parse(metrics.Split('\n').Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..], CultureInfo.InvariantCulture);
    }

    /// <summary>Posts groups one after the other, and returns how late they were shown, in milliseconds.</summary>
    private async Task<(double Median, double Latest)> StreamAsync(BotProcess bot, Vendors vendors, int from, int to, string what)
    {
        var latest = new List<double>();
        for (var i = from; i < to; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await PostAsync(bot, i, $"Alert{i}");
            await UntilShownAsync(vendors, i);
            latest.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        latest.Sort();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: median {latest[latest.Count / 2]:0} ms, latest {latest[^1]:0} ms"));
        return (latest[latest.Count / 2], latest[^1]);
    }

    private static async Task PostAsync(BotProcess bot, int number, string alertname)
    {
        var labels = new JsonObject { ["alertname"] = alertname, ["team"] = $"{number}", ["severity"] = "warning", ["number"] = $"n{number}" };
        using var answer = await Loopback.Client.PostAsJsonAsync(bot.Webhook, new JsonObject
        {
            ["version"] = "4",
            ["groupKey"] = $"g{number}",
            ["receiver"] = "incidentbot",
            ["status"] = "firing",
            ["externalURL"] = "http://alertmanager:9093",
            ["groupLabels"] = new JsonObject { ["number"] = $"n{number}" },
            ["commonLabels"] = labels.DeepClone(),
            ["alerts"] = new JsonArray(new JsonObject
            {
                ["status"] = "firing",
                ["labels"] = labels,
                ["annotations"] = new JsonObject { ["summary"] = $"number n{number} is on fire" },
                ["startsAt"] = TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
                ["endsAt"] = "0001-01-01T00:00:00Z",
                ["fingerprint"] = string.Create(CultureInfo.InvariantCulture, $"{number:x16}"),
            }),
        }, Stop);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }

    private static ShownMessage? Message(Vendors vendors, int number) => vendors.Telegram.Messages(Vendors.Rooms(number)[1].Id).SingleOrDefault();

    private static async Task<ShownMessage> UntilShownAsync(Vendors vendors, int number)
    {
        while (true)
        {
            if (Message(vendors, number) is { } shown)
            {
                return shown;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, Stop);
        }
    }

    /// <summary>Waits until each message up to a number shows the link that Neo4j has for it.</summary>
    private static async Task UntilLinkedAsync(Vendors vendors, int to) => await Loopback.UntilAsync(
        () => Task.FromResult(Unlinked(vendors, to).Any() ? null : ""), TimeSpan.FromMinutes(2),
        () => $"no link in {string.Join(", ", Unlinked(vendors, to))}", Stop);

    private static IEnumerable<int> Unlinked(Vendors vendors, int to) => Enumerable.Range(0, to)
        .Where(i => !Text(Message(vendors, i)!).Replace('\\', '"').Contains($"https://wiki.example.org/alert-{i}\"", StringComparison.Ordinal));

    private static string Text(ShownMessage message) => message.Versions[^1].ToString();
}
