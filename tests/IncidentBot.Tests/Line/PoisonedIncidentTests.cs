using System.Net;
using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Support;
using Microsoft.Data.Sqlite;
using Xunit;
using static IncidentBot.Support.BotFixture;
using static IncidentBot.Support.Say;

namespace IncidentBot.Line;

/// <summary>
/// One incident whose row nobody can read, or whose rules fail: in every stage (apply, due, sweep, delete, deliver, list, page) all others live on, over
/// restarts; it is set aside, shown, tried again, and works once it is mended.
/// </summary>
public sealed class PoisonedIncidentTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("incidents", "call", "'{'", "number")]
    [InlineData("incidents", "common_labels", "'nonsense'", "number")]
    [InlineData("alerts", "alerts", "x'00'", "incident")]
    public async Task All_others_live_on_in_every_stage_and_over_a_restart(string table, string column, string nonsense, string number)
    {
        await using var bot = await BotFixture.StartAsync(Escalating);
        foreach (var pod in new[] { "first", "poisoned", "third" })
        {
            await bot.PostAloneAsync(Firing(pod));
        }

        await bot.AtAsync("12:02");
        await bot.StopAsync();
        Sql(bot, $"CREATE TABLE kept AS SELECT {column} AS one FROM {table} WHERE {number} = 2; UPDATE {table} SET {column} = {nonsense} WHERE {number} = 2; "
            + "UPDATE posts SET wanted = wanted + 1 WHERE subject = 2; UPDATE incidents SET due_at = 1 WHERE number = 2");
        await bot.StartAgainAsync();

        // Due: the others escalate at their time. Deliver: its posts are refused and hold up no room.
        await bot.AtAsync("12:06");
        Assert.Equal(["first", "third"], Escalated(bot));
        Assert.All((await bot.PostsAsync()).Where(post => post.Incident == 2 && post.Room != Room.Parse(OnCall)), post => Assert.Equal(PostState.Refused, post.State));
        Assert.Contains("Incident 2 could not be worked on ", await GetAsync(bot, "-/ready"), StringComparison.Ordinal);
        Assert.Contains("Incident 2 could not be worked on ", await GetAsync(bot, "deliveries"), StringComparison.Ordinal);
        Assert.Contains("incidentbot_incidents_set_aside 1\n", await GetAsync(bot, "metrics"), StringComparison.Ordinal);
        Assert.Single(bot.Log, line => line.Contains("Incident 2 met a bug", StringComparison.Ordinal));

        // List and page.
        Assert.Equal([1, 2, 3], (await bot.ApiAsync("api/v1/incidents?status=all"))["incidents"]!.AsArray().Select(one => one!["number"]!.GetValue<int>()).Order());
        await GetAsync(bot, "");
        await GetAsync(bot, "incidents/1");
        using (var page = await bot.Client.GetAsync(new Uri("incidents/2", UriKind.Relative), Cancel))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, page.StatusCode);
            Assert.Contains("incident 2 met a bug", await page.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        // Apply: what is said of its alerts opens another incident, so that people hear of it.
        await bot.PostAloneAsync(Resolved("first", at: 7));
        await bot.PostAloneAsync(Firing("poisoned", since: 7));
        await bot.AtAsync("12:08");
        Assert.Equal(2, bot.Shown(InSlack).Count(message => message.Text.Contains("pod=poisoned", StringComparison.Ordinal)));
        Assert.Single(bot.Shown(InSlack), message => message.Text.Contains("RESOLVED", StringComparison.Ordinal));

        // Sweep, after another restart.
        await bot.RestartAsync();
        await bot.AtAsync("13:30");
        var all = await bot.Store.ListAsync(new Storage.IncidentFilter { Status = "all" }, Cancel);
        Assert.Equal(IncidentStatus.Stale, all.Single(incident => incident.Number == 3).Status);
        Assert.Contains("Incident 2 could not be worked on ", await GetAsync(bot, "-/ready"), StringComparison.Ordinal);

        // Mended, it is tried again and works.
        await bot.StopAsync();
        Sql(bot, $"UPDATE {table} SET {column} = (SELECT one FROM kept) WHERE {number} = 2");
        await bot.StartAgainAsync();
        await bot.AtAsync("14:30");
        Assert.Equal("IncidentBot is ready.\n", await GetAsync(bot, "-/ready"));
        await GetAsync(bot, "incidents/2");

        // Deleted with the others, however it is.
        await bot.StopAsync();
        Sql(bot, $"UPDATE {table} SET {column} = {nonsense} WHERE {number} = 2; UPDATE incidents SET status = 2, updated_at = 1 WHERE number IN (1, 2)");
        await bot.StartAgainAsync();
        Assert.Equal(2, await bot.Store.DeleteEndedAsync(Noon, Cancel));
        Assert.Equal([3, 4], (await bot.Store.ListAsync(new Storage.IncidentFilter { Status = "all" }, Cancel)).Select(incident => incident.Number).Order());
    }

    [Fact]
    public async Task A_rule_that_fails_with_one_incident_fails_with_no_other()
    {
        await using var bot = await BotFixture.StartAsync(Escalating);
        foreach (var pod in new[] { "first", "poisoned", "third" })
        {
            await bot.PostAloneAsync(Firing(pod));
        }

        await bot.AtAsync("12:02");
        bot.Reload(options =>
        {
            Escalating(options);

            // No settings file says so: a step that is due after all time is what a bug in a rule is here.
            options.Lanes.Insert(0, new LaneOptions
            {
                Name = "faulty",
                Match = new(StringComparer.Ordinal) { ["pod"] = "poisoned" },
                Rooms = [Room.Parse(InSlack)],
                Escalate = [new EscalationOptions { After = TimeSpan.MaxValue, Rooms = [Room.Parse(OnCall)] }],
            });
        });
        await bot.AtAsync("12:06");
        Assert.Equal(["first", "third"], Escalated(bot));
        Assert.Contains("Incident 2 could not be worked on ", await GetAsync(bot, "-/ready"), StringComparison.Ordinal);

        using (var answer = await bot.SendAsync(Body(Alone(Firing("poisoned", since: 6)))))
        {
            Assert.Equal((500, "IncidentBot met a bug with this webhook: see its log\n"), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel)));
        }

        await bot.RestartAsync();
        await bot.PostAloneAsync(Resolved("first", at: 7));
        await bot.AtAsync("12:08");
        Assert.Single(bot.Shown(InSlack), message => message.Text.Contains("RESOLVED", StringComparison.Ordinal));

        bot.Reload(Escalating);
        await bot.AtAsync("12:20");
        Assert.Equal("IncidentBot is ready.\n", await GetAsync(bot, "-/ready"));
        Assert.Equal(["first", "poisoned", "third"], Escalated(bot));
    }

    private const string OnCall = "slack:C9";

    private static IEnumerable<string> Escalated(BotFixture bot) =>
        bot.Shown(OnCall).Select(message => message.Text.Split("pod=")[1].Split('\n', ' ', ',')[0]).Order(StringComparer.Ordinal);

    private static void Escalating(Settings.BotOptions options)
    {
        options.Incidents.StaleAfter = TimeSpan.FromHours(1);
        options.Lanes.ForEach(lane =>
        {
            lane.Rooms.RemoveAll(room => room != Room.Parse(InSlack));
            lane.Escalate = [new EscalationOptions { After = TimeSpan.FromMinutes(5), Rooms = [Room.Parse(OnCall)] }];
        });
    }

    private static Task<string> GetAsync(BotFixture bot, string path) => bot.Client.GetStringAsync(new Uri(path, UriKind.Relative), Cancel);

    private static void Sql(BotFixture bot, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={bot.Database};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
