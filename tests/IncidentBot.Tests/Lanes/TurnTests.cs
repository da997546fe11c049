using FsCheck;
using FsCheck.Fluent;
using IncidentBot.Alerts;
using IncidentBot.Incidents;
using IncidentBot.Rooms;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Lanes;

/// <summary>The rules in their order: what follows from what, counted once.</summary>
public sealed class TurnTests
{
    private static readonly LaneBook Lanes = new(
    [
        new Lane("critical", 0, [Matcher.Parse("severity", "critical")], [Room.Inbox], false, [], false),
        new Lane("rest", 1, [], [Room.Inbox], false, [], false),
    ]);

    private static readonly InhibitRule NodeExplainsPods =
        new([Matcher.Parse("pod", "node")], [Matcher.Parse("alertname", "PodNotReady")], ["namespace"]);

    [Fact]
    public void What_tells_nobody_anything_is_no_turn()
    {
        var opened = Open(Group(Firing("plex-0")), By()).Incident;

        Assert.Null(Turn.Of(opened, "rest", opened.Apply([Firing("plex-0")], Group(Firing("plex-0")), At(1)), By(), At(1)));
        Assert.Null(Turn.Withdraw(opened, "rest", "ada", By(), At(1)));
    }

    [Fact]
    public void Several_rules_that_follow_from_one_notification_count_as_one_version_at_one_time()
    {
        var opened = Open(Group(Firing("plex-0")), By()).Incident;
        var taken = Turn.Acknowledge(opened, "rest", "ada", "", By(), At(1))!.Incident;

        var worse = Group(Firing("plex-0"), Firing("plex-1", severity: "critical"));
        var turn = Turn.Of(taken, "rest", taken.Apply(worse.Alerts, worse, At(2)), By(), At(2))!;

        Assert.Equal([ChangeKind.Joined, ChangeKind.SeverityRaised, ChangeKind.LaneRaised], turn.Changes.Select(change => change.Kind));
        Assert.Equal((3, At(2), "critical"), (turn.Incident.Version, turn.Incident.UpdatedAt, turn.Routing.Lane.Name));
        Assert.All(turn.Changes, change => Assert.Equal(At(2), change.At));
    }

    [Fact]
    public void What_is_inhibited_when_it_opens_does_not_escalate_until_a_minute_after_its_cause()
    {
        var by = By(NodeExplainsPods);
        var cause = Open(Group(Firing("node", severity: "critical")), by).Incident with { Number = 1 };
        by.Inhibitions.Put(cause);

        var waiting = Open(Alone("plex-0"), by, number: 2);
        Assert.Equal([ChangeKind.Opened, ChangeKind.InhibitedBy], waiting.Changes.Select(change => change.Kind));
        Assert.Null(waiting.Incident.Escalation.EscalatesAt);
        by.Inhibitions.Put(waiting.Incident);

        by.Inhibitions.Put(cause with { Status = IncidentStatus.Resolved });
        var free = Turn.Due(waiting.Incident, "rest", by, At(5));
        Assert.Equal(At(6), free.Incident.DueAt);
        var announced = Turn.Due(free.Incident, "rest", by, At(6));
        Assert.Equal((ChangeKind.Uninhibited, true), (announced.Changes.Last().Kind, announced.Begins));
    }

    [Fact]
    public void Another_lane_after_a_reload_is_no_news_when_it_is_as_urgent()
    {
        var opened = Open(Group(Firing("plex-0")), By()).Incident;
        var renamed = By() with { Lanes = new LaneBook([Lanes.Lanes[0], Lanes.Lanes[1] with { Name = "others" }]) };

        var turn = Turn.Due(opened, "rest", renamed, At(1));

        Assert.Equal((0, "others", 1), (turn.Changes.Length, turn.Routing.Lane.Name, turn.Incident.Version));
    }

    /// <summary>Whatever happens, time alone does nothing a second time, every turn counts one version, and has one moment.</summary>
    [Fact]
    public void Every_turn_counts_one_and_what_was_due_is_not_due_again_at_once() => Prop.ForAll(
        Gen.ArrayOf(Gen.Choose(0, 5)).Select(steps => steps.Take(30).ToArray()).ToArbitrary(),
        steps =>
        {
            var by = By();
            Turn? last = null;
            var lane = "rest";
            for (var i = 0; i < steps.Length; i++)
            {
                var now = At(i * 4);
                var before = last?.Incident;
                var turn = Next(steps[i], before, lane, by, i, now);
                if (turn is null)
                {
                    continue;
                }

                Assert.Equal((before?.Version ?? 0) + (turn.Changes.IsEmpty ? 0 : 1), turn.Incident.Version);
                Assert.All(turn.Changes, change => Assert.Equal(now, change.At));
                last = turn with { Incident = turn.Incident with { Number = 1 } };
                lane = turn.Routing.Lane.Name;
                Assert.True(turn.Incident.DueAt is null || turn.Incident.DueAt > now || Turn.Due(last.Incident, lane, by, now) is { } due && !Equals(due.Incident, last.Incident));
            }
        }).QuickCheckThrowOnFailure();

    private static Turn? Next(int step, Incident? before, string lane, Rulebook by, int since, DateTimeOffset now)
    {
        var notification = step switch
        {
            0 => Group(Firing("plex-0", since: since)),
            1 => Group(Firing("plex-0", since: since), Firing("plex-1", since: since, severity: "critical")),
            _ => Group(Resolved("plex-0", since: Math.Max(0, since - 1), at: since), Resolved("plex-1", since: Math.Max(0, since - 1), at: since)),
        };
        return before is null || step < 3
            ? Turn.Of(before, before is null ? null : lane, (before ?? new Incident { Key = IncidentKey.Of(notification) }).Apply(notification.Alerts, notification, now), by, now)
            : step == 3 ? Turn.Acknowledge(before, lane, "ada", "", by, now)
            : step == 4 ? Turn.Withdraw(before, lane, "ada", by, now)
            : Turn.Due(before, lane, by, now);
    }

    private static Rulebook By(params InhibitRule[] rules) => new(IncidentRules.Default with { Inhibit = rules }, Lanes, new InhibitionIndex(rules));

    private static Notification Alone(string pod) => BotFixture.Alone(Firing(pod)) with { Source = "other" };

    private static Turn Open(Notification opens, Rulebook by, long number = 0) =>
        Turn.Of(null, null, new Incident { Number = number, Key = IncidentKey.Of(opens) }.Apply(opens.Alerts, opens, Noon), by, Noon)!;
}
