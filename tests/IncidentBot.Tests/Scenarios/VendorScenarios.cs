using IncidentBot.Posts;
using IncidentBot.Sources;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.BotFixture;

namespace IncidentBot.Scenarios;

/// <summary>Vendors that are away, and rooms that refuse.</summary>
[Collection(typeof(SharedTable))]
[Slow]
public sealed class VendorScenarios(ScenarioTable table)
{
    private static readonly string[] Rooms = [InSlack, InTelegram, InMatrix];

    [Fact]
    public Task Ten_minutes_without_any_vendor_lose_nothing() => table.PlayAsync(5, "vendors down 10 min (critical: after it)", async row =>
    {
        await using var bot = await BotFixture.StartAsync();
        await bot.PostAsync(Play.Group("before-stays"));
        await bot.PostAsync(Play.Group("before-ends"));
        await bot.AtAsync("12:02");
        bot.Slack.Hang();
        bot.Telegram.Answer(500);
        bot.Matrix.Drop(processed: false);
        await bot.PostAsync(Play.Group("before-ends", until: 3));
        await bot.PostAsync(Play.Group("new-stays", since: 3));
        await bot.PostAsync(Play.Group("new-ends", since: 3));
        await bot.AtAsync("12:06");
        await bot.PostAsync(Play.Group("new-ends", since: 3, until: 6));
        await bot.PostAsync(Play.Group("worst", since: 6, severity: "critical"));
        await bot.PostAsync(Play.Group("before-stays", summary: "newest"));
        await bot.AtAsync("12:12");
        var back = bot.Clock.GetUtcNow();
        foreach (var vendor in new VendorServer[] { bot.Slack, bot.Telegram, bot.Matrix })
        {
            vendor.Recover();
        }

        await bot.GoOnAsync(TimeSpan.FromMinutes(10));
        (row.Alerts, row.Incidents) = (10, await bot.IncidentsAsync());
        row.Expect(row.Incidents == 5, $"5 groups are {row.Incidents} incidents");
        foreach (var room in Rooms)
        {
            row.Shows(bot, room, "before-stays", "2 firing", "newest");
            row.Shows(bot, room, "before-ends", "RESOLVED");
            row.Shows(bot, room, "new-stays", "2 firing");
            row.Shows(bot, room, "worst", "CRITICAL", "2 firing");
            row.Expect(bot.About(room, "new-ends").All(message => message.Text.Contains("RESOLVED", StringComparison.Ordinal)), $"{room} shows new-ends as firing");
            Delay(row, bot.About(room, "worst"), back);
        }

        row.Expect(row.CriticalDelay < TimeSpan.FromMinutes(1.1), $"the critical came {row.CriticalDelay} after the vendors were back");
        row.Count(bot, Rooms);
    });

    [Fact]
    public Task A_room_that_refuses_for_good_does_not_touch_the_others() => table.PlayAsync(6, "one room of three refuses for good", async row =>
    {
        const int Groups = 10;
        await using var bot = await BotFixture.StartAsync();
        bot.Slack.Refuse("is_archived");
        for (var i = 0; i < Groups; i++)
        {
            await bot.PostAsync(Play.Group($"ns-{i}", since: i, severity: i == Groups / 2 ? "critical" : "warning"));
            await bot.GoOnAsync(TimeSpan.FromMinutes(1));
        }

        await bot.GoOnAsync(TimeSpan.FromHours(2));
        (row.Alerts, row.Incidents) = (2 * Groups, await bot.IncidentsAsync());
        foreach (var room in new[] { InTelegram, InMatrix })
        {
            for (var i = 0; i < Groups; i++)
            {
                row.Shows(bot, room, $"ns-{i}", "2 firing");
            }

            Delay(row, bot.About(room, $"ns-{Groups / 2}"), Say.At(Groups / 2));
        }

        row.Expect(row.CriticalDelay <= TimeSpan.FromSeconds(2), $"the critical came after {row.CriticalDelay}");
        row.Expect(bot.Shown(InSlack).Count == 0, "the room that refuses shows something");
        row.Expect(bot.Slack.Requests.Count is > 10 and < 32, $"the room that refuses was asked {bot.Slack.Requests.Count} times in two hours");
        row.Expect((await bot.PostsAsync()).Where(post => post.Room.Kind == "slack").All(post => post.State == PostState.Refused), "nobody is told that the room refuses");
        row.Count(bot, InTelegram, InMatrix);
    });

    [Fact]
    public Task A_clock_that_jumps_three_hours_ahead_changes_nothing_that_is_shown() => table.PlayAsync(10, "suspended for 3 h", async row =>
    {
        await using var bot = await AllLoops.StartAsync(options => options.Alertmanagers[0].Watchdog = new());
        await SuspendAsync(row, bot, TimeSpan.FromHours(3));
    });

    [Fact]
    public Task A_clock_that_is_set_back_an_hour_holds_nothing_up() => table.PlayAsync(11, "clock set back 1 h", async row =>
    {
        await using var bot = await AllLoops.StartAsync(options => options.Alertmanagers[0].Watchdog = new());
        await SuspendAsync(row, bot, TimeSpan.FromHours(-1));
    });

    private static async Task SuspendAsync(ScenarioRow row, BotFixture bot, TimeSpan by)
    {
        await bot.PostAsync(Beat);
        await bot.PostAsync(Play.Group("before"));
        await bot.AtAsync("12:03");
        foreach (var vendor in new VendorServer[] { bot.Slack, bot.Telegram, bot.Matrix })
        {
            vendor.Answer(503, times: 1);
        }

        await bot.PostAsync(Play.Group("waiting", since: 3));
        await bot.RunUntilIdleAsync();
        bot.Clock.Jump(by);
        var woken = bot.Clock.GetUtcNow();
        await bot.PostAsync(Play.Group("after", since: (woken - Say.Noon).TotalMinutes, severity: "critical"));
        await bot.GoOnAsync(TimeSpan.FromMinutes(2));
        await bot.PostAsync(Beat);
        await bot.PostAsync(Play.Group("before"));
        await bot.GoOnAsync(TimeSpan.FromMinutes(2));

        (row.Alerts, row.Incidents) = (6, await bot.IncidentsAsync());
        row.Expect(row.Incidents == 3, $"3 groups are {row.Incidents} incidents: nothing else should be on fire after a jump");
        foreach (var room in Rooms)
        {
            row.Shows(bot, room, "before", "2 firing");
            row.Shows(bot, room, "waiting", "2 firing");
            row.Shows(bot, room, "after", "CRITICAL", "2 firing");
            row.Expect(bot.About(room, "before").All(message => message.Edits == 0), $"{room}: what did not change was edited");
            Delay(row, bot.About(room, "after"), woken);
        }

        row.Expect(row.CriticalDelay <= TimeSpan.FromSeconds(2), $"the critical came {row.CriticalDelay} after the jump");
        row.Count(bot, Rooms);
    }

    private static Alerts.Notification Beat => Play.Group("monitoring", severity: "none", alertname: "Watchdog");

    private static void Delay(ScenarioRow row, IReadOnlyList<ShownMessage> messages, DateTimeOffset from)
    {
        var delay = messages.Count == 0 ? TimeSpan.MaxValue : messages[0].At - from;
        row.CriticalDelay = row.CriticalDelay is { } longest && longest > delay ? longest : delay;
    }
}
