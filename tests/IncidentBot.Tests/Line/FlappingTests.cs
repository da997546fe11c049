using IncidentBot.Settings;
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

    private static IncidentOptions IncidentDefaults => new();
}
