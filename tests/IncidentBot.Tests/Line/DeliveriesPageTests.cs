using System.Net;
using IncidentBot.Lanes;
using IncidentBot.Support;
using Microsoft.Data.Sqlite;
using Xunit;
using static IncidentBot.Support.BotFixture;
using static IncidentBot.Support.Say;

namespace IncidentBot.Line;

/// <summary>What people read of what waits, of what is refused, and of a store that cannot be written.</summary>
public sealed class DeliveriesPageTests
{
    [Fact]
    public async Task It_says_why_each_waits_and_until_when_and_leads_to_what_is_shown()
    {
        await using var bot = await BotFixture.StartAsync(options => options.Lanes[1].QuietHours =
            [new QuietHoursOptions { From = new TimeOnly(11, 0), To = new TimeOnly(13, 0), Posts = "held" }]);
        bot.Slack.Refuse("token_revoked");
        await bot.PostAloneAsync(Firing("first", severity: "critical"));
        await bot.PostAloneAsync(Firing("second"));
        await bot.GoOnAsync(TimeSpan.FromSeconds(60));

        var page = WebUtility.HtmlDecode(await DeliveriesAsync(bot));
        Assert.Contains("Quiet hours of lane <bdi>rest</bdi> hold it until", page, StringComparison.Ordinal);
        Assert.Contains("13:00 UTC", page, StringComparison.Ordinal);
        Assert.Contains("The room is asked again by itself in ", page, StringComparison.Ordinal);
        Assert.Contains("https://matrix.to/#/%21ops%3Alocalhost/", page, StringComparison.Ordinal);
        bot.Slack.Recover();
    }

    [Fact]
    public async Task In_an_outage_it_says_when_the_next_attempt_is_made()
    {
        await using var bot = await BotFixture.StartAsync();
        bot.Slack.Answer(500);
        await bot.PostAloneAsync(Firing("first"));
        await bot.GoOnAsync(TimeSpan.FromSeconds(30));

        Assert.Contains("Tried again in ", await DeliveriesAsync(bot), StringComparison.Ordinal);
        bot.Slack.Recover();
    }

    [Fact]
    public async Task A_store_that_cannot_be_written_is_said_on_every_page_and_by_the_metric_until_it_can()
    {
        await using var bot = await BotFixture.StartAsync();
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:01");
        Assert.Contains("incidentbot_store_up 1", await bot.Client.GetStringAsync(new Uri("metrics", UriKind.Relative)), StringComparison.Ordinal);
        await using (var other = new SqliteConnection($"Data Source={bot.Database};Pooling=false"))
        {
            await other.OpenAsync();
            await using var begin = other.CreateCommand();
            begin.CommandText = "BEGIN IMMEDIATE";
            await begin.ExecuteNonQueryAsync();
            using var answer = await bot.SendAsync(Body(Group(Firing("plex-1"))));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);

            foreach (var path in new[] { "/", "deliveries", "incidents/1", "runbooks" })
            {
                Assert.Contains("the database is locked by another program", await bot.Client.GetStringAsync(new Uri(path, UriKind.Relative)), StringComparison.Ordinal);
            }

            Assert.Contains("incidentbot_store_up 0", await bot.Client.GetStringAsync(new Uri("metrics", UriKind.Relative)), StringComparison.Ordinal);
        }

        Assert.Contains("incidentbot_store_up 1", await bot.Client.GetStringAsync(new Uri("metrics", UriKind.Relative)), StringComparison.Ordinal);
        Assert.DoesNotContain("page.store", await bot.Client.GetStringAsync(new Uri("/", UriKind.Relative)), StringComparison.Ordinal);
    }

    private static Task<string> DeliveriesAsync(BotFixture bot) => bot.Client.GetStringAsync(new Uri("deliveries", UriKind.Relative));
}
