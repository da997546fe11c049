using IncidentBot.Lanes;
using IncidentBot.Rooms;
using IncidentBot.Settings;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.BotFixture;
using static IncidentBot.Support.Say;

namespace IncidentBot.Line;

/// <summary>What a room hears of a lane that tells everything once per hour.</summary>
public sealed class DigestTests
{
    [Fact]
    public async Task One_message_an_hour_tells_what_opened_what_resolved_and_what_still_burns()
    {
        await using var bot = await StartAsync(options => Hourly(options));
        await bot.AtAsync("12:10");
        await bot.PostAloneAsync(Firing("goes", since: 10));
        await bot.PostAloneAsync(Firing("stays", since: 10));
        await bot.AtAsync("12:40");
        await bot.PostAloneAsync(Resolved("goes", since: 10, at: 40));
        await bot.AtAsync("12:59");
        Assert.Empty(bot.Shown(InSlack));
        Assert.Empty(await bot.PostsAsync());

        var first = await DigestAsync(bot, "13:00", 1);
        Assert.Contains("2 opened, 1 resolved, 1 still firing · 12:00 UTC to 13:00 UTC", first.Text, StringComparison.Ordinal);
        Assert.True(first.Text.IndexOf("pod=stays", StringComparison.Ordinal) is > 0 and var stays && stays < first.Text.IndexOf("pod=goes", StringComparison.Ordinal), first.Text);
        Assert.Contains("opened 12:10 UTC, resolved 12:40 UTC", first.Text, StringComparison.Ordinal);
        Assert.Empty(first.Mentions);
        Assert.Single(bot.Shown(InTelegram));

        // Nothing opens or is resolved: nothing is sent.
        await bot.AtAsync("14:30");
        Assert.Single(bot.Shown(InSlack));

        await bot.PostAloneAsync(Resolved("stays", since: 10, at: 150));
        var second = await DigestAsync(bot, "15:00", 2);
        Assert.Contains("0 opened, 1 resolved, 0 still firing · 14:00 UTC to 15:00 UTC", second.Text, StringComparison.Ordinal);
        Assert.Equal(0, second.Edits + first.Edits);
        Assert.Empty(bot.Replies(InSlack, first));
    }

    [Fact]
    public async Task What_moves_up_has_its_own_message_and_what_comes_down_keeps_it()
    {
        await using var bot = await StartAsync(options => Hourly(options));
        await bot.AtAsync("12:10");
        await bot.PostAsync(Firing("plex-0", since: 10));
        await bot.AtAsync("12:20");
        await bot.PostAsync(Firing("plex-0", since: 10), Firing("plex-1", since: 20, severity: "critical"));
        await bot.AtAsync("12:21");
        bot.Expect(InSlack, "CRITICAL", "2 firing");
        Assert.Empty(bot.Shown(InTelegram));

        await bot.PostAsync(Firing("plex-0", since: 10), Resolved("plex-1", since: 20, at: 25, severity: "critical"));
        await bot.AtAsync("12:30");
        bot.Expect(InSlack, "WARNING", "1 firing");

        Assert.Contains("1 opened, 0 resolved, 1 still firing", (await DigestAsync(bot, "13:00", 2)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_back_after_its_digest_is_in_the_next_one()
    {
        await using var bot = await StartAsync(options => Hourly(options));
        await bot.AtAsync("12:10");
        await bot.PostAloneAsync(Firing("plex-0", since: 10));
        await bot.AtAsync("12:55");
        await bot.PostAloneAsync(Resolved("plex-0", since: 10, at: 55));
        Assert.Contains("1 opened, 1 resolved, 0 still firing", (await DigestAsync(bot, "13:00", 1)).Text, StringComparison.Ordinal);

        await bot.AtAsync("13:05");
        await bot.PostAloneAsync(Firing("plex-0", since: 65));
        var digest = await DigestAsync(bot, "14:00", 2);
        Assert.Contains("1 opened, 0 resolved, 1 still firing", digest.Text, StringComparison.Ordinal);
        Assert.Contains("opened 13:05 UTC", digest.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_digest_that_was_due_while_the_program_was_stopped_comes_at_its_start_about_all_of_the_time()
    {
        await using var bot = await StartAsync(options => Hourly(options));
        await bot.AtAsync("12:10");
        await bot.PostAloneAsync(Firing("plex-0", since: 10));
        await bot.StopAsync();
        bot.Clock.AdvanceTo(At(200));
        await bot.StartAgainAsync();

        var digest = await DigestAsync(bot, "15:20", 1);
        Assert.Contains("1 opened, 0 resolved, 1 still firing · 12:00 UTC to 15:00 UTC", digest.Text, StringComparison.Ordinal);
        await bot.RestartAsync();
        await bot.AtAsync("15:30");
        Assert.Single(bot.Shown(InSlack));
    }

    [Fact]
    public async Task A_digest_of_everything_beside_the_other_lanes_is_a_lane_that_they_continue_to()
    {
        await using var bot = await StartAsync(options =>
        {
            Hourly(options, InMatrix);
            options.Lanes[0].Continue = true;
        });
        await bot.AtAsync("12:10");
        await bot.PostAloneAsync(Firing("plex-0", since: 10, severity: "critical"));
        await bot.PostAloneAsync(Firing("plex-1", since: 10));
        await bot.AtAsync("12:20");
        bot.Expect(InSlack, "plex-0");

        await AtAsync(bot, "13:00", () => bot.Shown(InMatrix).Count == 1);
        Assert.Contains("2 opened, 0 resolved, 2 still firing", bot.Expect(InMatrix).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Held_hours_hold_a_digest_until_they_end()
    {
        await using var bot = await StartAsync(options =>
        {
            Hourly(options);
            options.Lanes[1].QuietHours = [new() { From = new(12, 30), To = new(14, 30), Posts = "held" }];
        });
        await bot.AtAsync("12:10");
        await bot.PostAloneAsync(Firing("plex-0", since: 10));
        await bot.AtAsync("14:29");
        Assert.Empty(bot.Shown(InSlack));
        await DigestAsync(bot, "14:30", 1);
    }

    /// <summary>Goes on to a time at which there is a digest, and waits until it is there: another loop than delivery's makes it.</summary>
    private static async Task<ShownMessage> DigestAsync(BotFixture bot, string time, int count)
    {
        await AtAsync(bot, time, () => bot.Shown(InSlack).Count == count);
        var digest = bot.Shown(InSlack)[^1];
        Assert.Contains("DIGEST · lane rest", digest.Text, StringComparison.Ordinal);
        return digest;
    }

    private static async Task AtAsync(BotFixture bot, string time, Func<bool> met)
    {
        await bot.AtAsync(time);
        await UntilAsync(met);
        await bot.RunUntilIdleAsync();
    }

    private static void Hourly(BotOptions options, string? only = null)
    {
        options.Lanes[0].Rooms = [Room.Parse(InSlack)];
        options.Lanes[1].Rooms = only is null ? [Room.Parse(InSlack), Room.Parse(InTelegram)] : [Room.Parse(only)];
        options.Lanes[1].Digest = TimeSpan.FromHours(1);
        options.Lanes[1].Escalate = [];
    }
}
