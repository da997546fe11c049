using System.Text.Json.Nodes;
using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.BotFixture;
using static System.FormattableString;

namespace IncidentBot.Scenarios;

/// <summary>10,000 alerts in 1,000 incidents within a minute, into one room: criticals pass, the rest is summed up, nothing is lost.</summary>
[Collection(typeof(SharedTable))]
[Slow]
public sealed class StormScenarios(ScenarioTable table)
{
    private static readonly TimeSpan CriticalWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SummaryWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EveryFiveSeconds = TimeSpan.FromSeconds(5);

    /// <summary>Longer than a summary needs to say what is new, shorter than it takes until a storm counts as over.</summary>
    private static readonly TimeSpan SummaryIsNew = TimeSpan.FromSeconds(25);

    [Fact]
    public Task A_storm_in_slack_delays_no_critical_and_loses_nothing() =>
        PlayAsync(1, "storm: 10,000 alerts in 60 s, Slack", InSlack, EveryFiveSeconds, resolving: false, calmWithin: TimeSpan.FromMinutes(30));

    [Fact]
    public Task What_is_over_before_the_storm_is_need_not_be_told() =>
        PlayAsync(2, "storm, a third resolves in it, Slack", InSlack, EveryFiveSeconds, resolving: true, calmWithin: TimeSpan.FromMinutes(25));

    [Fact]
    public Task A_storm_in_a_telegram_group_delays_no_critical_and_loses_nothing() =>
        PlayAsync(3, "storm, Telegram group (20 a minute)", InTelegram, EveryFiveSeconds, resolving: false, calmWithin: TimeSpan.FromMinutes(90));

    /// <summary>A homeserver takes one message in five seconds: criticals at that pace would leave nothing for anything else.</summary>
    [Fact]
    public Task A_storm_in_a_matrix_room_delays_no_critical_and_loses_nothing() =>
        PlayAsync(4, "storm, Matrix (12 a minute), critical / 25 s", InMatrix, EveryFiveSeconds * 5, resolving: false, calmWithin: TimeSpan.FromMinutes(150));

    private Task PlayAsync(int order, string name, string room, TimeSpan criticalEvery, bool resolving, TimeSpan calmWithin) => table.PlayAsync(order, name, async row =>
    {
        await using var bot = await BotFixture.StartAsync(options => options.Lanes.ForEach(lane => lane.Rooms = [Room.Parse(room)]));
        var load = new StormLoad(criticalEvery, resolving);
        row.Alerts = load.Alerts;
        foreach (var step in load.Steps)
        {
            await bot.GoOnAsync(Say.Noon + step.At - bot.Clock.GetUtcNow());
            await bot.PostAsync(step.Notification);
        }

        await bot.GoOnAsync(SummaryIsNew);
        row.Expect(StormRoom.Of(bot, room).Summaries is [var summary, ..] && summary.At <= Say.Noon + SummaryWithin, "the storm is not summed up at once");
        if (room != InMatrix)
        {
            // A homeserver takes so little that an edit comes up to a minute late; what it says in the end is judged below.
            await JudgeSummaryAsync(row, load, bot, room, "STORM · Alert storm");
        }

        await UntilShownAsync(row, bot, Say.Noon + calmWithin);
        await JudgeSummaryAsync(row, load, bot, room, "OVER · Alert storm");
        await JudgeAsync(row, load, bot, room);
        row.Count(bot, room);
    });

    /// <summary>Lets time pass until every post shows the newest state.</summary>
    private static async Task UntilShownAsync(ScenarioRow row, BotFixture bot, DateTimeOffset latest)
    {
        while (bot.Clock.GetUtcNow() < latest)
        {
            await bot.GoOnAsync(TimeSpan.FromMinutes(1));
            if ((await bot.PostsAsync()).All(post => post.State == PostState.Shown))
            {
                // The summary itself may have something left to say.
                await bot.GoOnAsync(TimeSpan.FromMinutes(3));
                return;
            }
        }

        row.Complaints.Add($"posts still wait at {latest:HH:mm}");
    }

    /// <summary>
    /// A summary counts what had no message of its own when the storm began, which was before the first critical: criticals first,
    /// then warnings, then infos, and what there is most of first.
    /// </summary>
    private static async Task JudgeSummaryAsync(ScenarioRow row, StormLoad load, BotFixture bot, string roomName, string state)
    {
        var room = StormRoom.Of(bot, roomName);
        if (room.Summaries is not [var summary])
        {
            row.Complaints.Add($"there are {room.Summaries.Count} storm summaries, and should be one");
            return;
        }

        var numbers = await NumbersAsync(bot);
        var inIt = load.Groups.Where(group => group.IsCritical || room.Of(numbers[group.Place]).All(message => message.At >= summary.At)).ToList();
        var truth = inIt.GroupBy(group => (group.Alertname, group.Severity))
            .Select(kind => (kind.Key.Alertname, kind.Key.Severity, Open: kind.Count(group => !group.Resolves), Resolved: kind.Count(group => group.Resolves)))
            .OrderBy(kind => Array.IndexOf(["critical", "warning", "info"], kind.Severity)).ThenByDescending(kind => kind.Open)
            .Select(kind => Invariant($"{kind.Alertname} ({kind.Severity}) · {kind.Open} open{(kind.Resolved == 0 ? "" : Invariant($", {kind.Resolved} resolved"))}"))
            .Prepend(Invariant($"{inIt.Count} incidents: {inIt.Count(group => !group.Resolves)} open, {inIt.Count(group => group.Resolves)} resolved"))
            .Prepend(state);
        var shown = summary.Text.ReplaceLineEndings(" / ");
        var at = 0;
        foreach (var part in truth)
        {
            at = shown.IndexOf(part, at, StringComparison.Ordinal);
            if (at < 0)
            {
                row.Complaints.Add($"the summary should say \"{part}\" in its place and says: {shown}");
                return;
            }
        }
    }

    private static async Task<Dictionary<string, long>> NumbersAsync(BotFixture bot) =>
        (await bot.ApiAsync("api/v1/incidents?status=all"))["incidents"]!.AsArray()
            .ToDictionary(incident => incident!["labels"].Text("namespace")!, incident => incident.Number("number")!.Value, StringComparer.Ordinal);

    private static async Task JudgeAsync(ScenarioRow row, StormLoad load, BotFixture bot, string roomName)
    {
        var answer = (await bot.ApiAsync("api/v1/incidents?status=all"))["incidents"]!.AsArray();
        var incidents = answer.ToDictionary(incident => incident!["labels"].Text("namespace")!, incident => incident!, StringComparer.Ordinal);
        row.Incidents = incidents.Count;
        row.Expect(incidents.Count == load.Groups.Count, $"{load.Groups.Count} groups are {incidents.Count} incidents");
        var room = StormRoom.Of(bot, roomName);
        foreach (var group in load.Groups)
        {
            var before = row.Complaints.Count;
            if (incidents.TryGetValue(group.Place, out var incident))
            {
                Judge(row, group, incident, room);
            }

            row.Lost += row.Complaints.Count > before || incident is null ? 1 : 0;
        }

        row.CriticalDelay = load.Groups.Where(group => group.IsCritical && incidents.ContainsKey(group.Place))
            .Select(group => room.Of(incidents[group.Place].Number("number")!.Value) is [var first, ..] ? first.At - Say.Noon - group.Opens : TimeSpan.MaxValue).Max();
        row.Expect(row.CriticalDelay <= CriticalWithin, $"a critical was announced only {row.CriticalDelay} after its webhook");
    }

    private static void Judge(ScenarioRow row, StormGroup group, JsonNode incident, StormRoom room)
    {
        var number = incident.Number("number")!.Value;
        var shown = room.Of(number);
        var what = Invariant($"#{number} {group.Alertname} in {group.Place}");
        row.Expect(incident.Text("status") == (group.Resolves ? "resolved" : "firing"), $"{what} is {incident.Text("status")}");
        row.Expect(room.Names(group.Place), $"{what} is named nowhere");
        row.Expect(shown.Count == 1 || (group.Resolves && shown.Count == 0), $"{what} has {shown.Count} messages");
        row.Expect(!group.Resolves || shown.All(message => room.Summaries is [var summary, ..] && message.At < summary.At), $"{what} was over and got a message in the storm all the same");
        if (shown is [var message, ..])
        {
            var expected = group.Resolves ? "RESOLVED" : Invariant($"{StormLoad.AlertsInGroup} firing");
            row.Expect(message.Text.Contains(expected, StringComparison.Ordinal), $"{what} should show {expected} and shows {message.Text.ReplaceLineEndings(" / ")}");
        }
    }
}
