using IncidentBot.Channels;
using IncidentBot.Incidents;
using IncidentBot.Storage;

namespace IncidentBot.Chat.Ack;

/// <summary>Takes an incident on; from somebody else only when that is asked for.</summary>
internal sealed class AckCommand(IncidentPick pick, IIncidentStore store) : IChatCommand
{
    private const int CommentLength = 400;
    private const int NameLength = 40;
    private const int MostNamed = 5;

    public string Word => "ack";

    public IReadOnlyList<string> Short => ["a"];

    public string Arguments => "[N] [comment]";

    public string Help => "I am on it: nobody else is called";

    public IReadOnlyList<string> Examples => ["`a 12 on the train, 10 min`", "`a 12!` takes it over from somebody"];

    public bool Acts => true;

    public async Task<ChatReply> RunAsync(ChatCall call, CancellationToken cancellationToken)
    {
        var picked = await pick.FindAsync(call, ButtonAction.Acknowledge, cancellationToken);
        if (picked.Otherwise is { } otherwise)
        {
            return otherwise;
        }

        var number = picked.Detail!.Summary.Number;
        var comment = PlainText.Line(call.Phrase.Rest(picked.Used), CommentLength);
        var firing = await store.ListAsync(new IncidentFilter("firing", Limit: 50), cancellationToken);
        var nobodys = firing.Where(one => one.Number != number && one.AcknowledgedBy is null && !one.Quiet(call.Now)
            && one.Severity.Level == SeverityLevel.Critical)
            .Select(one => $"#{one.Number}").ToList();
        return new ChatReply
        {
            Effect = new Effect.Acknowledge(number, call.By.Name, comment, call.Phrase.IsUrged),
            Incident = number,
            What = comment,
            Tell = end => Tell(call, number, comment, end, nobodys),
        };
    }

    private static ChatTold Tell(ChatCall call, long number, string comment, DeedEnd end, List<string> nobodys)
    {
        var taken = end.Before?.Escalation.Acknowledged;
        return end.Outcome switch
        {
            DeedOutcome.Done => new ChatTold(Done(call, number, taken, nobodys), taken is null ? "done" : $"taken over from {taken.By}"),
            DeedOutcome.Held => Held(call, end.Before!, comment, taken!),
            DeedOutcome.AlreadySo => new ChatTold(
                IncidentAct.Say(call, $"You have #{number} already, since {call.Clock(taken!.At)}."), "it was so before"),
            DeedOutcome.Over => new ChatTold(
                IncidentAct.Say(call, $"#{number} is resolved: nobody is called about it any more. Nothing was done."), "it is resolved"),
            _ => new ChatTold(
                IncidentAct.Say(call, $"There is no incident #{number}, or it is gone. Nothing was done."), "there is no such incident"),
        };
    }

    private static ChatAnswer Done(ChatCall call, long number, Acknowledgement? from, List<string> nobodys)
    {
        var over = from is null ? "" : $", taken over from {PlainText.Line(from.By, NameLength)}";
        var more = nobodys.Count > MostNamed ? $" and {nobodys.Count - MostNamed} more" : "";
        return new ChatAnswer
        {
            Place = call.IsPress ? AnswerPlace.Nowhere : AnswerPlace.Thread,
            Lines =
            [
                $"{call.By.Name} has #{number}{over}.",
                .. nobodys.Count > 0 ? [$"Critical and nobody's: {string.Join(", ", nobodys.Take(MostNamed))}{more}"] : (string[])[],
            ],
        };
    }

    /// <summary>What has joined since is nobody's, and that is said too.</summary>
    private static ChatTold Held(ChatCall call, Incident incident, string comment, Acknowledgement taken)
    {
        var command = $"ack {incident.Number}! {comment}".TrimEnd();
        var joined = incident.Untaken.ToList();
        var untaken = joined.Count > 0 ? $"; {PlainText.Line(Headline.Name(joined, incident), NameLength)} has joined and is nobody's" : "";
        return new ChatTold(
            new ChatAnswer
            {
                Place = call.IsPress ? AnswerPlace.OnlyPerson : AnswerPlace.Thread,
                Lines =
                [
                    $"{PlainText.Line(taken.By, NameLength)} has #{incident.Number} since {call.Clock(taken.At)}{untaken}. Take it over? `a {incident.Number}!` or `yes`. Nothing was done.",
                ],
                Buttons = [ChatReply.Yes("Take it over", command)],
            },
            $"not done: {taken.By} has it", command);
    }
}
