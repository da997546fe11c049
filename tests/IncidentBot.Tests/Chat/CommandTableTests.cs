using System.Globalization;
using System.Text;
using IncidentBot.Incidents;
using IncidentBot.Lanes;
using Xunit;
using static IncidentBot.Support.BotFixture;

namespace IncidentBot.Chat;

/// <summary>Every command in every kind of chat, as a table that the test prints.</summary>
public sealed class CommandTableTests(ITestOutputHelper output)
{
    private static readonly (string Room, string Ada, string Eve)[] Rooms =
    [
        (InSlack, "slack:UADA", "slack:UEVE"), (InTelegram, "telegram:1", "telegram:666"), (InMatrix, "matrix:@ada:localhost", "matrix:@eve:localhost"),
    ];

    private static readonly (string Said, string Answer, Func<ChatBench, Task<string>>? Effect)[] Cases =
    [
        ("status", "needs somebody", null),
        ("ack 1 on it", "Ada has #1", async chat => await chat.TakenByAsync(1) ?? "nobody"),
        ("note 1 looked", "Noted in #1", chat => CountAsync(chat, ChangeKind.Noted)),
        ("silence 1 2h", "Ada silenced #1", chat => Task.FromResult(string.Join(';', chat.Alertmanager.Holding))),
        ("silences", "by Ada", null),
        ("unsilence 1", "is ended by Ada", chat => Task.FromResult(string.Join(';', chat.Alertmanager.Holding))),
        ("escalate 1", "called now", chat => CountAsync(chat, ChangeKind.Escalated)),
        ("unack 1", "Nobody has #1 now", async chat => await chat.TakenByAsync(1) ?? "nobody"),
        ("show 1", "#1 PodNotReady", null),
        ("incidents", "#1 PodNotReady", null),
        ("runbook 1", "no runbook for #1", null),
        ("resolve 1", "is Alertmanager's", async chat => (await chat.Bot.Store.FindAsync(1, default))!.Summary.Status.ToString()),
        ("probes", "No probe is configured", null),
        ("who", "You are Ada, an operator", null),
        ("lanes", "critical: ", null),
        ("version", "incidentbot ", null),
        ("help", "`a 4` I am on it", null),
    ];

    [Fact]
    public async Task Every_command_is_answered_does_what_it_says_once_and_refuses_strangers_in_every_kind_of_chat()
    {
        var table = new StringBuilder("command | channel | answered | effect | thread | stranger | idempotent | restart\n");
        var wrong = 0;
        foreach (var (room, ada, eve) in Rooms)
        {
            await using var chat = await ChatBench.StartAsync(options =>
                options.Lanes.ForEach(lane => lane.Escalate = [new EscalationOptions { After = TimeSpan.FromHours(5) }]));
            await chat.FiresAsync("plex-0");
            var thread = await chat.MessageAsync(1, room);
            foreach (var (said, expected, effect) in Cases)
            {
                await chat.Bot.GoOnAsync(TimeSpan.FromSeconds(20));
                var acts = effect is not null;
                var before = acts ? await effect!(chat) : "";
                var stranger = await chat.SayAsync(said, eve, room);
                var refused = !acts || (stranger.Contains("for operators", StringComparison.Ordinal) && await effect!(chat) == before);

                var request = chat.Request(said, ada, room, thread) with { Thread = "t1" };
                var answer = ChatBench.Text(await chat.Desk.AnswerAsync(request, default));
                var after = acts ? await effect!(chat) : "";
                var again = ChatBench.Text(await chat.Desk.AnswerAsync(request, default));
                await chat.Bot.RestartAsync();
                var untold = (await chat.Desk.UntoldAsync(request.Room.Kind, default)).Single(one => one.Id == request.Id);
                var later = ChatBench.Text(await chat.Desk.AnswerAsync(request, default));
                bool[] row =
                [
                    answer.Contains(expected, StringComparison.Ordinal), !acts || before != after || said.StartsWith("resolve", StringComparison.Ordinal),
                    untold.Thread == "t1" && untold.Room == request.Room, refused, again == answer && (!acts || await effect!(chat) == after),
                    later == answer && (!acts || await effect!(chat) == after),
                ];
                wrong += row.Count(cell => !cell);
                table.AppendLine(CultureInfo.InvariantCulture, $"{said} | {request.Room.Kind} | {string.Join(" | ", row.Select(cell => cell ? "yes" : $"NO ({answer})"))}");
            }
        }

        output.WriteLine(table.ToString());
        Assert.True(wrong == 0, table.ToString());
    }

    private static async Task<string> CountAsync(ChatBench chat, ChangeKind kind) =>
        (await chat.Bot.Store.FindAsync(1, default))!.Timeline.Count(line => line.Change.Kind == kind).ToString(CultureInfo.InvariantCulture);
}
