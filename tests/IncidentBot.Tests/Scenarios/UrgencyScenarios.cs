using IncidentBot.Lanes;
using IncidentBot.Rooms;
using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.BotFixture;

namespace IncidentBot.Scenarios;

/// <summary>Who is called, when, and how often.</summary>
[Collection(typeof(SharedTable))]
[Slow]
public sealed class UrgencyScenarios(ScenarioTable table)
{
    private const string OnCall = "matrix:!oncall:localhost";
    private const string LessUrgent = "slack:C02";

    [Fact]
    public Task What_flaps_for_an_hour_is_announced_a_few_times() => table.PlayAsync(7, "flapping every 30 s for 1 h", async row =>
    {
        await using var bot = await BotFixture.StartAsync(options => options.Lanes.ForEach(lane => lane.Rooms = [Room.Parse(InSlack)]));
        var half = TimeSpan.FromSeconds(30);
        for (var minute = 0; minute < 60; minute++)
        {
            await bot.PostAsync(Play.Group("flaps", since: minute, severity: "critical"));
            await bot.GoOnAsync(half);
            await bot.PostAsync(Play.Group("flaps", since: minute, severity: "critical", until: minute + 0.5));
            await bot.GoOnAsync(half);
        }

        (row.Alerts, row.Incidents) = (2, await bot.IncidentsAsync());
        row.Expect(row.Incidents == 1, $"it is {row.Incidents} incidents");
        row.Shows(bot, InSlack, "flaps", "RESOLVED", "flap");
        row.Count(bot, InSlack);
        row.Expect(row.Announced is >= 1 and <= 6, $"60 times on and off are {row.Announced} announcements");

        // Stable again, it is as any other.
        await bot.PostAsync(Play.Group("flaps", since: 60, severity: "critical"));
        await bot.GoOnAsync(TimeSpan.FromHours(2));
        row.Expect(bot.About(InSlack, "flaps") is [var message] && !message.Text.Contains("flapping", StringComparison.OrdinalIgnoreCase),
            "two hours later it is still said to be flapping");
    });

    [Fact]
    public Task A_warning_that_becomes_critical_moves_up() => table.PlayAsync(12, "warning becomes critical", async row =>
    {
        await using var bot = await BotFixture.StartAsync(options =>
        {
            options.Lanes[0].Rooms = [Room.Parse(InSlack)];
            options.Lanes[1].Rooms = [Room.Parse(LessUrgent)];
        });
        var rising = Play.Group("rises");
        await bot.PostAsync(rising);
        await bot.AtAsync("12:05");
        row.Expect(bot.Shown(InSlack).Count == 0, "a warning is in the room of criticals");
        var worse = Play.Group("rises", since: 5, severity: "critical");
        await bot.PostAsync(rising with { Alerts = [.. rising.Alerts, .. worse.Alerts] });
        await bot.AtAsync("12:06");

        (row.Alerts, row.Incidents) = (4, await bot.IncidentsAsync());
        row.Shows(bot, InSlack, "rises", "CRITICAL", "4 firing");
        row.Shows(bot, LessUrgent, "rises", "CRITICAL", "4 firing");
        row.CriticalDelay = bot.About(InSlack, "rises") is [var up] ? up.At - Say.At(5) : TimeSpan.MaxValue;
        row.Expect(row.CriticalDelay <= TimeSpan.FromSeconds(2), $"it moved up only after {row.CriticalDelay}");
        row.Expect(bot.About(InSlack, "rises").All(message => message.Mentions.Contains("!channel")), "the higher lane's room is not called");
        row.Expect(bot.Thread(LessUrgent, "rises").Contains("Severity raised from warning to critical", StringComparison.Ordinal), "the thread does not say why");

        await bot.PostAsync(rising with { Alerts = [.. rising.Alerts, .. Play.Group("rises", since: 5, severity: "critical", until: 7).Alerts] });
        await bot.AtAsync("12:10");
        row.Shows(bot, InSlack, "rises", "2 firing");
        row.Shows(bot, LessUrgent, "rises", "2 firing");
        row.Count(bot, InSlack, LessUrgent);
    });

    [Fact]
    public Task A_critical_that_nobody_acknowledges_escalates_also_over_a_restart() => table.PlayAsync(13, "unacknowledged 5 min, restart between", async row =>
    {
        await using var bot = await BotFixture.StartAsync(options =>
        {
            options.Server.ApiToken = new Secret(Play.ApiToken);
            options.Lanes[0].Rooms = [Room.Parse(InSlack)];
            options.Lanes[0].Escalate = [new EscalationOptions { After = TimeSpan.FromMinutes(5), Rooms = [Room.Parse(OnCall)], Mention = ["everyone"] }];
            options.Lanes[1].Rooms = [Room.Parse(InSlack)];
        });
        foreach (var place in new[] { "alone", "taken", "over" })
        {
            await bot.PostAsync(Play.Group(place, severity: "critical"));
        }

        await bot.AtAsync("12:02");
        row.Shows(bot, InSlack, "alone", "CRITICAL", "escalates");
        row.Expect(await bot.AcknowledgeAsync("taken") is >= 200 and < 300, "it cannot be acknowledged");
        await bot.PostAsync(Play.Group("over", severity: "critical", until: 2));
        await bot.AtAsync("12:03");
        await bot.RestartAsync();
        await bot.AtAsync("12:04:58");
        row.Expect(bot.Shown(OnCall).Count == 0, "it escalates too early");
        await bot.AtAsync("12:10");

        (row.Alerts, row.Incidents) = (6, await bot.IncidentsAsync());
        row.Shows(bot, OnCall, "alone", "CRITICAL", "2 firing");
        row.Expect(bot.Shown(OnCall).Count == 1, $"{bot.Shown(OnCall).Count} incidents escalate, and should be one");
        row.CriticalDelay = bot.About(OnCall, "alone") is [var told] ? told.At - Say.At(5) : TimeSpan.MaxValue;
        row.Expect(row.CriticalDelay >= TimeSpan.Zero && row.CriticalDelay <= TimeSpan.FromSeconds(2), $"it escalates {row.CriticalDelay} after its time");
        row.Expect(bot.About(OnCall, "alone").All(message => message.Mentions.Contains("@room")), "the room that it escalates to is not called");
        row.Expect(bot.Thread(InSlack, "alone").Contains("ESCALATED", StringComparison.Ordinal), "the thread does not say that it escalated");
        row.Shows(bot, InSlack, "taken", "2 firing", "cknowledged");
        row.Shows(bot, InSlack, "over", "RESOLVED");
        row.Count(bot, InSlack, OnCall);
    });

    [Fact]
    public Task What_the_first_lane_asks_for_waits_for_no_storm() => table.PlayAsync(15, "storm, first lane takes \"high\"", async row =>
    {
        await using var bot = await BotFixture.StartAsync(options =>
        {
            options.Lanes[0].Match["severity"] = "high";
            options.Lanes.ForEach(lane => lane.Rooms = [Room.Parse(InSlack)]);
        });
        for (var second = 0; second < 60; second++)
        {
            for (var i = 0; i < 5; i++)
            {
                await bot.PostAsync(Play.Group($"noise-{(second * 5) + i:D3}", since: second / 60.0));
            }

            if (second % 5 == 2)
            {
                await bot.PostAsync(Play.Group($"urgent-{second:D2}", since: second / 60.0, severity: "high"));
            }

            await bot.GoOnAsync(TimeSpan.FromSeconds(1));
        }

        await bot.GoOnAsync(TimeSpan.FromMinutes(20));
        (row.Alerts, row.Incidents) = (624, 312);
        for (var second = 2; second < 60; second += 5)
        {
            row.Shows(bot, InSlack, $"urgent-{second:D2}", "HIGH", "2 firing");
            var delay = bot.About(InSlack, $"urgent-{second:D2}") is [var only] ? only.At - Say.Noon.AddSeconds(second) : TimeSpan.MaxValue;
            row.CriticalDelay = row.CriticalDelay is { } longest && longest > delay ? longest : delay;
        }

        row.Expect(row.CriticalDelay <= TimeSpan.FromSeconds(2), $"what the first lane asks for came {row.CriticalDelay} late");
        row.Count(bot, InSlack);
    });

    [Fact]
    public Task A_severity_that_flaps_beside_a_steady_warning_is_announced_a_few_times() => table.PlayAsync(16, "critical on/off 5 min beside a warning", async row =>
    {
        await using var bot = await BotFixture.StartAsync(options =>
        {
            options.Server.ApiToken = new Secret(Play.ApiToken);
            options.Lanes.ForEach(lane => (lane.Rooms, lane.Escalate) = ([Room.Parse(InSlack)], null));
        });
        var steady = Play.Group("flaps").Alerts[0];
        for (var minute = 0; minute < 180; minute += 10)
        {
            var worse = Play.Group("flaps", since: minute, severity: "critical");
            await bot.PostAsync(worse with { Alerts = [steady, worse.Alerts[1]] });
            await bot.GoOnAsync(TimeSpan.FromMinutes(1));
            if (minute == 60)
            {
                row.Expect(await bot.AcknowledgeAsync("flaps") is >= 200 and < 300, "it cannot be acknowledged");
            }

            await bot.GoOnAsync(TimeSpan.FromMinutes(4));
            await bot.PostAsync(worse with { Alerts = [steady, Play.Group("flaps", since: minute, severity: "critical", until: minute + 5).Alerts[1]] });
            await bot.GoOnAsync(TimeSpan.FromMinutes(5));
        }

        (row.Alerts, row.Incidents) = (2, await bot.IncidentsAsync());
        row.Shows(bot, InSlack, "flaps", "WARNING", "1 firing", "Flapping since", "Acknowledged by ada");
        row.Count(bot, InSlack);
        row.Expect(row.Announced <= 11, $"18 times on and off in three hours are {row.Announced} calls; at most the threshold and one more should call, each with its step of escalation");
    });

    [Fact]
    public Task Lanes_that_are_renamed_while_it_burns_change_nothing_for_those_who_are_called() => table.PlayAsync(17, "lane renamed while it burns", async row =>
    {
        await using var bot = await BotFixture.StartAsync(Escalating);
        await bot.PostAsync(Play.Group("burns", severity: "critical"));
        await bot.AtAsync("12:03");
        bot.Reload(options =>
        {
            Escalating(options);
            options.Lanes[0].Name = "page";
        });
        await bot.AtAsync("12:10");

        (row.Alerts, row.Incidents) = (2, await bot.IncidentsAsync());
        row.Shows(bot, InSlack, "burns", "CRITICAL", "2 firing", "Escalated at 12:05");
        row.Shows(bot, OnCall, "burns", "CRITICAL", "2 firing");
        row.CriticalDelay = bot.About(OnCall, "burns") is [var told] ? told.At - Say.At(5) : TimeSpan.MaxValue;
        row.Expect(row.CriticalDelay >= TimeSpan.Zero && row.CriticalDelay <= TimeSpan.FromSeconds(2), $"it escalates {row.CriticalDelay} after its time");
        row.Expect(!bot.Thread(InSlack, "burns").Contains("Moved", StringComparison.Ordinal), "a new name is told as a move");
        row.Count(bot, InSlack, OnCall);

        static void Escalating(BotOptions options)
        {
            options.Lanes[0].Escalate = [new EscalationOptions { After = TimeSpan.FromMinutes(5), Rooms = [Room.Parse(OnCall)], Mention = ["everyone"] }];
            options.Lanes.ForEach(lane => lane.Rooms = [Room.Parse(InSlack)]);
        }
    });
}
