using IncidentBot.Alerts;
using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Settings;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.BotFixture;
using static IncidentBot.Support.Say;

namespace IncidentBot.Line;

/// <summary>What another incident explains is not announced, but listed where the cause is shown.</summary>
public sealed class InhibitTests
{
    [Fact]
    public async Task What_a_cause_explains_is_listed_in_its_post_and_announced_after_it()
    {
        await using var bot = await BotFixture.StartAsync(NodeExplainsPods);
        await bot.PostAsync(NodeDown());
        await bot.AtAsync("12:01");
        await bot.PostAsync(Firing("plex-0", since: 1));
        await bot.PostAloneAsync(Firing("plex-1", since: 1));
        await bot.AtAsync("12:02");

        var cause = bot.Expect(InSlack, "NodeDown", "Also burning because of this: 2 incidents: #2 PodNotReady, #3 PodNotReady");
        Assert.Equal("firing", (await bot.ApiAsync("api/v1/incidents/2")).Text("status"));
        Assert.Contains("inhibited_by", (await bot.ApiAsync("api/v1/incidents/2"))["timeline"]!.ToJsonString(), StringComparison.Ordinal);
        var page = await bot.Client.GetStringAsync(new Uri("incidents/2", UriKind.Relative));
        Assert.Contains("Explained by", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/incidents/1\"", page, StringComparison.Ordinal);

        await bot.AtAsync("12:20");
        Assert.Empty(bot.Replies(InSlack, cause));
        await bot.PostAsync(NodeDown(end: 20));
        await bot.PostAloneAsync(Resolved("plex-1", since: 1, at: 20));
        await bot.AtAsync("12:20:40");
        bot.Expect(InSlack, "NodeDown", "RESOLVED");

        await bot.AtAsync("12:22");
        Assert.Equal(2, bot.Shown(InSlack).Count);
        Assert.Contains("plex-0", bot.Shown(InSlack)[1].Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Also burning", bot.Shown(InSlack)[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_announced_before_its_cause_stays_and_says_so_and_does_not_escalate()
    {
        await using var bot = await BotFixture.StartAsync(options =>
        {
            NodeExplainsPods(options);
            options.Lanes[1].Escalate = [new EscalationOptions { After = TimeSpan.FromMinutes(10), Mention = ["everyone"] }];
        });
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:01");
        await bot.PostAsync(NodeDown(begin: 1));
        await bot.AtAsync("12:30");

        var message = bot.Shown(InSlack)[0];
        Assert.Contains("Explained by #2 NodeDown", message.Text, StringComparison.Ordinal);
        Assert.Contains("Explained by #2 NodeDown: not announced meanwhile", Assert.Single(bot.Replies(InSlack, message)).Text, StringComparison.Ordinal);

        await bot.PostAsync(NodeDown(begin: 1, end: 30));
        await bot.AtAsync("12:35");
        message = bot.Shown(InSlack)[0];
        Assert.DoesNotContain("Explained by", message.Text, StringComparison.Ordinal);
        Assert.Contains("and still firing", bot.Replies(InSlack, message)[1].Text, StringComparison.Ordinal);
        await bot.AtAsync("12:45");
        Assert.Equal(3, bot.Replies(InSlack, message).Count);
    }

    [Fact]
    public async Task An_urgent_one_that_is_no_longer_explained_calls_people_although_it_was_announced_before()
    {
        await using var bot = await BotFixture.StartAsync(NodeExplainsPods);
        await bot.PostAsync(Firing("plex-0", severity: "critical"));
        await bot.AtAsync("12:01");
        await bot.PostAsync(NodeDown(begin: 1));
        await bot.AtAsync("12:10");
        await bot.PostAsync(NodeDown(begin: 1, end: 10));
        await bot.AtAsync("12:12");

        var replies = bot.Replies(InSlack, bot.Shown(InSlack)[0]);
        Assert.Equal([0, 1], replies.Select(reply => reply.Mentions.Count));
        Assert.Contains("No longer explained by #2 NodeDown, and still firing", replies[1].Text, StringComparison.Ordinal);
        Assert.False(bot.Replies(InTelegram, bot.Shown(InTelegram)[0])[1].Silent);
    }

    [Fact]
    public async Task A_restart_keeps_what_explains_what_and_a_reload_without_rules_announces()
    {
        await using var bot = await BotFixture.StartAsync(NodeExplainsPods);
        await bot.PostAsync(NodeDown());
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:01");
        await bot.RestartAsync();
        await bot.AtAsync("12:10");
        Assert.Single(bot.Shown(InSlack));
        await bot.PostAloneAsync(Firing("plex-1", since: 10));
        await bot.AtAsync("12:11");
        bot.Expect(InSlack, "Also burning because of this: 2 incidents: #2 PodNotReady, #3 PodNotReady");

        bot.Reload(_ => { });
        await bot.AtAsync("12:13");
        Assert.Equal(3, bot.Shown(InSlack).Count);
    }

    [Theory]
    [InlineData("=~Pod.*", "", true)]
    [InlineData("!=NodeDown", "", true)]
    [InlineData("!~Pod.*", "", false)]
    [InlineData("Pod.*", "", false)]
    [InlineData("=~Pod.*", "!=", false)]
    public async Task A_rule_says_what_labels_must_be_as_a_lane_does(string alertname, string rack, bool explained)
    {
        await using var bot = await BotFixture.StartAsync(options => options.Inhibit.Add(new InhibitOptions
        {
            Source = new(StringComparer.Ordinal) { ["severity"] = "=~critical|page" },
            Target = new(StringComparer.Ordinal) { ["alertname"] = alertname, ["rack"] = rack },
        }));
        await bot.PostAsync(NodeDown());
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:01");

        Assert.Equal(explained ? 1 : 2, bot.Shown(InSlack).Count);
    }

    private static void NodeExplainsPods(BotOptions options) => options.Inhibit.Add(new InhibitOptions
    {
        Source = new(StringComparer.Ordinal) { ["alertname"] = "NodeDown" },
        Target = new(StringComparer.Ordinal) { ["alertname"] = "PodNotReady" },
        Equal = ["cluster"],
    });

    private static Notification NodeDown(double begin = 0, double? end = null)
    {
        var labels = LabelSet.From(("alertname", "NodeDown"), ("instance", "node-3"), ("severity", "critical"));
        var report = new AlertReport(Fingerprint.Of(labels), labels, LabelSet.Empty, At(begin), end is { } minutes ? At(minutes) : null, "");
        return Group(report) with { GroupLabels = LabelSet.From(("alertname", "NodeDown")), Receiver = "second" };
    }
}
