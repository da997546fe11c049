using IncidentBot.Incidents;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.BotFixture;
using static IncidentBot.Support.Say;

namespace IncidentBot.Line;

/// <summary>An alert that comes and goes all the time is one message that is kept up to date, not a stream of calls.</summary>
public sealed class FlappingTests
{
    [Fact]
    public async Task An_hour_of_flapping_every_half_minute_calls_people_as_often_as_the_threshold_says()
    {
        await using var bot = await BotFixture.StartAsync();
        for (var i = 0; i < 60; i++)
        {
            await bot.GoOnAsync(TimeSpan.FromSeconds(30));
            await bot.PostAsync(Firing("plex-0", since: i + 0.5, severity: "critical"));
            await bot.GoOnAsync(TimeSpan.FromSeconds(30));
            await bot.PostAsync(Resolved("plex-0", since: i + 0.5, at: i + 1, severity: "critical"));
        }

        await bot.AtAsync("13:05");
        var message = bot.Expect(InSlack, "RESOLVED", "Flapping since", "came back 59 times, updated quietly until it is stable");
        var called = bot.Replies(InSlack, message).Count(reply => reply.Mentions.Count > 0);
        Assert.Equal(IncidentDefaults.FlapThreshold, called);
        Assert.InRange(bot.Replies(InSlack, message).Count, 5, 10);

        await bot.AtAsync("14:05");
        message = bot.Expect(InSlack, "Came back 59 times");
        Assert.Contains("Stable again: it has stayed resolved", bot.Replies(InSlack, message)[^1].Text, StringComparison.Ordinal);
        await bot.PostAsync(Firing("plex-0", since: 126, severity: "critical"));
        await bot.RunUntilIdleAsync();
        Assert.Equal(2, bot.Shown(InSlack).Count);
    }

    [Fact]
    public async Task A_critical_that_comes_and_goes_beside_a_steady_warning_is_announced_a_few_times_and_whoever_has_it_on_keeps_it()
    {
        await using var bot = await BotFixture.StartAsync();
        await bot.PostAsync(Firing("steady"));
        for (var minute = 0; minute < 120; minute += 10)
        {
            await bot.AtAsync($"{12 + (minute / 60)}:{minute % 60:00}");
            await bot.PostAsync(Firing("steady"), Firing("worse", since: minute, severity: "critical"));
            await bot.GoOnAsync(TimeSpan.FromMinutes(1));
            if (minute == 50)
            {
                await bot.Store.AcknowledgeAsync(1, "ada", "", default);
            }

            await bot.GoOnAsync(TimeSpan.FromMinutes(4));
            await bot.PostAsync(Firing("steady"), Resolved("worse", since: minute, at: minute + 5, severity: "critical"));
        }

        await bot.AtAsync("14:00");
        var message = bot.Expect(InSlack, "WARNING", "Acknowledged by ada at 12:51", "Flapping since 12:50 UTC: updated quietly until it is stable");
        Assert.Equal(1 + IncidentDefaults.FlapThreshold, bot.Replies(InSlack, message).Count(reply => reply.Mentions.Count > 0));
        Assert.Contains("Flapping: came back or became worse again 5 times within 1 h", bot.Replies(InSlack, message)[^2].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_critical_in_a_flapping_group_calls_people_also_when_the_group_is_resolved_at_the_moment()
    {
        await using var bot = await BotFixture.StartAsync();
        for (var minute = 0; minute < 14; minute += 2)
        {
            await bot.PostAsync(Firing("plex-0", since: minute));
            await bot.GoOnAsync(TimeSpan.FromMinutes(1));
            await bot.PostAsync(Resolved("plex-0", since: minute, at: minute + 1));
            await bot.GoOnAsync(TimeSpan.FromMinutes(1));
        }

        var before = bot.Replies(InSlack, bot.Expect(InSlack, "RESOLVED", "Flapping")).Count;
        await bot.PostAsync(Firing("plex-1", since: 14, severity: "critical"));
        await bot.AtAsync("12:15");

        var told = Assert.Single(bot.Replies(InSlack, bot.Expect(InSlack, "CRITICAL")).Skip(before));
        Assert.Contains("Firing again: namespace=media pod=plex-1", told.Text, StringComparison.Ordinal);
        Assert.Equal(["!channel"], told.Mentions);
    }

    private static IncidentOptions IncidentDefaults => new();
}
