using System.Globalization;
using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.BotFixture;

namespace IncidentBot.Scenarios;

/// <summary>Storms and limits together with what else goes wrong: outages, messages that nobody takes, restarts, rooms that share a budget.</summary>
[Collection(typeof(SharedTable))]
[Slow]
public sealed class PressureScenarios(ScenarioTable table)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public Task One_message_that_nobody_takes_holds_up_no_other() => table.PlayAsync(15, "one message fails for ever, 40 min", async row =>
    {
        const int Groups = 40;
        await using var bot = await OneRoomAsync(InSlack);
        bot.Slack.Answer(413, "<html>too large</html>", about: "namespace=cursed");
        await bot.PostAsync(Play.Group("cursed", severity: "critical"));
        for (var i = 0; i < Groups; i++)
        {
            await bot.PostAsync(Play.Group(Place(i), since: i, severity: i % 4 == 0 ? "critical" : "warning"));
            await bot.GoOnAsync(Minute);
        }

        (row.Alerts, row.Incidents) = (2 * (Groups + 1), await bot.IncidentsAsync());
        for (var i = 0; i < Groups; i++)
        {
            row.Shows(bot, InSlack, Place(i), "2 firing");
            Delay(row, i % 4 == 0 ? bot.About(InSlack, Place(i)) : [], Say.At(i));
            row.Expect(bot.About(InSlack, Place(i)) is [var message] && message.At - Say.At(i) <= TimeSpan.FromSeconds(5), $"{Place(i)} waits behind what fails");
        }

        row.Expect(row.CriticalDelay <= TimeSpan.FromSeconds(2), $"a critical came after {row.CriticalDelay}");
        var cursed = Assert.Single(await bot.PostsAsync(), post => post.State != PostState.Shown);
        row.Expect(cursed is { State: PostState.Waiting, Attempts: > 30 and < 90, Reason: not null }, $"{cursed.Attempts} attempts were made and are told as {cursed.Reason}");
        bot.Slack.Recover();
        await bot.GoOnAsync(2 * Minute);
        row.Shows(bot, InSlack, "cursed", "CRITICAL", "2 firing");
        row.Count(bot, InSlack);
    });

    [Fact]
    public Task A_storm_while_the_vendor_is_away_is_summed_up_when_it_is_back() => table.PlayAsync(16, "storm while Slack is down 10 min", async row =>
    {
        const int Groups = 200;
        await using var bot = await OneRoomAsync(InSlack);
        bot.Slack.Answer(503);
        for (var i = 0; i < Groups; i++)
        {
            await bot.PostAsync(Play.Group(Place(i)));
        }

        await bot.AtAsync("12:05");
        for (var i = 0; i < Groups; i += 2)
        {
            await bot.PostAsync(Play.Group(Place(i), until: 5));
        }

        await bot.PostAsync(Play.Group("worst", since: 5, severity: "critical"));
        await bot.AtAsync("12:10");
        bot.Slack.Recover();
        await bot.PostAsync(Play.Group("next", since: 10, severity: "critical"));
        await bot.AtAsync("12:20");

        (row.Alerts, row.Incidents) = (2 * (Groups + 2), await bot.IncidentsAsync());
        var room = StormRoom.Of(bot, InSlack);
        row.Expect(room.Summaries is [var summary] && summary.Text.Contains("OVER", StringComparison.Ordinal), $"{room.Summaries.Count} summaries, and one should be over");
        for (var i = 0; i < Groups; i++)
        {
            row.Expect(room.Names($"namespace={Place(i)} "), $"{Place(i)} is named nowhere");
            if (i % 2 != 0)
            {
                row.Shows(bot, InSlack, Place(i), "2 firing");
            }
        }

        row.Expect(Groups - bot.Shown(InSlack).Count(message => message.Text.Contains("RESOLVED", StringComparison.Ordinal)) > Groups - 10, "what is over has messages of its own");
        row.Shows(bot, InSlack, "worst", "CRITICAL", "2 firing");
        row.Shows(bot, InSlack, "next", "CRITICAL", "2 firing");
        Delay(row, bot.About(InSlack, "next"), Say.At(10));
        row.Expect(row.CriticalDelay <= TimeSpan.FromSeconds(2), $"the critical after the outage came after {row.CriticalDelay}");
        await EndedAsync(row, bot);
        row.Count(bot, InSlack);
    });

    [Fact]
    public Task A_second_storm_of_what_comes_back_ends_as_the_first() => table.PlayAsync(17, "second storm 5 min after, half comes back", async row =>
    {
        const int Groups = 60;
        await using var bot = await OneRoomAsync(InSlack);
        for (var i = 0; i < Groups; i++)
        {
            await bot.PostAsync(Play.Group(Place(i)));
        }

        await bot.GoOnAsync(20 * Second);
        for (var i = 30; i < Groups; i++)
        {
            await bot.PostAsync(Play.Group(Place(i), until: 0.3));
        }

        await bot.AtAsync("12:05");
        for (var i = 30; i < Groups + 60; i++)
        {
            await bot.PostAsync(Play.Group(Place(i), since: 5));
        }

        await bot.GoOnAsync(20 * Second);
        for (var i = 45; i < Groups; i++)
        {
            await bot.PostAsync(Play.Group(Place(i), since: 5, until: 5.3));
        }

        await bot.AtAsync("12:15");
        (row.Alerts, row.Incidents) = (2 * (Groups + 60), await bot.IncidentsAsync());
        row.Expect(row.Incidents == Groups + 60, $"{Groups + 60} groups are {row.Incidents} incidents");
        row.Expect(StormRoom.Of(bot, InSlack).Summaries.Count == 2, "there should be one summary for each storm");
        for (var i = 0; i < Groups + 60; i++)
        {
            if (i is < 45 or >= Groups)
            {
                row.Shows(bot, InSlack, Place(i), "2 firing");
            }
        }

        await EndedAsync(row, bot);
        row.Count(bot, InSlack);
    });

    [Fact]
    public Task A_restart_does_not_forget_what_a_vendor_allows() => table.PlayAsync(18, "restarts under limits, all three vendors", async row =>
    {
        await using var bot = await BotFixture.StartAsync();
        for (var restart = 0; restart < 4; restart++)
        {
            for (var i = 0; i < 12; i++)
            {
                await bot.PostAsync(Play.Group(Place((12 * restart) + i), since: restart * 0.25));
                await bot.GoOnAsync(Second);
            }

            await bot.RestartAsync();
            await bot.GoOnAsync(3 * Second);
        }

        await bot.GoOnAsync(10 * Minute);
        bot.Telegram.RateLimit(seconds: 90);
        await bot.PostAsync(Play.Group("limited", since: 11));
        await bot.GoOnAsync(Second);
        var asked = bot.Telegram.Requests.Count;
        await bot.RestartAsync();
        await bot.GoOnAsync(80 * Second);
        row.Expect(bot.Telegram.Requests.Count == asked, "Telegram is asked although it wants to be left alone");
        await bot.GoOnAsync(10 * Minute);

        (row.Alerts, row.Incidents) = (2 * 49, await bot.IncidentsAsync());
        foreach (var room in new[] { InSlack, InTelegram, InMatrix })
        {
            for (var i = 0; i < 48; i++)
            {
                row.Shows(bot, room, Place(i), "2 firing");
            }

            row.Shows(bot, room, "limited", "2 firing");
        }

        await EndedAsync(row, bot);
        row.Count(bot, InSlack, InTelegram, InMatrix);
        row.Complaints.Remove("1 requests were answered 429");
    });

    [Fact]
    public Task Rooms_that_share_a_budget_sum_up_what_they_cannot_show_together() => table.PlayAsync(19, "three Matrix rooms, one budget (12 a minute)", async row =>
    {
        const int Groups = 12;
        string[] rooms = [InMatrix, "matrix:!two:localhost", "matrix:!three:localhost"];
        await using var bot = await BotFixture.StartAsync(options => options.Lanes.ForEach(lane => lane.Rooms = [.. rooms.Select(Room.Parse)]));
        for (var i = 0; i < Groups; i++)
        {
            await bot.PostAsync(Play.Group(Place(i)));
        }

        await bot.GoOnAsync(15 * Second);
        foreach (var room in rooms)
        {
            row.Expect(StormRoom.Of(bot, room).Summaries.Count == 1, $"{room} shows {bot.Shown(room).Count} messages, and not what it cannot show");
        }

        await bot.PostAsync(Play.Group("worst", since: 0.25, severity: "critical"));
        await bot.GoOnAsync(10 * Minute);
        (row.Alerts, row.Incidents) = (2 * (Groups + 1), await bot.IncidentsAsync());
        foreach (var room in rooms)
        {
            for (var i = 0; i < Groups; i++)
            {
                row.Shows(bot, room, Place(i), "2 firing");
            }

            row.Shows(bot, room, "worst", "CRITICAL", "2 firing");
            Delay(row, bot.About(room, "worst"), Say.At(0.25));
        }

        // The messages and summaries of three rooms are all that a homeserver takes in 50 s; then the critical is next.
        row.Expect(row.CriticalDelay <= TimeSpan.FromSeconds(50), $"the critical came after {row.CriticalDelay}");
        await EndedAsync(row, bot);
        row.Count(bot, rooms);
    });

    [Fact]
    public Task Messages_that_stay_behind_are_told_of() => table.PlayAsync(20, "300 resolve in a Telegram group", async row =>
    {
        const int Groups = 300;
        await using var bot = await OneRoomAsync(InTelegram);
        bot.Telegram.EnforcesRates = false;
        for (var i = 0; i < Groups; i++)
        {
            await bot.PostAsync(Play.Group(Place(i), since: i / 10.0));
            await bot.GoOnAsync(6 * Second);
        }

        bot.Telegram.EnforcesRates = true;
        await bot.GoOnAsync(5 * Minute);
        row.Expect(StormRoom.Of(bot, InTelegram).Summaries.Count == 0, "ten a minute are no storm");
        var over = (bot.Clock.GetUtcNow() - Say.Noon).TotalMinutes;
        for (var i = 0; i < Groups; i++)
        {
            await bot.PostAsync(Play.Group(Place(i), since: i / 10.0, until: over));
        }

        await bot.GoOnAsync(Minute);
        row.Expect(StormRoom.Of(bot, InTelegram).Summaries is [var behind] && behind.Text.Contains("older state", StringComparison.Ordinal),
            "nobody is told that the messages show an older state");
        await bot.GoOnAsync(50 * Minute);
        (row.Alerts, row.Incidents) = (2 * Groups, await bot.IncidentsAsync());
        for (var i = 0; i < Groups; i++)
        {
            row.Shows(bot, InTelegram, Place(i), "RESOLVED");
        }

        await EndedAsync(row, bot);
        row.Count(bot, InTelegram);
    });

    private static Task<BotFixture> OneRoomAsync(string room) => BotFixture.StartAsync(options => options.Lanes.ForEach(lane => lane.Rooms = [Room.Parse(room)]));

    private static string Place(int number) => string.Create(CultureInfo.InvariantCulture, $"ns-{number:D3}");

    /// <summary>Nothing waits any more, and no storm lasts.</summary>
    private static async Task EndedAsync(ScenarioRow row, BotFixture bot)
    {
        var waiting = (await bot.PostsAsync()).Where(post => post.State != PostState.Shown).ToList();
        row.Expect(waiting.Count == 0, $"{waiting.Count} posts wait, first {waiting.FirstOrDefault()}");
        row.Expect((await bot.Store.OpenSummariesAsync(CancellationToken.None)).Count == 0, "a storm does not end");
    }

    private static void Delay(ScenarioRow row, IReadOnlyList<ShownMessage> messages, DateTimeOffset from)
    {
        if (messages is [var first, ..] && !(row.CriticalDelay > first.At - from))
        {
            row.CriticalDelay = first.At - from;
        }
    }
}
