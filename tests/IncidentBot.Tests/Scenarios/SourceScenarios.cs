using IncidentBot.Alerts;
using IncidentBot.Sources;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.BotFixture;

namespace IncidentBot.Scenarios;

/// <summary>What IncidentBot knows when Alertmanager forgot, when it was itself not there, and when it hears nothing.</summary>
[Collection(typeof(SharedTable))]
[Slow]
public sealed class SourceScenarios(ScenarioTable table)
{
    private static readonly string[] Rooms = [InSlack, InTelegram, InMatrix];

    [Fact]
    public Task An_alertmanager_that_restarts_with_nothing_repeats_nothing() => table.PlayAsync(8, "Alertmanager restarted empty", async row =>
    {
        await using var clocked = await ClockedAsync();
        var (bot, api) = clocked;
        foreach (var place in new[] { "stays", "ends-unheard" })
        {
            await TellAsync(bot, api, Play.Group(place));
        }

        await bot.GoOnAsync(TimeSpan.FromMinutes(2));
        api.StartedAt = bot.Clock.GetUtcNow();
        api.Firing.Clear();
        await bot.GoOnAsync(TimeSpan.FromMinutes(2));
        foreach (var room in Rooms)
        {
            row.Shows(bot, room, "stays", "2 firing");
            row.Shows(bot, room, "ends-unheard", "2 firing");
        }

        // Prometheus tells it again of what still fires, and it notifies for the first time by what it knows.
        await TellAsync(bot, api, Play.Group("stays"));
        await bot.GoOnAsync(TimeSpan.FromMinutes(20));

        (row.Alerts, row.Incidents) = (4, await bot.IncidentsAsync());
        row.Expect(row.Incidents == 2, $"2 groups are {row.Incidents} incidents");
        foreach (var room in Rooms)
        {
            row.Shows(bot, room, "stays", "2 firing");
            row.Shows(bot, room, "ends-unheard", "RESOLVED");
            row.Expect(bot.About(room, "stays") is [{ Edits: 0 } message] && bot.Replies(room, message).Count == 0, $"{room}: stays was told again");
            row.Expect(bot.Thread(room, "ends-unheard").Contains("gone from Alertmanager", StringComparison.Ordinal), $"{room} does not say why it resolved");
        }

        row.Count(bot, Rooms);
    });

    [Fact]
    public Task Twenty_minutes_in_which_nobody_listened_are_made_up_for() => table.PlayAsync(9, "IncidentBot down 20 min", async row =>
    {
        await using var clocked = await ClockedAsync();
        var (bot, api) = clocked;
        await TellAsync(bot, api, Play.Group("stays"));
        await TellAsync(bot, api, Play.Group("ends-meanwhile"));
        await bot.GoOnAsync(TimeSpan.FromMinutes(1));
        await bot.StopAsync();

        // Alertmanager gives up on each notification; what fired and resolved in between nobody needs to hear of.
        api.Firing.RemoveAll(one => one.Group["namespace"] == "ends-meanwhile");
        bot.Clock.Advance(TimeSpan.FromMinutes(20));
        var since = (bot.Clock.GetUtcNow() - Say.Noon).TotalMinutes - 10;
        Fires(api, Play.Group("fires-meanwhile", since: since, severity: "critical"));
        var back = bot.Clock.GetUtcNow();
        await bot.StartAgainAsync();
        await bot.GoOnAsync(TimeSpan.FromMinutes(5));
        await bot.PostAsync(Play.Group("fires-meanwhile", since: since, severity: "critical"));
        await bot.GoOnAsync(TimeSpan.FromMinutes(2));

        (row.Alerts, row.Incidents) = (6, await bot.IncidentsAsync());
        row.Expect(row.Incidents == 3, $"3 groups are {row.Incidents} incidents");
        foreach (var room in Rooms)
        {
            row.Shows(bot, room, "stays", "2 firing");
            row.Shows(bot, room, "ends-meanwhile", "RESOLVED");
            row.Shows(bot, room, "fires-meanwhile", "CRITICAL", "2 firing");
            row.Expect(bot.About(room, "stays").All(message => message.Edits == 0), $"{room}: what did not change was edited");
            var delay = bot.About(room, "fires-meanwhile") is [var first, ..] ? first.At - back : TimeSpan.MaxValue;
            row.CriticalDelay = row.CriticalDelay is { } longest && longest > delay ? longest : delay;
        }

        row.Expect(row.CriticalDelay <= TimeSpan.FromMinutes(4), $"what fires is shown only {row.CriticalDelay} after the start");
        row.Count(bot, Rooms);
    });

    [Fact]
    public Task A_missing_watchdog_is_one_critical_incident() => table.PlayAsync(14, "Watchdog missing 20 min", async row =>
    {
        await using var bot = await AllLoops.StartAsync(options => options.Alertmanagers[0].Watchdog = new());
        var beat = Play.Group("monitoring", severity: "none", alertname: "Watchdog");
        for (var minute = 0; minute < 10; minute++)
        {
            await bot.PostAsync(beat);
            await bot.GoOnAsync(TimeSpan.FromMinutes(1));
        }

        row.Expect(bot.Shown(InSlack).Count == 0, "the Watchdog is shown");
        var heard = bot.Clock.GetUtcNow() - TimeSpan.FromMinutes(1);
        await bot.GoOnAsync(TimeSpan.FromMinutes(20));
        (row.Alerts, row.Incidents) = (2, await bot.IncidentsAsync());
        row.Expect(row.Incidents == 1, $"silence is {row.Incidents} incidents");
        foreach (var room in Rooms)
        {
            var shown = bot.Shown(room);
            row.Expect(shown is [var only] && only.Text.Contains("No word from Alertmanager home", StringComparison.Ordinal) && only.Mentions.Count + (only.Silent ? 0 : 1) > 0,
                $"{room} should say once that nothing is heard and shows: {string.Join(" || ", shown)}");
            row.Lost += shown.Count == 1 ? 0 : 1;
            var delay = shown is [var first, ..] ? first.At - heard : TimeSpan.MaxValue;
            row.CriticalDelay = row.CriticalDelay is { } longest && longest > delay ? longest : delay;
        }

        row.Expect(row.CriticalDelay <= TimeSpan.FromMinutes(5.6), $"silence is told only after {row.CriticalDelay}");
        await bot.PostAsync(beat);
        await bot.GoOnAsync(TimeSpan.FromMinutes(1));
        row.Expect(Rooms.All(room => bot.Shown(room) is [var only] && only.Text.Contains("RESOLVED", StringComparison.Ordinal)), "its return does not resolve it");
        row.Count(bot, Rooms);
    });

    [Fact]
    public Task A_clock_that_is_set_back_while_nothing_is_heard_does_not_outlast_the_next_word() => table.PlayAsync(18, "Watchdog back, clock set back 1 h", async row =>
    {
        await using var bot = await AllLoops.StartAsync(options => options.Alertmanagers[0].Watchdog = new());
        var beat = Play.Group("monitoring", severity: "none", alertname: "Watchdog");
        await bot.PostAsync(beat);
        await bot.GoOnAsync(TimeSpan.FromMinutes(6));
        row.Expect(Rooms.All(room => bot.Shown(room) is [var only] && only.Text.Contains("No word", StringComparison.Ordinal)), "silence is not told");
        bot.Clock.Jump(TimeSpan.FromHours(-1));
        await bot.PostAsync(beat);
        await bot.GoOnAsync(TimeSpan.FromMinutes(2));

        (row.Alerts, row.Incidents) = (2, await bot.IncidentsAsync());
        row.Expect(Rooms.All(room => bot.Shown(room) is [var only] && only.Text.Contains("RESOLVED", StringComparison.Ordinal)), "its return does not resolve it");
        row.Lost = Rooms.Count(room => bot.Shown(room) is not [var only] || !only.Text.Contains("RESOLVED", StringComparison.Ordinal));
        row.Count(bot, Rooms);
    });

    private static async Task<Clocked> ClockedAsync()
    {
        var bot = await AllLoops.StartAsync();
        var api = await AlertmanagerApiServer.StartAsync(bot.Clock);
        bot.Reload(options =>
        {
            options.Alertmanagers[0].Urls.Add(api.Url);
            options.Alertmanagers[0].Receivers.Add("bot");
        });
        return new Clocked(bot, api);
    }

    /// <summary>Something fires: Alertmanager lists it and posts it.</summary>
    private static Task TellAsync(BotFixture bot, AlertmanagerApiServer api, Notification notification)
    {
        Fires(api, notification);
        return bot.PostAsync(notification);
    }

    private static void Fires(AlertmanagerApiServer api, Notification notification) =>
        api.Firing.AddRange(notification.Alerts.Select(alert => (notification.Receiver, notification.GroupLabels, alert, Array.Empty<string>(), Array.Empty<string>(), Array.Empty<string>())));

    /// <summary>The program and the Alertmanager that it asks, on one clock.</summary>
    private sealed record Clocked(BotFixture Bot, AlertmanagerApiServer Api) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Bot.DisposeAsync();
            await Api.DisposeAsync();
        }
    }
}
