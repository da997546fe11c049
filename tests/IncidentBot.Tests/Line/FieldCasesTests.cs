using System.Text.Json.Nodes;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.BotFixture;

namespace IncidentBot.Line;

/// <summary>Groups as they come from the field, and what people read of them.</summary>
public sealed class FieldCasesTests
{
    /// <summary>kube-prometheus' TargetDown: what differs is how it was measured, which is all that tells the alerts apart.</summary>
    [Fact]
    public async Task Alerts_that_differ_in_job_and_service_alone_are_told_apart_and_none_speaks_for_the_others()
    {
        await using var bot = await BotFixture.StartAsync();
        var jobs = new[] { "kube-state-metrics", "node-exporter", "apiserver" };
        await bot.SendAsync(Body(new() { ["alertname"] = "TargetDown", ["namespace"] = "monitoring" }, [.. jobs.Select(job => (
            new JsonObject { ["alertname"] = "TargetDown", ["namespace"] = "monitoring", ["prometheus"] = "monitoring/k8s", ["severity"] = "critical", ["job"] = job, ["service"] = $"stack-{job}" },
            new JsonObject { ["summary"] = "One or more targets are unreachable.", ["description"] = $"100% of the {job}/stack-{job} targets are down." }))]));
        await bot.RunUntilIdleAsync();

        foreach (var room in new[] { InSlack, InTelegram, InMatrix })
        {
            var lines = bot.Expect(room).Text.Split('\n');
            Assert.All(jobs, job => Assert.Single(lines, line => line.Contains($"job={job} service=stack-{job}", StringComparison.Ordinal)));
            Assert.DoesNotContain(lines, line => line.Contains("100%", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Annotations_of_the_authors_own_reach_people_and_addresses_in_them_are_links()
    {
        await using var bot = await BotFixture.StartAsync();
        await bot.SendAsync(Body(new() { ["alertname"] = "OnlyCustom" }, (
            new JsonObject { ["alertname"] = "OnlyCustom", ["instance"] = "n1", ["severity"] = "critical" },
            new JsonObject { ["impact"] = "customers cannot pay", ["action"] = "call the DBA: https://wiki.example.org/dba", ["dashboard_url"] = "https://grafana.example.org/d/abc" })));
        await bot.RunUntilIdleAsync();

        foreach (var room in new[] { InSlack, InTelegram, InMatrix })
        {
            var message = bot.Expect(room, "Impact: customers cannot pay", "Action: call the DBA: https://wiki.example.org/dba", "Dashboard");
            Assert.Contains("https://grafana.example.org/d/abc", message.Versions[0].ToJsonString(), StringComparison.Ordinal);
        }

        Assert.Contains("\"url\":\"https://wiki.example.org/dba\"", bot.Expect(InSlack).Versions[0].ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("href=\\u0022https://wiki.example.org/dba\\u0022", bot.Expect(InMatrix).Versions[0].ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_alerts_five_are_listed_and_the_others_counted_within_fourteen_lines()
    {
        await using var bot = await BotFixture.StartAsync();
        await bot.SendAsync(Body(new() { ["alertname"] = "DiskSpaceLow" }, [.. Enumerable.Range(1, 45).Select(node => (
            new JsonObject { ["alertname"] = "DiskSpaceLow", ["instance"] = $"node{node}:9100", ["severity"] = "warning", ["__meta__"] = $"m{node}", ["rule_uid"] = $"u{node}" },
            new JsonObject { ["summary"] = $"Low disk space on node{node}:9100", ["description"] = $"node{node} has {node} GB left" }))]));
        await bot.RunUntilIdleAsync();

        var message = bot.Expect(InTelegram, "45 × Low disk space on …", "40 more");
        Assert.InRange(message.Text.Split('\n').Count(line => line.Length > 0), 8, 14);
        Assert.DoesNotContain("GB left", message.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("rule_uid", message.Text.Split('\n').First(line => line.Contains("instance=", StringComparison.Ordinal)).Split("instance=")[0], StringComparison.Ordinal);
    }

    private static string Body(JsonObject group, params (JsonObject Labels, JsonObject Annotations)[] alerts) => new JsonObject
    {
        ["version"] = "4",
        ["groupKey"] = "{}:{}",
        ["truncatedAlerts"] = 0,
        ["status"] = "firing",
        ["receiver"] = "bot",
        ["groupLabels"] = group,
        ["commonLabels"] = new JsonObject(),
        ["commonAnnotations"] = new JsonObject(),
        ["externalURL"] = "http://alertmanager.test:9093",
        ["alerts"] = new JsonArray([.. alerts.Select(alert => (JsonNode)new JsonObject
        {
            ["status"] = "firing",
            ["labels"] = alert.Labels,
            ["annotations"] = alert.Annotations,
            ["startsAt"] = "2026-03-01T11:59:42.207Z",
            ["endsAt"] = "0001-01-01T00:00:00Z",
            ["generatorURL"] = "http://prometheus.test/graph?g0.expr=up",
        })]),
    }.ToJsonString();
}
