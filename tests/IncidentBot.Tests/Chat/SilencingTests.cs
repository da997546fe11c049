using IncidentBot.Channels;
using IncidentBot.Incidents;
using IncidentBot.Sources;
using IncidentBot.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static IncidentBot.Support.BotFixture;

namespace IncidentBot.Chat;

/// <summary>Silences that are made, shown, extended and ended from chats; the Alertmanager is a loopback one on the test's clock.</summary>
public sealed class SilencingTests
{
    private const string Exactly = "alertname=\"PodNotReady\", namespace=\"media\", pod=\"plex-0\", severity=\"warning\"";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_incident_is_silenced_by_exactly_its_labels_with_author_comment_and_link_and_the_post_says_so_until_it_is_undone()
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0");
        await chat.FiresAsync("plex-1");

        Assert.Equal("Ada silenced #1 until 16:00 Europe/Sofia: hides 1 alert now.\nUndo: `unsilence 1`", await chat.SayAsync("s 1 until 16:00 new disks"));
        Assert.Equal([$"Ada until 14:00: {Exactly} (new disks · incident #1, https://bot.example.org/incidents/1)"], chat.Alertmanager.Holding);
        await chat.Bot.GoOnAsync(TimeSpan.FromSeconds(10));
        Assert.Contains(chat.Bot.Shown(InSlack), message => message.Text.Contains("Silenced by Ada until 16:00 +02:00: new disks", StringComparison.Ordinal));
        Assert.Equal("`1` #1 until 16:00 Europe/Sofia by Ada: alertname=\"PodNotReady\" namespace=\"media\" pod=\"plex-0\" severity=\"warning\" (new disks)",
            await chat.SayAsync("silences"));

        Assert.Equal("Silence 1 of #1 is ended by Grace.", await chat.SayAsync("unsilence 1", by: "slack:UGRACE"));
        Assert.Empty(chat.Alertmanager.Holding);
        await chat.Bot.GoOnAsync(TimeSpan.FromSeconds(10));
        Assert.DoesNotContain(chat.Bot.Shown(InSlack), message => message.Text.Contains("Silenced by", StringComparison.Ordinal));
        Assert.Equal("Silence 1 is over already. Nothing was done.", await chat.SayAsync("unsilence 1"));
    }

    [Fact]
    public async Task A_button_silences_and_its_undo_ends_it()
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0");

        var menu = await chat.PressAsync(new ButtonPress(ButtonAction.Silence, 1));
        Assert.Equal(["1 hour", "4 hours", "until tomorrow 9:00", "until resolved"], menu.Buttons.Select(button => button.Label));
        var made = await chat.PressAsync(menu.Buttons[2].Press!);
        Assert.Equal("Ada silenced #1 until Mon 09:00 Europe/Sofia", made.Notice);
        Assert.Single(chat.Alertmanager.Holding);
        Assert.Contains("is ended by Ada", ChatBench.Text(await chat.PressAsync(made.Buttons.Single().Press!)), StringComparison.Ordinal);
        Assert.Contains("is over already", ChatBench.Text(await chat.PressAsync(made.Buttons.Single().Press!)), StringComparison.Ordinal);
        Assert.Empty(chat.Alertmanager.Holding);
    }

    [Fact]
    public async Task More_than_a_day_is_said_again_with_its_end_before_it_counts()
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0");

        Assert.Equal("That is until Wed 14:00 Europe/Sofia, for 3 d.\n`yes` within 5 minutes does it.", await chat.SayAsync("s 1 3d holidays"));
        Assert.Empty(chat.Alertmanager.Holding);
        await chat.Bot.GoOnAsync(TimeSpan.FromMinutes(4));
        Assert.StartsWith("Ada silenced #1 until Wed 14:00 Europe/Sofia", await chat.SayAsync("yes"), StringComparison.Ordinal);
        Assert.Contains("holidays · incident #1", Assert.Single(chat.Alertmanager.Holding), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wider_silences_show_first_what_they_would_hide_and_hide_just_that()
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0", "critical");
        await chat.FiresAsync("plex-1");
        await chat.FiresAsync("sonarr-0");

        var preview = await chat.SayAsync("s pod=~\"plex-.*\" 2h");
        Assert.StartsWith("Would hide 2 alerts of 2 incidents now, 1 of them critical:\n🛑 #1 ", preview, StringComparison.Ordinal);
        Assert.EndsWith("Until 16:00 Europe/Sofia: pod=~\"plex-.*\"\n`yes` within 5 minutes does it.", preview, StringComparison.Ordinal);
        Assert.Empty(chat.Alertmanager.Holding);

        Assert.StartsWith("Ada silenced pod=~\"plex-.*\" until 16:00 Europe/Sofia: hides 2 alerts now.", await chat.SayAsync("yes"), StringComparison.Ordinal);
        var quiet = new List<long>();
        for (var number = 1; number <= 3; number++)
        {
            var incident = (await chat.Bot.Store.FindAsync(number, Stop))!.Incident;
            quiet.AddRange(incident.Alerts.Values.Any(alert => alert.Suppression is not null) ? [incident.Number] : []);
        }

        Assert.Equal([1, 2], quiet);
    }

    [Fact]
    public async Task When_no_Alertmanager_takes_it_that_is_said_and_nothing_is_pretended()
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0");
        chat.Alertmanager.Refuses = true;

        Assert.Equal("Alertmanager home did not take it: it answered 503. No silence is known; it is looked for again within a minute.", await chat.SayAsync("s 1 2h"));
        Assert.Equal("Alertmanager home cannot be asked what it would hide: it answered 503. Nothing was done.", await chat.SayAsync("s pod=plex-0 2h"));
        Assert.Equal("Alertmanager home cannot be asked: it answered 503.", await chat.SayAsync("silences"));
        chat.Alertmanager.Refuses = false;
        Assert.Empty(chat.Alertmanager.Holding);
        Assert.Null((await chat.Bot.Store.FindAsync(1, Stop))!.Incident.Alerts.Values.Single().Suppression);
        Assert.Contains(await chat.AuditAsync(), line => line.Contains("failed: it answered 503", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_silence_whose_making_was_cut_off_is_found_again_and_not_made_twice()
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0");
        using var killed = new CancellationTokenSource();
        chat.Alertmanager.Taken = killed.Cancel;
        var request = chat.Request("s 1 2h");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => chat.Desk.AnswerAsync(request, killed.Token));
        chat.Alertmanager.Taken = () => { };
        await chat.Bot.RestartAsync();

        Assert.StartsWith("Ada silenced #1 until 16:00", ChatBench.Text(await chat.Desk.AnswerAsync(request, Stop)), StringComparison.Ordinal);
        Assert.Single(chat.Alertmanager.Holding);
        Assert.Equal(chat.Alertmanager.Ids, [(await chat.Deeds.SilenceAsync(1, Stop))!.Id!]);
    }

    [Fact]
    public async Task A_cut_off_silence_that_nobody_asks_for_again_is_found_out_about()
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0");
        using var killed = new CancellationTokenSource();
        chat.Alertmanager.Taken = killed.Cancel;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => chat.Desk.AnswerAsync(chat.Request("s 1 2h"), killed.Token));
        await chat.Bot.GoOnAsync(TimeSpan.FromMinutes(2));
        await chat.Bot.Services.GetRequiredService<SilenceWatch>().LookAsync(chat.Bot.Clock.GetUtcNow(), Stop);

        Assert.Equal(SilenceState.Active, (await chat.Deeds.SilenceAsync(1, Stop))!.State);
    }

    [Fact]
    public async Task Until_resolved_is_extended_while_it_fires_and_expired_after_over_restarts()
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0");
        Assert.StartsWith("Ada silenced #1 until it is resolved", await chat.SayAsync("s 1 until resolved"), StringComparison.Ordinal);
        for (var hour = 0; hour < 3; hour++)
        {
            for (var look = 0; look < 6; look++)
            {
                await chat.Bot.GoOnAsync(TimeSpan.FromMinutes(10));
                await Watch(chat);
            }

            await chat.Bot.RestartAsync();
            Assert.Single(chat.Alertmanager.Holding);
            Assert.Single(chat.Alertmanager.Ids, "00000000-0000-4000-8000-000000000001");
        }

        await chat.EndsAsync("plex-0");
        await Watch(chat);
        Assert.Empty(chat.Alertmanager.Holding);
        Assert.Equal(SilenceState.Ended, (await chat.Deeds.SilenceAsync(1, Stop))!.State);
    }

    [Fact]
    public async Task Whoever_ends_it_in_Alertmanager_itself_is_not_overruled()
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0");
        await chat.SayAsync("s 1 until resolved");
        chat.Alertmanager.Expire(chat.Alertmanager.Ids[0]);
        await chat.Bot.GoOnAsync(TimeSpan.FromMinutes(45));
        await Watch(chat);

        Assert.Empty(chat.Alertmanager.Holding);
        Assert.Equal(SilenceState.Ended, (await chat.Deeds.SilenceAsync(1, Stop))!.State);
    }

    [Fact]
    public async Task The_thread_is_told_once_ten_minutes_before_a_silence_ends_whoever_made_it()
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0");
        chat.Alertmanager.Silenced("ops", "elsewhere", TimeSpan.FromHours(1), "pod=\"plex-0\"");
        for (var minute = 0; minute < 56; minute += 2)
        {
            await chat.Bot.GoOnAsync(TimeSpan.FromMinutes(2));
            await Watch(chat);
        }

        var told = (await chat.Bot.Store.FindAsync(1, Stop))!.Timeline.Where(line => line.Change.Kind == ChangeKind.SilenceEnds).ToList();
        Assert.Equal("in 10 minutes (silenced by ops)", Assert.Single(told).Change.Detail);
        for (var minute = 0; minute < 40 && chat.Alertmanager.Firing.Count > 0; minute++)
        {
            await chat.Bot.GoOnAsync(TimeSpan.FromMinutes(1));
            if ((await chat.Bot.Store.FindAsync(1, Stop))!.Timeline.Any(line => line.Change.Kind == ChangeKind.Unsuppressed))
            {
                break;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
        }

        Assert.Contains((await chat.Bot.Store.FindAsync(1, Stop))!.Timeline, line => line.Change.Kind == ChangeKind.Unsuppressed);
    }

    [Fact]
    public async Task A_silence_of_elsewhere_is_listed_and_ended_by_its_id()
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0");
        var id = chat.Alertmanager.Silenced("ops", "new disks", TimeSpan.FromHours(1), "pod=\"plex-0\"");

        Assert.Equal($"`{id}` until 15:00 Europe/Sofia by ops: pod=\"plex-0\" (new disks)", await chat.SayAsync("silences"));
        Assert.Equal("Ada ended the silence of ops (pod=\"plex-0\"); it hid 1 alert.", await chat.SayAsync($"unsilence {id}"));
        Assert.Empty(chat.Alertmanager.Holding);
        Assert.Contains("No Alertmanager has a silence of this id", await chat.SayAsync($"unsilence {id}"), StringComparison.Ordinal);
    }

    private static Task Watch(ChatBench chat) => chat.Bot.Services.GetRequiredService<SilenceWatch>().LookAsync(chat.Bot.Clock.GetUtcNow(), Stop);
}
