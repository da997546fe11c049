using IncidentBot.Channels;
using IncidentBot.Lanes;
using IncidentBot.Settings;

namespace IncidentBot.Chat.Who;

/// <summary>Who somebody is to the bot, and whom each lane calls.</summary>
internal sealed class WhoCommand(CurrentSettings settings) : IChatCommand
{
    private const int Listed = 6;
    private const int LineLength = 160;

    public string Word => "who";

    public string Help => "who you are here, and whom each lane calls";

    public Task<ChatReply> RunAsync(ChatCall call, CancellationToken cancellationToken)
    {
        var people = new People(settings.Value.People);
        var lanes = settings.Value.LaneBook.Lanes.Where(lane => lane.Everyone || lane.Mention.Count > 0
            || (lane.Escalate ?? []).Count > 0).Take(Listed);
        return Task.FromResult(ChatReply.SayPrivately(
        [
            $"You are {call.By.Name}{(call.By.IsOperator ? ", an operator" : " and may read")}. Times are in {call.Zone.Id}.",
            .. lanes.Select(lane => PlainText.Line($"{lane.Name}: {Calls(lane, people)}", LineLength)),
        ]));
    }

    private static string Calls(Lane lane, People people) => string.Join(
        "; ", new[] { Whom(lane.Everyone, lane.Mention, people) }
            .Concat((lane.Escalate ?? []).Select(step => $"after {Duration.Format(step.After)} {Whom(step.Everyone, step.Mention, people, step.Rooms.Count)}")));

    private static string Whom(bool everyone, IReadOnlyList<Rooms.Person> mention, People people, int rooms = 0)
    {
        string[] whom =
        [
            .. everyone ? ["everyone"] : (string[])[], .. mention.Select(person => people.Of(person, "").Name),
            .. rooms > 0 ? [$"{Words.Counts.Of(rooms, "more room")}"] : (string[])[],
        ];
        return whom.Length == 0 ? "nobody by name" : string.Join(", ", whom);
    }
}
