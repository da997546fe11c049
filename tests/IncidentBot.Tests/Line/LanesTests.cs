using IncidentBot.Alerts;
using IncidentBot.Lanes;
using IncidentBot.Rooms;
using IncidentBot.Settings;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.BotFixture;
using static IncidentBot.Support.Say;

namespace IncidentBot.Line;

/// <summary>In which rooms an incident is shown, whom that calls, and what people hear when it moves.</summary>
public sealed class LanesTests
{
    private const string OnCall = "slack:C02";
    private const string Security = "slack:C03";

    [Fact]
    public async Task What_becomes_critical_is_told_in_its_threads_with_a_call_and_announced_in_the_higher_lanes_rooms()
    {
        await using var bot = await StartAsync(options => Lanes(options,
            new() { Name = "critical", Match = Match(("severity", "critical")), Rooms = [Room.Parse(OnCall)], Mention = ["slack:U024BE7LH", "slack:S0614TZR7", "telegram:12345", "matrix:@ada:example.org"] },
            new() { Name = "warning", Rooms = [Room.Parse(InSlack), Room.Parse(InTelegram), Room.Parse(InMatrix)] }));
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:01");
        Assert.Empty(bot.Shown(OnCall));

        await bot.PostAsync(Firing("plex-0"), Firing("plex-1", since: 1, severity: "critical"));
        await bot.AtAsync("12:02");

        foreach (var (room, called) in new[] { (InSlack, "@U024BE7LH !subteam^S0614TZR7"), (InTelegram, "12345"), (InMatrix, "@ada:example.org") })
        {
            var message = bot.Expect(room, "CRITICAL", "2 firing");
            Assert.Empty(message.Mentions);
            var reply = Assert.Single(bot.Replies(room, message));
            Assert.Contains("Severity raised from warning to critical", reply.Text, StringComparison.Ordinal);
            Assert.Contains("Moved up from lane warning to critical", reply.Text, StringComparison.Ordinal);
            Assert.Equal(called, string.Join(' ', reply.Mentions));
        }

        var announced = bot.Expect(OnCall, "CRITICAL", "2 firing");
        Assert.Equal(["@U024BE7LH", "!subteam^S0614TZR7"], announced.Mentions);
        Assert.Empty(bot.Replies(OnCall, announced));
        Assert.Equal("critical", await LaneAsync(bot));
        Assert.Contains("from lane warning to critical", await bot.Client.GetStringAsync(new Uri("incidents/1", UriKind.Relative)), StringComparison.Ordinal);

        await bot.PostAsync(Firing("plex-0"), Resolved("plex-1", since: 1, at: 3, severity: "critical"));
        await bot.AtAsync("12:05");
        Assert.Equal("warning", await LaneAsync(bot));
        Assert.Equal("1 alert resolved: pod=plex-1", Assert.Single(bot.Replies(OnCall, bot.Expect(OnCall, "WARNING"))).Text[^"1 alert resolved: pod=plex-1".Length..]);
        Assert.All([OnCall, InSlack, InTelegram, InMatrix], room => Assert.Empty(bot.Replies(room, bot.Expect(room))[^1].Mentions));

        await bot.PostAsync(Resolved("plex-0", at: 6));
        await bot.AtAsync("12:10");
        Assert.All([OnCall, InSlack, InTelegram, InMatrix], room => bot.Expect(room, "resolved"));
        Report.None([.. bot.Slack.Violations, .. bot.Telegram.Violations, .. bot.Matrix.Violations]);
    }

    [Fact]
    public async Task What_is_not_announced_yet_is_announced_by_the_lane_that_it_moved_up_to()
    {
        await using var bot = await StartAsync(options => Lanes(options,
            new() { Name = "critical", Match = Match(("severity", "critical")), Mention = ["everyone"] },
            new() { Name = "warning", Rooms = [Room.Parse(InSlack)], Quiet = true }));
        bot.Slack.Answer(500);
        await bot.PostAsync(Firing("plex-0"));
        await bot.RunUntilIdleAsync();
        await bot.PostAsync(Firing("plex-0"), Firing("plex-1", severity: "critical"));
        bot.Slack.Recover();
        await bot.AtAsync("12:10");

        Assert.Equal(["!channel"], bot.Expect(InSlack, "CRITICAL", "2 firing").Mentions);
    }

    [Fact]
    public async Task A_lane_that_continues_shows_its_incidents_in_the_rooms_of_the_next_one_by_that_ones_settings()
    {
        await using var bot = await StartAsync(options => Lanes(options,
            new() { Name = "db", Match = Match(("pod", "=~db-.*")), Continue = true, Rooms = [Room.Parse(InTelegram)], Mention = ["everyone"] },
            new() { Name = "warning", Match = Match(("severity", "=~warning|page")), Rooms = [Room.Parse(InSlack), Room.Parse(InTelegram)], Mention = ["slack:U024BE7LH"] },
            new() { Name = "rest", Rooms = [Room.Parse(InMatrix)], Mention = ["everyone"] }));
        await bot.PostAloneAsync(Firing("db-1"));
        await bot.PostAloneAsync(Firing("web-1"));
        await bot.AtAsync("12:01");

        Assert.Empty(bot.Shown(InMatrix));
        Assert.Equal(2, bot.Shown(InTelegram).Count);
        Assert.Equal(2, bot.Shown(InSlack).Count);
        Assert.All(bot.Shown(InSlack), message => Assert.Equal(["@U024BE7LH"], message.Mentions));
        Assert.Equal(["telegram:-1001 db", "slack:C01 warning", "slack:C01 warning", "telegram:-1001 warning"],
            (await bot.PostsAsync()).OrderBy(post => post.Incident).Select(post => $"{post.Room} {post.Lane}"));

        await bot.PostAloneAsync(Resolved("db-1"));
        await bot.AtAsync("12:02");
        Assert.Equal(["telegram:-1001 db", "slack:C01 warning"], (await bot.PostsAsync()).Where(post => post.Over).Select(post => $"{post.Room} {post.Lane}"));
    }

    [Fact]
    public async Task An_alert_that_says_so_itself_is_in_the_lane_security()
    {
        await using var bot = await StartAsync(options => Lanes(options,
            new() { Name = "critical", Match = Match(("severity", "critical")), Rooms = [Room.Parse(OnCall)] },
            new() { Name = "security", Match = Match(("lane", "security")), Rooms = [Room.Parse(Security)] },
            new() { Name = "rest", Rooms = [Room.Parse(InSlack)] }));
        await bot.PostAloneAsync(With(Firing("login-1"), ("lane", "security")));
        await bot.PostAloneAsync(With(Firing("login-2", severity: "critical"), ("lane", "security")));
        await bot.PostAloneAsync(Firing("web-1"));
        await bot.AtAsync("12:01");

        bot.Expect(Security, "login-1");
        bot.Expect(OnCall, "login-2");
        bot.Expect(InSlack, "web-1");
    }

    private static AlertReport With(AlertReport alert, params (string Name, string Value)[] more)
    {
        var labels = LabelSet.From([.. alert.Labels.Select(label => (label.Name, label.Value)), .. more]);
        return alert with { Labels = labels, Fingerprint = Fingerprint.Of(labels) };
    }

    private static void Lanes(BotOptions options, params LaneOptions[] lanes)
    {
        options.Lanes.Clear();
        options.Lanes.AddRange(lanes);
    }

    private static Dictionary<string, string> Match(params (string Label, string Match)[] match) =>
        match.ToDictionary(pair => pair.Label, pair => pair.Match, StringComparer.Ordinal);

    private static async Task<string> LaneAsync(BotFixture bot) =>
        Assert.Single((await bot.ApiAsync("api/v1/incidents"))["incidents"]!.AsArray())!.Text("lane")!;
}
