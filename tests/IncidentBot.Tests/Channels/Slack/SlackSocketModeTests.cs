using System.Text.Json.Nodes;
using IncidentBot.Rooms;
using IncidentBot.Settings;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Channels.Slack;

/// <summary>Commands and presses by a socket, against a Slack that keeps Slack's rules.</summary>
public sealed class SlackSocketModeTests
{
    private static readonly Action<BotOptions, Ears> BySocket = (options, ears) => options.Channels.Slack = Ears.BySocket(ears.Slack);

    [Fact]
    public async Task A_mention_is_done_once_and_answered_in_its_thread()
    {
        await using var ears = await HeardAsync();
        var ts = await ears.Slack.SayAsync("C01", "UADA", "status", mention: true);
        await Ears.UntilAsync(() => ears.Desk.Told.Count == 1);
        Assert.Equal(1, ears.Desk.Again);
        var answer = Assert.Single(ears.Slack.Messages("C01"), message => message.Id == ts);
        Assert.Equal("heard: status", Assert.Single(ears.Slack.Replies(answer)).Text);
    }

    [Fact]
    public async Task A_slash_command_is_confirmed_after_it_is_done_and_answered_to_its_person_alone()
    {
        await using var ears = await HeardAsync();
        Assert.NotNull(await ears.Slack.SlashAsync("C01", "UADA", "ack 12"));
        Assert.Equal("slack:UADA", Assert.Single(ears.Desk.Done).By.ToString());
        await Ears.UntilAsync(() => ears.Slack.Answered.Count == 1);
        Assert.Equal(("ephemeral", "heard: ack 12"), (ears.Slack.Answered[0].Body.Text("response_type"), ears.Slack.Answered[0].Body.Text("text")));
    }

    [Fact]
    public async Task What_cannot_be_written_down_is_told_again_or_fails_visibly()
    {
        await using var ears = await HeardAsync();
        ears.Desk.Fails = true;
        var said = ears.Slack.SayAsync("C01", "UADA", "ack 12", mention: true);
        var slash = await ears.Slack.SlashAsync("C01", "UADA", "ack 13");
        Assert.Contains("nothing was done", slash!["payload"].Text("text"), StringComparison.Ordinal);
        Assert.Null(await ears.Slack.PressAsync(Pressed(), "UADA", "I am on it"));
        ears.Desk.Fails = false;
        await said;
        Assert.True(ears.Slack.Retold > 0);
        Assert.Equal(new ChatInput.Said("ack 12"), Assert.Single(ears.Desk.Done).Input);
    }

    [Fact]
    public async Task What_takes_longer_than_Slack_waits_is_confirmed_in_time_and_answered_later()
    {
        await using var ears = await HeardAsync();
        var work = new TaskCompletionSource();
        ears.Desk.Takes = work.Task;
        Assert.NotNull(await ears.Slack.SlashAsync("C01", "UADA", "silence 12 1h"));
        Assert.Empty(ears.Slack.Answered);
        work.SetResult();
        await Ears.UntilAsync(() => ears.Slack.Answered.Count == 1);
    }

    [Fact]
    public async Task The_next_socket_is_greeted_before_the_last_one_goes()
    {
        await using var ears = await HeardAsync();
        var least = int.MaxValue;
        using var stop = new CancellationTokenSource();
        var watch = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                least = Math.Min(least, ears.Slack.OpenSockets);
                await Task.Yield();
            }
        });
        for (var refresh = 1; refresh <= 5; refresh++)
        {
            await ears.Slack.RefreshAsync(grace: TimeSpan.FromSeconds(2));
            var greeted = refresh + 1;
            await Ears.UntilAsync(() => ears.Slack.Greeted == greeted);
            Assert.NotNull(await ears.Slack.SlashAsync("C01", "UADA", $"say {refresh}"));
        }

        await stop.CancelAsync();
        await watch;
        Assert.True(least >= 1, "there was a moment without a socket");
        Assert.Equal(5, ears.Desk.Done.Count);
    }

    [Fact]
    public async Task A_socket_that_breaks_is_replaced_and_what_was_said_meanwhile_is_done()
    {
        await using var ears = await HeardAsync();
        ears.Slack.BreakSockets();
        await ears.Slack.SayAsync("C01", "UADA", "ack 12", mention: true);
        Assert.Single(ears.Desk.Done);
        Assert.Empty(ears.Listening.Problems);
    }

    [Theory]
    [InlineData("invalid_auth", "app_token")]
    [InlineData("not_allowed_token_type", "xapp-")]
    [InlineData("account_inactive", "install it again")]
    [InlineData("team_disabled", "install it again")]
    [InlineData("user_removed_from_team", "install it again")]
    public async Task What_only_a_person_can_mend_is_said_and_not_tried_again(string error, string words)
    {
        await using var ears = await Ears.StartAsync((options, ears) =>
        {
            ears.Slack.RefusesSockets = error;
            options.Channels.Slack = Ears.BySocket(ears.Slack);
        });
        await Ears.UntilAsync(() => ears.Listening.Problems.Count == 1);
        Assert.Contains(words, ears.Listening.Problems[0], StringComparison.Ordinal);
        await ears.Sockets.NextTurnAsync();
        await ears.Sockets.NextTurnAsync();
        Assert.Equal(1, ears.Slack.Count("apps.connections.open"));
        Assert.Contains("incidentbot_chat_listening{channel=\"slack\"} 0", await ears.MetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_mode_that_is_switched_off_is_said()
    {
        await using var ears = await HeardAsync();
        await ears.Slack.RefreshAsync("link_disabled");
        await Ears.UntilAsync(() => ears.Listening.Problems.Count == 1);
        Assert.Contains("Socket Mode is switched off", ears.Listening.Problems[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deaf_bot_says_so_and_recovers_by_itself()
    {
        await using var ears = await HeardAsync();
        await Ears.UntilAsync(() => ears.Listening.States.All(state => state.Heard));
        Assert.Contains("incidentbot_chat_listening{channel=\"slack\"} 1", await ears.MetricsAsync(), StringComparison.Ordinal);
        ears.Slack.Answer(502);
        ears.Slack.BreakSockets();
        await Ears.UntilAsync(() => ears.Listening.Problems.Count == 1);
        Assert.StartsWith("Slack is not heard since", ears.Listening.Problems[0], StringComparison.Ordinal);
        Assert.Contains("incidentbot_chat_listening{channel=\"slack\"} 0", await ears.MetricsAsync(), StringComparison.Ordinal);
        ears.Slack.Recover();
        await Ears.UntilAsync(() => ears.Listening.Problems.Count == 0);
        Assert.NotNull(await ears.Slack.SlashAsync("C01", "UADA", "status"));
    }

    [Fact]
    public async Task Without_an_app_token_nothing_is_asked_of_Slack()
    {
        await using var ears = await Ears.StartAsync((options, ears) =>
            options.Channels.Slack = new SlackOptions { BotToken = new Secret(SlackServer.Token), ApiUrl = ears.Slack.ApiUrl });
        await ears.Sockets.NextTurnAsync();
        Assert.Empty(ears.Slack.Requests);
        Assert.DoesNotContain("channel=", await ears.MetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_the_end_of_the_program_cut_off_is_told_at_the_next_start()
    {
        await using var ears = await Ears.StartAsync((options, ears) =>
        {
            options.Channels.Slack = Ears.BySocket(ears.Slack);
            ears.Desk.Untold.Enqueue(new UntoldAnswer(new Room("slack", "C01"), "slash:1", new Person("slack", "UADA"), "C01/", IsPrivate: false, new ChatAnswer { Lines = ["done <!channel>"] }));
        });
        await Ears.UntilAsync(() => ears.Desk.Told.Contains("slash:1"));
        Assert.Equal(("UADA", "done &lt;!channel&gt;"), (Assert.Single(ears.Slack.Whispers).Text("user"), ears.Slack.Whispers[0].Text("text")));
    }

    private static async Task<Ears> HeardAsync()
    {
        var ears = await Ears.StartAsync(BySocket);
        await Ears.UntilAsync(() => ears.Slack.OpenSockets == 1);
        return ears;
    }

    private static ShownMessage Pressed()
    {
        var message = new ShownMessage { Id = "1.1", Room = "C01", At = Say.Noon };
        message.Versions.Add((JsonObject)JsonNode.Parse($$"""{"blocks":[{"type":"actions","elements":[{"type":"button","text":{"text":"I am on it"},"value":"{{new ButtonPress(ButtonAction.Acknowledge, 12).ToData()}}"}]}]}""")!);
        return message;
    }
}
