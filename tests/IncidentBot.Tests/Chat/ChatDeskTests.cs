using IncidentBot.Channels;
using IncidentBot.Incidents;
using Xunit;
using static IncidentBot.Support.BotFixture;

namespace IncidentBot.Chat;

/// <summary>What is answered to what people say, and what comes of it.</summary>
public sealed class ChatDeskTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bare_ack_is_for_the_threads_incident_and_outside_with_several_it_lists_them_and_does_nothing()
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0");
        Assert.Equal("Ada has #1.", await chat.SayAsync("ack"));
        await chat.FiresAsync("plex-1");
        await chat.FiresAsync("plex-2", "critical");

        var listed = await chat.SayAsync("ack");
        Assert.StartsWith("Which one? `ack 3`, for example. Nothing was done.", listed, StringComparison.Ordinal);
        Assert.Contains("🛑 #3 PodNotReady", listed, StringComparison.Ordinal);
        Assert.Equal((null, null), (await chat.TakenByAsync(2), await chat.TakenByAsync(3)));

        var thread = await chat.MessageAsync(2);
        Assert.Equal("Ada has #2.\nCritical and nobody's: #3", await chat.SayAsync("ack on the train", thread: thread));
        Assert.Equal("Ada", await chat.TakenByAsync(2));
        await chat.Bot.RunUntilIdleAsync();
        Assert.Contains(chat.Bot.Shown(InSlack), message => message.Text.Contains("Ada has it", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Somebodys_acknowledgement_is_never_taken_over_without_saying_so()
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0");
        await chat.SayAsync("a 1", by: "slack:UGRACE");

        Assert.Equal("Grace has #1 since 14:00 Europe/Sofia. Take it over? `a 1!` or `yes`. Nothing was done.", await chat.SayAsync("a 1 mine"));
        Assert.Equal("Grace", await chat.TakenByAsync(1));
        Assert.Equal("Ada has #1, taken over from Grace.", await chat.SayAsync("yes"));
        Assert.Equal("There is no open question of yours here: they are good for 5 minutes. Nothing was done.", await chat.SayAsync("yes"));
        Assert.Equal("Grace has #1, taken over from Ada.", await chat.SayAsync("a 1!", by: "slack:UGRACE"));
        Assert.Equal("You have #1 already, since 14:00 Europe/Sofia.", await chat.SayAsync("a 1", by: "slack:UGRACE"));
        Assert.Equal(
            ["Grace ack 1 : done", "Ada ack 1 mine: not done: Grace has it", "Ada ack 1 mine: taken over from Grace", "Grace ack 1 : taken over from Ada", "Grace ack 1 : it was so before"],
            await chat.AuditAsync());
    }

    [Fact]
    public async Task A_question_is_answered_once_by_whom_it_was_asked_and_an_old_button_answers_no_new_one()
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0");
        await chat.FiresAsync("plex-1");
        await chat.SayAsync("a 1", by: "slack:UGRACE");
        await chat.SayAsync("a 2", by: "slack:UGRACE");
        var first = (await chat.PressAsync(new ButtonPress(ButtonAction.Acknowledge, 1))).Buttons.Single().Press!;
        await chat.SayAsync("a 2");

        Assert.Contains("no open question", ChatBench.Text(await chat.PressAsync(first)), StringComparison.Ordinal);
        Assert.Equal("Grace", await chat.TakenByAsync(2));
        await chat.SayAsync("a 2");
        Assert.Contains("no open question", await chat.SayAsync("yes", by: "slack:UGRACE"), StringComparison.Ordinal);
        await chat.Bot.GoOnAsync(TimeSpan.FromMinutes(6));
        Assert.Contains("no open question", await chat.SayAsync("yes"), StringComparison.Ordinal);
        Assert.Equal("Grace", await chat.TakenByAsync(2));
    }

    [Theory]
    [InlineData("akc 1", "No `akc`. Did you mean `ack` (a)? Nothing was done.")]
    [InlineData("frobnicate", "No `frobnicate`. Say `help` for what can be said. Nothing was done.")]
    [InlineData("", "Say `help` for what can be said.")]
    [InlineData("<!channel> **x**", "No `<!channel>`. Say `help` for what can be said. Nothing was done.")]
    [InlineData("a 99", "There is no incident #99, or it is gone. Nothing was done.")]
    [InlineData("n 1", "Note what? `n 1 restarted the pod`, for example. Nothing was done.")]
    [InlineData("s 1234", "1234 is no incident's number, and as a time it needs a unit: `1234m` are minutes, `1234h` hours. Nothing was done.")]
    [InlineData("s 1", "Silence #1 for how long? `s 1 2h`, for example. Nothing was done.")]
    [InlineData("s 1 90", "90 what? Write `90m` for minutes or `90h` for hours. Nothing was done.")]
    [InlineData("s pod=plex-0", "For how long? Put `2h` or `until 18:00` behind the labels. Nothing was done.")]
    [InlineData("s pod=~.* 2h", "That would hide everything: name one label that an alert must have. Nothing was done.")]
    [InlineData("probe run mail", "There is no probe `mail`. Nothing was done.")]
    [InlineData("probe", "`probe run NAME` has it look now; `probes` lists them. Nothing was done.")]
    [InlineData("unsilence 7", "There is no silence 7 of ours; `silences` lists them all. Nothing was done.")]
    [InlineData("resolve 1", "#1 is Alertmanager's: it ends when Alertmanager says so. `silence 1 2h` makes it quiet. Nothing was done.")]
    public async Task Mistakes_are_answered_kindly_and_nothing_is_done(string said, string answer)
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0");

        Assert.Equal(answer, await chat.SayAsync(said));
        Assert.Empty(chat.Alertmanager.Holding);
        Assert.Null(await chat.TakenByAsync(1));
    }

    [Fact]
    public async Task What_was_said_while_the_bot_was_away_is_asked_for_again_and_a_late_press_is_done_all_the_same()
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0");
        var request = chat.Request("a 1");

        var late = await chat.Desk.AnswerAsync(request with { SaidAt = request.SaidAt.AddMinutes(-16) }, Stop);
        Assert.Equal("I was away when `a 1` was said. Say it again if it still counts; nothing was done.", ChatBench.Text(late));
        Assert.Equal(ChatAnswer.Nothing, await chat.Desk.AnswerAsync(chat.Request("a 1") with { SaidAt = request.SaidAt.AddDays(-2) }, Stop));
        Assert.Null(await chat.TakenByAsync(1));

        var press = chat.Request("") with { Input = new ChatInput.Pressed(new ButtonPress(ButtonAction.Acknowledge, 1)), SaidAt = request.SaidAt.AddHours(-3) };
        Assert.Equal(AnswerPlace.Nowhere, (await chat.Desk.AnswerAsync(press, Stop)).Place);
        Assert.Equal("Ada", await chat.TakenByAsync(1));
    }

    [Fact]
    public async Task The_same_event_twice_at_once_and_after_a_restart_is_one_deed_with_one_answer()
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0");
        var request = chat.Request("n 1 restarted") with { Position = new ChatPosition("slack", "events", "7") };

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => chat.Desk.AnswerAsync(request, Stop)));
        await chat.Bot.RestartAsync();
        var later = await chat.Desk.AnswerAsync(request, Stop);

        Assert.All(answers.Append(later), answer => Assert.Equal("Noted in #1.", ChatBench.Text(answer)));
        Assert.Single((await chat.Bot.Store.FindAsync(1, Stop))!.Timeline, line => line.Change.Kind == ChangeKind.Noted);
        Assert.Equal("7", await chat.Desk.PositionAsync("slack", "events", Stop));
        Assert.Equal("Noted in #1.", ChatBench.Text(Assert.Single(await chat.Desk.UntoldAsync("slack", Stop)).Answer));
        await chat.Desk.ToldAsync("slack", request.Id, Stop);
        Assert.Empty(await chat.Desk.UntoldAsync("slack", Stop));
    }

    [Fact]
    public async Task Text_from_a_chat_is_data()
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0");

        await chat.SayAsync("n 1 <!channel> *now* @everyone\u202E\u001b[31m <script>");

        var line = (await chat.Bot.Store.FindAsync(1, Stop))!.Timeline.Single(one => one.Change.Kind == ChangeKind.Noted).Change;
        Assert.Equal("Ada: <!channel> *now* @everyone <script>", line.Detail);
        await chat.Bot.GoOnAsync(TimeSpan.FromSeconds(10));
        var reply = Assert.Single(chat.Bot.Replies(InSlack, chat.Bot.Expect(InSlack)));
        Assert.Contains("<!channel>", reply.Text, StringComparison.Ordinal);
        Assert.Empty(reply.Mentions);
    }

    [Fact]
    public async Task Strangers_learn_nothing_and_each_try_is_counted()
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0", "critical");

        // A room that is in no lane, and a private chat with somebody whom nobody named: no word.
        Assert.Equal(ChatAnswer.Nothing, await chat.Desk.AnswerAsync(chat.Request("status", room: "slack:C99"), Stop));
        Assert.Equal(ChatAnswer.Nothing, await chat.Desk.AnswerAsync(chat.Request("status", "slack:UEVE", "slack:D1") with { IsPrivate = true }, Stop));
        Assert.Equal((1, 1), (chat.Metrics.CountOf(ChatRefusal.UnknownRoom), chat.Metrics.CountOf(ChatRefusal.Stranger)));
        Assert.Single(chat.Bot.Log, line => line.Contains("slack:C99", StringComparison.Ordinal));

        // In the room they read, and a press or a command of theirs does nothing.
        Assert.Contains("#1 PodNotReady", await chat.SayAsync("?", "slack:UEVE"), StringComparison.Ordinal);
        foreach (var word in new[] { "ack 1", "unack 1", "note 1 x", "silence 1 2h", "unsilence 1", "resolve 1", "escalate 1" })
        {
            Assert.Contains("is for operators. Nothing was done.", await chat.SayAsync(word, "slack:UEVE"), StringComparison.Ordinal);
        }

        Assert.Contains("is for operators", ChatBench.Text(await chat.PressAsync(new ButtonPress(ButtonAction.Acknowledge, 1), "slack:UEVE")), StringComparison.Ordinal);
        Assert.Equal(8, chat.Metrics.CountOf(ChatRefusal.NotAllowed));
        Assert.Null(await chat.TakenByAsync(1));
        Assert.Empty(chat.Alertmanager.Holding);
        Assert.Equal(8, (await chat.AuditAsync()).Count(line => line.EndsWith(": refused", StringComparison.Ordinal)));

        // Ada's private chat is answered.
        Assert.Contains("#1", ChatBench.Text(await chat.Desk.AnswerAsync(chat.Request("?", room: "slack:D2") with { IsPrivate = true }, Stop)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Talk_in_a_thread_is_no_command_and_gets_no_answer()
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0");
        var thread = await chat.MessageAsync(1);

        foreach (var talk in new[] { "note that the disk is full", "show me", "a problem here", "who is on it?", "yes, I think so", "frobnicate" })
        {
            Assert.Equal(ChatAnswer.Nothing, await chat.Desk.AnswerAsync(chat.Request(talk, thread: thread) with { IsAddressed = false }, Stop));
        }

        Assert.Equal(ChatAnswer.Nothing, await chat.Desk.AnswerAsync(chat.Request("ack") with { IsAddressed = false }, Stop));
        Assert.Empty(await chat.AuditAsync());
        Assert.Equal("Ada has #1.", ChatBench.Text(await chat.Desk.AnswerAsync(chat.Request("ack", thread: thread) with { IsAddressed = false }, Stop)));
    }

    [Fact]
    public async Task Two_thousand_commands_of_one_person_keep_nobody_else_waiting()
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0");

        var flood = Enumerable.Range(0, 2000).Select(i => Task.Run(() => chat.SayAsync($"n 1 spam {i}"), Stop)).ToList();
        var other = await chat.SayAsync("a 1", by: "slack:UGRACE").WaitAsync(TimeSpan.FromSeconds(20), Stop);
        var answers = await Task.WhenAll(flood);

        Assert.Equal("Grace has #1.", other);
        Assert.Equal(PersonPace.AtOnce, answers.Count(answer => answer == "Noted in #1."));
        Assert.Single(answers, answer => answer.StartsWith("That was too much at once", StringComparison.Ordinal));
        Assert.Equal(2000 - PersonPace.AtOnce, chat.Metrics.CountOf(ChatRefusal.TooMany));
        await chat.Bot.GoOnAsync(TimeSpan.FromSeconds(2));
        Assert.Equal("Noted in #1.", await chat.SayAsync("n 1 later"));
    }

    [Theory]
    [InlineData(3000)]
    [InlineData(2_000_000)]
    public async Task An_oversized_command_is_refused(int length)
    {
        await using var chat = await ChatBench.StartAsync();
        await chat.FiresAsync("plex-0");

        Assert.Equal("That is too long for a command: at most 2,000 characters. Nothing was done.", await chat.SayAsync("n 1 " + new string('x', length)));
        Assert.Equal(1, chat.Metrics.CountOf(ChatRefusal.TooLong));
    }

    [Fact]
    public async Task Answers_fit_a_phone()
    {
        await using var chat = await ChatBench.StartAsync();
        for (var i = 0; i < 12; i++)
        {
            await chat.FiresAsync($"a-pod-with-a-rather-long-name-{i}", i % 2 == 0 ? "critical" : "warning");
        }

        await chat.Bot.GoOnAsync(TimeSpan.FromSeconds(30));
        foreach (var said in new[] { "help", "?", "i", "lanes", "who", "silences", "help silence", "ack" })
        {
            var answer = await chat.SayAsync(said, by: "slack:UGRACE");
            Assert.True(answer.Split('\n').Length <= 10, $"{said}:\n{answer}");
            Assert.All(answer.Split('\n'), line => Assert.True(line.Length <= 200, line));
        }
    }
}
