using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Settings;
using Xunit;
using static IncidentBot.Support.BotFixture;
using static IncidentBot.Support.Say;

namespace IncidentBot.Line;

/// <summary>What is heard in quiet hours, what waits for their end, and what nobody need hear of any more.</summary>
public sealed class QuietHoursLineTests
{
    private const string OnCall = "telegram:-1002";

    [Fact]
    public async Task In_silent_hours_messages_and_replies_make_no_sound_and_call_nobody()
    {
        await using var bot = await StartAsync(options => Nights(options, "11:00", "13:00", "silent"));
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:01");
        await bot.PostAsync(Firing("plex-0"), Firing("plex-1", since: 1, severity: "major"));
        await bot.AtAsync("12:02");

        Assert.All([InSlack, InTelegram], room =>
        {
            var message = bot.Expect(room, "HIGH", "2 firing");
            var reply = Assert.Single(bot.Replies(room, message));
            Assert.Contains("Severity raised", reply.Text, StringComparison.Ordinal);
            Assert.Empty(message.Mentions.Concat(reply.Mentions));
            Assert.True(room == InSlack || (message.Silent && reply.Silent));
        });

        await bot.AtAsync("13:00");
        await bot.PostAloneAsync(Firing("plex-7", since: 60));
        await bot.AtAsync("13:01");
        Assert.Equal(["!channel"], bot.Shown(InSlack)[^1].Mentions);
        Assert.False(bot.Shown(InTelegram)[^1].Silent);
    }

    [Fact]
    public async Task In_held_hours_announcements_and_replies_wait_also_over_a_restart_and_edits_go_on()
    {
        await using var bot = await StartAsync(options => Nights(options, "12:10", "13:00", "held"));
        await bot.PostAloneAsync(Firing("known"));
        await bot.AtAsync("12:15");
        await bot.PostAloneAsync(Firing("stays", since: 15));
        await bot.PostAloneAsync(Firing("goes", since: 15));
        await bot.PostAsync(Alone(Firing("known")) with { Alerts = [Firing("known"), Firing("other", since: 15, severity: "major")] });
        await bot.AtAsync("12:20");
        await bot.PostAloneAsync(Resolved("goes", since: 15, at: 20));
        await bot.AtAsync("12:30");
        await bot.RestartAsync();
        await bot.AtAsync("12:59");

        Assert.All([InSlack, InTelegram], room => Assert.Empty(bot.Replies(room, bot.Expect(room, "2 firing", "HIGH"))));
        Assert.Equal([PostState.Shown, PostState.Waiting], States(await bot.PostsAsync(), 3, 2));

        await bot.AtAsync("13:00");
        await bot.GoOnAsync(TimeSpan.FromSeconds(10));
        Assert.All([InSlack, InTelegram], room =>
        {
            Assert.Equal(["known", "stays"], bot.Shown(room).Select(message => message.Text.Contains("stays", StringComparison.Ordinal) ? "stays" : "known"));
            var reply = Assert.Single(bot.Replies(room, bot.Shown(room)[0]));
            Assert.Equal(room == InSlack ? ["!channel"] : [], reply.Mentions);
            Assert.False(room == InTelegram && reply.Silent);
        });
        Assert.Equal(["!channel"], bot.Shown(InSlack)[1].Mentions);

        await bot.PostAloneAsync(Firing("goes", since: 61));
        await bot.AtAsync("13:02");
        Assert.Contains("goes", bot.Shown(InSlack)[2].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_ends_while_it_waits_for_its_turn_after_held_hours_is_not_announced_either()
    {
        await using var bot = await StartAsync(options => Nights(options, "11:00", "12:30", "held"));
        for (var i = 0; i < 5; i++)
        {
            await bot.PostAloneAsync(Firing($"plex-{i}"));
        }

        await bot.AtAsync("12:30");
        await bot.PostAloneAsync(Resolved("plex-4", at: 30));
        await bot.AtAsync("12:35");

        Assert.Equal(4, bot.Shown(InSlack).Count);
        Assert.All(await bot.PostsAsync(), post => Assert.Equal(PostState.Shown, post.State));
    }

    [Fact]
    public async Task What_waits_for_its_turn_when_held_hours_begin_waits_until_they_end()
    {
        await using var bot = await StartAsync(options => Nights(options, "12:10", "13:00", "held"));
        await bot.GoOnAsync(new TimeSpan(0, 9, 59));
        for (var i = 0; i < 5; i++)
        {
            await bot.PostAloneAsync(Firing($"plex-{i}", since: 9));
        }

        await bot.AtAsync("12:59");
        Assert.Single(bot.Shown(InSlack));
        await bot.AtAsync("13:01");
        Assert.Equal(5, bot.Shown(InSlack).Count);
    }

    /// <summary>Half an hour passes outside the hours before the lane's own people are called again, and one step is not used up at night.</summary>
    [Theory]
    [InlineData("held", 10, "13:30")]
    [InlineData("silent", 10, "13:30")]
    [InlineData("held", 0, "13:20")]
    public async Task The_lanes_own_people_are_called_again_when_the_hours_are_over(string posts, int opened, string escalates)
    {
        await using var bot = await StartAsync(options => Nights(options, "12:10", "13:00", posts));
        await bot.GoOnAsync(TimeSpan.FromMinutes(opened));
        await bot.PostAsync(Firing("plex-0", since: opened));
        await bot.AtAsync("12:59");
        Assert.DoesNotContain(bot.Shown(InSlack), message => message.Text.Contains("Escalated", StringComparison.Ordinal));

        await bot.AtAsync("13:01");
        var message = bot.Expect(InSlack, $"Escalates at {escalates} UTC");
        Assert.Equal(posts == "held" || opened == 0 ? ["!channel"] : [], message.Mentions);
        await bot.AtAsync("14:30");

        message = bot.Expect(InSlack, $"Escalated at {escalates} UTC: nobody has acknowledged it");
        Assert.Equal(["!channel"], Assert.Single(bot.Replies(InSlack, message)).Mentions);
    }

    [Fact]
    public async Task A_step_with_rooms_of_its_own_is_taken_in_held_hours_too()
    {
        const string Night = "telegram:-1003";
        await using var bot = await StartAsync(options =>
        {
            Nights(options, "11:00", "13:00", "held");
            options.Lanes[1].Escalate = [new() { After = TimeSpan.FromMinutes(10), Rooms = [Room.Parse(Night)] }];
        });
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:11");

        Assert.False(bot.Expect(Night, "Escalated at 12:10 UTC").Silent);
        Assert.Empty(bot.Shown(InSlack));
    }

    [Fact]
    public async Task What_moves_up_to_a_lane_without_quiet_hours_waits_no_longer()
    {
        await using var bot = await StartAsync(options => Nights(options, "11:00", "13:00", "held"));
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:05");
        Assert.Empty(bot.Shown(InSlack));

        await bot.PostAsync(Firing("plex-0"), Firing("plex-1", since: 5, severity: "critical"));
        await bot.AtAsync("12:06");

        bot.Expect(OnCall, "CRITICAL");
        bot.Expect(InSlack, "CRITICAL", "2 firing");
    }

    [Fact]
    public async Task Hours_that_a_reload_takes_away_hold_nothing_any_more()
    {
        await using var bot = await StartAsync(options => Nights(options, "11:00", "13:00", "held"));
        await bot.PostAsync(Firing("plex-0"));
        await bot.AtAsync("12:05");
        Assert.Empty(bot.Shown(InSlack));

        bot.Reload(options => Nights(options, "11:00", "13:00", "silent"));
        await bot.AtAsync("12:06");

        Assert.Empty(bot.Expect(InSlack, "1 firing").Mentions);
    }

    private static List<PostState> States(IReadOnlyList<Post> posts, params long[] incidents) =>
        [.. incidents.Select(incident => Assert.Single(posts.Where(post => post.Incident == incident).Select(post => post.State).Distinct()))];

    /// <summary>A lane with quiet hours, and one for criticals without.</summary>
    private static void Nights(BotOptions options, string from, string to, string posts)
    {
        options.Lanes.Clear();
        options.Lanes.Add(new() { Name = "critical", Match = new(StringComparer.Ordinal) { ["severity"] = "critical" }, Rooms = [Room.Parse(OnCall)] });
        options.Lanes.Add(new()
        {
            Name = "rest",
            Rooms = [Room.Parse(InSlack), Room.Parse(InTelegram)],
            Mention = ["everyone"],
            QuietHours = [new() { From = TimeOnly.Parse(from, null), To = TimeOnly.Parse(to, null), Posts = posts }],
        });
    }
}
