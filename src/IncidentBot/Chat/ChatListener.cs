using IncidentBot.Channels;
using IncidentBot.Settings;
using IncidentBot.Storage;

namespace IncidentBot.Chat;

/// <summary>
/// Finds the command that is meant: by its word, by a shorter one, by a button, as the yes to a question. What nobody meant as a command
/// gets no answer, and what nobody knows gets the nearest word.
/// </summary>
internal sealed class ChatListener(ChatCommands commands, IIncidentStore store, CurrentSettings settings)
{
    private const int LongestEcho = 30;

    /// <summary>Whether there is a command of this word that acts.</summary>
    public bool Knows(string word) => commands.Find(word) is { Acts: true } found
        && string.Equals(found.Word, word, StringComparison.Ordinal);

    /// <returns>Null when it is talk among people.</returns>
    public async Task<Heard?> HearAsync(ChatCall call, ChatRequest request, People people, CancellationToken cancellationToken)
    {
        if (request.Input is ChatInput.Pressed pressed)
        {
            return await PressAsync(call, pressed.Press, people, cancellationToken);
        }

        var said = ((ChatInput.Said)request.Input).Text;
        if (!request.IsAddressed && (call.Incident is null || !ThreadWords.IsCommand(call.Phrase)))
        {
            return null;
        }

        if (said.Length > Phrase.Longest)
        {
            return new Heard("unknown", "", ChatReply.SayPrivately($"That is too long for a command: at most {Phrase.Longest:N0} characters. Nothing was done."),
                ChatRefusal.TooLong);
        }

        if (call.Now - request.SaidAt > settings.Value.People.MaxCommandAge)
        {
            return new Heard("late", said, ChatReply.Say($"I was away when `{Echo(call.Phrase.ToString())}` was said. Say it again if it still counts; nothing was done."),
                ChatRefusal.TooOld);
        }

        return await SayAsync(call, people, cancellationToken);
    }

    private async Task<Heard> SayAsync(ChatCall call, People people, CancellationToken cancellationToken)
    {
        var word = call.Phrase.Command;
        if (word is "yes" or "y" or "no")
        {
            return await YesAsync(call, null, word[0] == 'y', people, cancellationToken);
        }

        if (commands.Find(word) is { } command)
        {
            return await RunAsync(command, call, call.Phrase.ToString(), people, cancellationToken);
        }

        if (Phrase.Number(word) is { } number && commands.Find("show") is { } show)
        {
            return await RunAsync(show, call with { Incident = number, Phrase = Phrase.Of("show") }, call.Phrase.ToString(), people,
                cancellationToken);
        }

        var near = commands.Near(word);
        return new Heard("unknown", call.Phrase.ToString(), ChatReply.SayPrivately(
            word.Length == 0 ? "Say `help` for what can be said."
            : near is null ? $"No `{Echo(word)}`. Say `help` for what can be said. Nothing was done."
            : $"No `{Echo(word)}`. Did you mean `{near.Word}`{(near.Short.Count > 0 ? $" ({near.Short[0]})" : "")}? Nothing was done."));
    }

    private async Task<Heard> PressAsync(ChatCall call, ButtonPress press, People people, CancellationToken cancellationToken)
    {
        if (press.Action == ButtonAction.Confirm)
        {
            return await YesAsync(call, press.Parameter, yes: true, people, cancellationToken);
        }

        var said = press.Action switch
        {
            ButtonAction.Acknowledge => "ack",
            ButtonAction.GiveBack => "unack",
            ButtonAction.Silence => Silence(press.Parameter),
            ButtonAction.Unsilence => $"unsilence {press.Parameter}",
            ButtonAction.Runbook => "runbook",
            ButtonAction.More => "show",
            ButtonAction.Escalate => "escalate",
            ButtonAction.Test => "version",
            _ => "",
        };
        return commands.Find(said.Split(' ')[0]) is { } command
            ? await RunAsync(command, call with { Phrase = Phrase.Of(said) }, said, people, cancellationToken)
            : new Heard("unknown", "", ChatReply.SayPrivately("This button is not known here any more. Nothing was done."), ChatRefusal.UnknownButton);
    }

    private static string Silence(string parameter) => parameter switch
    {
        "tomorrow" => "silence until tomorrow 9:00",
        "resolved" => "silence until resolved",
        _ => $"silence {parameter}",
    };

    /// <param name="mark">Which question is meant; null for the latest.</param>
    private async Task<Heard> YesAsync(ChatCall call, string? mark, bool yes, People people, CancellationToken cancellationToken)
    {
        var latest = await store.Deeds.LatestAsync(call.Room, call.By.Person, cancellationToken);
        var question = latest is not null && call.Now - latest.At <= ChatReply.QuestionsLast ? AnswerText.Question(latest.Answer) : null;
        if (question is null || (mark is not null && !string.Equals(mark, ChatReply.Mark(question), StringComparison.Ordinal)))
        {
            return new Heard("yes", yes ? "yes" : "no",
                ChatReply.SayPrivately("There is no open question of yours here: they are good for 5 minutes. Nothing was done."));
        }

        if (!yes)
        {
            return new Heard("yes", "no", ChatReply.Say("Nothing was done."));
        }

        var phrase = Phrase.Of(question);
        return await RunAsync(commands.Find(phrase.Command)!, call with { Phrase = phrase, IsConfirmed = true }, question, people,
            cancellationToken);
    }

    private static async Task<Heard> RunAsync(IChatCommand command, ChatCall call, string asked, People people,
        CancellationToken cancellationToken)
    {
        if (command.Acts && !people.May(call.By, command.Word))
        {
            var refused = ChatReply.SayPrivately($"You may read here; `{command.Word}` is for operators. Nothing was done.");
            return new Heard(command.Word, asked, refused with { What = Echo(asked), Incident = call.Incident }, ChatRefusal.NotAllowed);
        }

        return new Heard(command.Word, asked, await command.RunAsync(call, cancellationToken));
    }

    private static string Echo(string text) => PlainText.Line(text.Replace('`', '\''), LongestEcho);
}
