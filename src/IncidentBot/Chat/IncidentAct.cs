using IncidentBot.Channels;
using IncidentBot.Storage;

namespace IncidentBot.Chat;

/// <summary>What commands say that do one thing to one incident.</summary>
internal static class IncidentAct
{
    /// <param name="what">For the audit log: hostile text. May be empty.</param>
    /// <param name="done">What is said when it is done.</param>
    /// <param name="already">What is said when it was so before.</param>
    public static ChatReply Of(ChatCall call, long number, Effect effect, string what, string done, string already) => new()
    {
        Effect = effect,
        Incident = number,
        What = what,
        Tell = end => end.Outcome switch
        {
            DeedOutcome.Done => new ChatTold(
                new ChatAnswer { Lines = [done], Place = call.IsPress ? AnswerPlace.Nowhere : AnswerPlace.Thread }, "done"),
            DeedOutcome.AlreadySo => new ChatTold(Say(call, already), "it was so before"),
            DeedOutcome.Over => new ChatTold(Say(call, $"#{number} is resolved. Nothing was done."), "it is resolved"),
            DeedOutcome.NotOwn => new ChatTold(
                Say(call, $"#{number} is Alertmanager's: it ends when Alertmanager says so. `silence {number} 2h` makes it quiet. Nothing was done."),
                "not IncidentBot's own"),
            _ => new ChatTold(Say(call, $"There is no incident #{number}, or it is gone. Nothing was done."), "there is no such incident"),
        },
    };

    /// <summary>One line to where it was said; after a press to the person alone.</summary>
    public static ChatAnswer Say(ChatCall call, string line) =>
        new() { Lines = [line], Place = call.IsPress ? AnswerPlace.OnlyPerson : AnswerPlace.Thread };
}
