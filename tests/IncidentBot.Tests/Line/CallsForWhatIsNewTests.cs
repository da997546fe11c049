using System.Text.Json.Nodes;
using IncidentBot.Lanes;
using IncidentBot.Rooms;
using IncidentBot.Storage;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.BotFixture;

namespace IncidentBot.Line;

/// <summary>A group by namespace, as kube-prometheus has them: whoever took one thing did not take what joins it.</summary>
public sealed class CallsForWhatIsNewTests
{
    [Fact]
    public async Task A_critical_that_joins_an_acknowledged_incident_calls_by_its_own_name_in_all_rooms()
    {
        await using var bot = await ShopAsync();
        Assert.Equal(DeedOutcome.Done, await bot.Store.AcknowledgeAsync(1, "Ada", "", default));
        await bot.AtAsync("12:05");
        await bot.SendAsync(Shop("KubeQuotaAlmostFull", "KubePodCrashLooping", "PostgresDown"));
        await bot.AtAsync("12:06");

        var message = bot.Expect(InSlack, "Ada has a part", "Ada is on it: KubePodCrashLooping, KubeQuotaAlmostFull; PostgresDown is nobody's", "Escalates at 12:1");
        var reply = bot.Replies(InSlack, message)[^1];
        Assert.StartsWith("🛑 ALSO CRITICAL, nobody has it: PostgresDown summary · PostgresDown #1, critical", reply.Text, StringComparison.Ordinal);
        Assert.Equal((true, "!channel"), ((bool?)reply.Versions[0]["reply_broadcast"], Assert.Single(reply.Mentions)));
        Assert.False(bot.Replies(InTelegram, bot.Expect(InTelegram))[^1].Silent);
        Assert.Contains("PostgresDown", bot.Replies(InTelegram, bot.Expect(InTelegram))[^1].Text, StringComparison.Ordinal);
        Assert.Contains("Nobody is on <bdi>PostgresDown", await bot.Client.GetStringAsync(new Uri("incidents/1", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Contains("Nobody: <bdi>PostgresDown", await bot.Client.GetStringAsync(new Uri("/", UriKind.Relative)), StringComparison.Ordinal);

        await bot.SendAsync(Shop("KubeQuotaAlmostFull", "KubePodCrashLooping", "PostgresDown"));
        await bot.AtAsync("12:09");
        Assert.Equal(2, bot.Replies(InSlack, bot.Expect(InSlack)).Count);

        await bot.AtAsync("12:11");
        reply = bot.Replies(InSlack, bot.Expect(InSlack))[^1];
        Assert.StartsWith("🛑 ESCALATED, nobody acknowledged for 5 min: PostgresDown summary · PostgresDown #1, critical", reply.Text, StringComparison.Ordinal);
        Assert.Equal(["!channel"], reply.Mentions);

        await bot.Store.AcknowledgeAsync(1, "Ada", "", default);
        await bot.AtAsync("12:30");
        Assert.Contains("CRITICAL, Ada has it ·", bot.Expect(InSlack).Text, StringComparison.Ordinal);
        Assert.Equal(4, bot.Replies(InSlack, bot.Expect(InSlack)).Count);
    }

    [Fact]
    public async Task A_critical_that_joins_what_nobody_has_taken_calls_too_and_those_of_the_steps_that_were_taken()
    {
        await using var bot = await ShopAsync();
        await bot.AtAsync("12:06");
        await bot.SendAsync(Shop("KubeQuotaAlmostFull", "KubePodCrashLooping", "PostgresDown"));
        await bot.AtAsync("12:07");

        var reply = bot.Replies(InSlack, bot.Expect(InSlack))[^1];
        Assert.StartsWith("🛑 ALSO CRITICAL: PostgresDown summary · PostgresDown #1, critical", reply.Text, StringComparison.Ordinal);
        Assert.Equal(["!channel"], reply.Mentions);
        Assert.False(bot.Replies(InMatrix, bot.Expect(InMatrix))[^1].Silent);
    }

    [Fact]
    public async Task A_critical_that_joins_a_taken_warning_calls_as_what_it_is_and_the_warning_stays_taken()
    {
        await using var bot = await BotFixture.StartAsync(options =>
        {
            options.Lanes[0].Escalate = [];
            options.Lanes[1].Mention = ["everyone"];
        });
        await bot.SendAsync(Shop("KubeQuotaAlmostFull"));
        await bot.Store.AcknowledgeAsync(1, "Ada", "", default);
        await bot.AtAsync("12:02");
        await bot.SendAsync(Shop("KubeQuotaAlmostFull", "PostgresDown"));
        await bot.AtAsync("12:03");

        var reply = bot.Replies(InSlack, bot.Expect(InSlack, "Ada is on it: KubeQuotaAlmostFull; PostgresDown is nobody's"))[^1];
        Assert.StartsWith("🛑 NOW CRITICAL: PostgresDown summary · PostgresDown #1, critical", reply.Text, StringComparison.Ordinal);
        Assert.Equal(["!channel"], reply.Mentions);
    }

    private static async Task<BotFixture> ShopAsync()
    {
        var bot = await BotFixture.StartAsync(options => options.Lanes[0].Escalate =
            [new EscalationOptions { After = TimeSpan.FromMinutes(5), Rooms = [Room.Parse(InMatrix)], Mention = ["everyone"] }]);
        await bot.SendAsync(Shop("KubeQuotaAlmostFull", "KubePodCrashLooping"));
        await bot.RunUntilIdleAsync();
        return bot;
    }

    private static string Shop(params string[] names) => new JsonObject
    {
        ["version"] = "4",
        ["groupKey"] = "{}:{namespace=\"shop\"}",
        ["truncatedAlerts"] = 0,
        ["status"] = "firing",
        ["receiver"] = "bot",
        ["groupLabels"] = new JsonObject { ["namespace"] = "shop" },
        ["commonLabels"] = new JsonObject { ["namespace"] = "shop" },
        ["commonAnnotations"] = new JsonObject(),
        ["externalURL"] = "http://alertmanager.test:9093",
        ["alerts"] = new JsonArray([.. names.Select(name => (JsonNode)new JsonObject
        {
            ["status"] = "firing",
            ["labels"] = new JsonObject
            {
                ["alertname"] = name,
                ["namespace"] = "shop",
                ["severity"] = name is "KubeQuotaAlmostFull" ? "warning" : "critical",
            },
            ["annotations"] = new JsonObject { ["summary"] = $"{name} summary" },
            ["startsAt"] = "2026-03-01T11:59:42.207Z",
            ["endsAt"] = "0001-01-01T00:00:00Z",
            ["generatorURL"] = "http://prometheus.test/graph?g0.expr=up",
        })]),
    }.ToJsonString();
}
