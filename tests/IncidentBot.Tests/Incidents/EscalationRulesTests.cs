using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Incidents;

/// <summary>When people are called about an incident, and what stops that.</summary>
public sealed class EscalationRulesTests
{
    private static readonly EscalationPlan TwoSteps = new([TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15)], null);
    private static readonly EscalationPlan Reminders = new([TimeSpan.FromMinutes(5)], TimeSpan.FromMinutes(10));

    [Fact]
    public void Steps_are_taken_at_their_times_and_no_more_than_there_are()
    {
        var incident = Open(TwoSteps);
        Assert.Equal(At(5), incident.DueAt);

        Assert.Empty(EscalationRules.Due(incident, TwoSteps, At(4.9)).Changes);
        var first = EscalationRules.Due(incident, TwoSteps, At(5));
        Assert.Equal((ChangeKind.Escalated, "nobody acknowledged for 5 min"), (Assert.Single(first.Changes).Kind, first.Changes[0].Detail));
        Assert.Equal((1, At(15)), (first.Incident.Escalation.Escalated, first.Incident.DueAt));
        var second = EscalationRules.Due(first.Incident, TwoSteps, At(15));
        Assert.Equal((2, null), (second.Incident.Escalation.Escalated, second.Incident.DueAt));
        Assert.Empty(EscalationRules.Due(second.Incident, TwoSteps, At(1000)).Changes);
    }

    [Fact]
    public void After_a_suspend_of_three_hours_one_step_is_taken_and_those_called_have_their_time()
    {
        var first = EscalationRules.Due(Open(TwoSteps), TwoSteps, At(180));

        Assert.Equal("nobody acknowledged for 3 h", Assert.Single(first.Changes).Detail);
        Assert.Equal(At(190), first.Incident.DueAt);
        Assert.Empty(EscalationRules.Due(first.Incident, TwoSteps, At(180)).Changes);
    }

    [Fact]
    public void People_are_reminded_at_equal_times_and_once_after_a_suspend()
    {
        var book = Book(Reminders);
        book.Receive(Group(Firing("plex-0")), Noon);

        Assert.Equal([ChangeKind.Escalated], book.TakeDue(Reminders, At(5)).Select(change => change.Kind));
        Assert.Empty(book.TakeDue(Reminders, At(14)));
        Assert.Equal([ChangeKind.Reminded], book.TakeDue(Reminders, At(15)).Select(change => change.Kind));
        Assert.Equal([ChangeKind.Reminded], book.TakeDue(Reminders, At(200)).Select(change => change.Kind));
        Assert.Empty(book.TakeDue(Reminders, At(200)));
        Assert.Equal(At(210), book[1].DueAt);
    }

    [Fact]
    public void An_acknowledgement_stops_both_and_hides_nothing()
    {
        var before = EscalationRules.Due(Open(Reminders), Reminders, At(5)).Incident;
        var taken = EscalationRules.Acknowledge(before, "ada", "on my way", At(6));

        Assert.Equal((ChangeKind.Acknowledged, "ada: on my way"), (Assert.Single(taken.Changes).Kind, taken.Changes[0].Detail));
        Assert.Null(taken.Incident.DueAt);
        Assert.Equal((before.Status, before.FiringCount, before.Severity), (taken.Incident.Status, taken.Incident.FiringCount, taken.Incident.Severity));
        Assert.Empty(EscalationRules.Due(taken.Incident, Reminders, At(500)).Changes);
        Assert.Empty(EscalationRules.Acknowledge(taken.Incident, "ada", "still here", At(7)).Changes);
        Assert.Equal("grace", EscalationRules.Acknowledge(taken.Incident, "grace", "", At(8)).Incident.Escalation.Acknowledged!.By);
    }

    [Fact]
    public void What_is_given_back_calls_as_if_it_had_just_begun()
    {
        var taken = EscalationRules.Acknowledge(Open(TwoSteps), "ada", "", At(4)).Incident;
        var back = EscalationRules.Withdraw(taken, "ada", TwoSteps, At(60));

        Assert.Equal((ChangeKind.Unacknowledged, "by ada"), (Assert.Single(back.Changes).Kind, back.Changes[0].Detail));
        Assert.Equal(At(65), back.Incident.DueAt);
        Assert.Empty(EscalationRules.Withdraw(back.Incident, "ada", TwoSteps, At(61)).Changes);
    }

    [Fact]
    public void Resolution_stops_everything_and_a_return_begins_anew_without_the_acknowledgement()
    {
        var book = Book(TwoSteps);
        book.Receive(Group(Firing("plex-0")), Noon);
        book.Put(EscalationRules.Acknowledge(book[1], "ada", "", At(1)));
        book.Receive(Group(Resolved("plex-0", at: 2)), At(2));
        Assert.Null(book[1].DueAt);
        Assert.Equal("ada", book[1].Escalation.Acknowledged?.By);
        Assert.Empty(EscalationRules.Acknowledge(book[1], "grace", "", At(3)).Changes);

        var changes = book.Receive(Group(Firing("plex-0", since: 8)), At(8));

        Assert.Equal([ChangeKind.Reopened, ChangeKind.Unacknowledged], changes.Select(change => change.Kind));
        Assert.Equal("it fires again since ada acknowledged it", changes[1].Detail);
        Assert.Equal((null, At(13)), (book[1].Escalation.Acknowledged, book[1].DueAt));
    }

    [Fact]
    public void Who_took_a_warning_did_not_take_a_critical()
    {
        var book = Book(TwoSteps);
        book.Receive(Group(Firing("plex-0")), Noon);
        book.Put(EscalationRules.Acknowledge(book[1], "ada", "", At(1)));

        var changes = book.Receive(Group(Firing("plex-0"), Firing("plex-1", since: 3, severity: "critical")), At(3));

        Assert.Equal([ChangeKind.Joined, ChangeKind.SeverityRaised], changes.Select(change => change.Kind));
        Assert.Equal(("ada", "pod=plex-1", At(8)), (book[1].Escalation.Acknowledged?.By, book[1].Escalation.Untaken, book[1].DueAt));
        Assert.Empty(EscalationRules.Follow(book[1], EscalationRules.Acknowledge(book[1], "ada", "", At(4)), TwoSteps, LaneMove.Down, At(4)).Changes[1..]);
    }

    [Fact]
    public void A_more_urgent_lane_asks_for_people_anew_and_a_less_urgent_one_only_begins_its_own_steps()
    {
        var escalated = EscalationRules.Due(Open(TwoSteps), TwoSteps, At(5)).Incident;
        var taken = EscalationRules.Acknowledge(escalated, "ada", "", At(6)).Incident;
        var news = new Change(ChangeKind.Joined, At(7));

        Assert.Equal((0, At(12)), Call(EscalationRules.Follow(escalated, new Applied(escalated, [news, new Change(ChangeKind.LaneRaised, At(7))]), TwoSteps, LaneMove.Up, At(7))));
        Assert.True(EscalationRules.Follow(taken, new Applied(taken, [news, new Change(ChangeKind.LaneRaised, At(7))]), TwoSteps, LaneMove.Up, At(7)).Incident.Escalation.IsTaken);
        var down = EscalationRules.Follow(taken, new Applied(taken, [news]), TwoSteps, LaneMove.Down, At(7)).Incident;
        Assert.Equal(("ada", 0, null), (down.Escalation.Acknowledged?.By, down.Escalation.Escalated, down.DueAt));
        Assert.Equal((0, At(12)), Call(EscalationRules.Follow(escalated, new Applied(escalated, [news]), TwoSteps, LaneMove.Down, At(7))));

        static (int, DateTimeOffset?) Call(Applied applied) => (applied.Incident.Escalation.Escalated, applied.Incident.DueAt);
    }

    [Fact]
    public void What_is_silenced_as_a_whole_calls_nobody_until_the_silence_ends()
    {
        var book = Book(TwoSteps);
        book.Receive(Group(Firing("plex-0"), Firing("plex-1")), Noon);
        var silence = new Suppression(SuppressionKind.Silenced, "ops", "", At(60));
        Mark(book, At(1), ("plex-0", silence));
        Assert.Equal(At(5), book[1].DueAt);

        Mark(book, At(2), ("plex-1", silence with { Until = At(90) }));
        Assert.Equal(At(65), book[1].DueAt);
        Assert.Empty(book.TakeDue(TwoSteps, At(64)));
        Assert.Equal([ChangeKind.Escalated], book.TakeDue(TwoSteps, At(65)).Select(change => change.Kind));
    }

    [Fact]
    public void What_is_inhibited_for_nobody_knows_how_long_calls_from_when_it_no_longer_is()
    {
        var book = Book(TwoSteps);
        book.Receive(Group(Firing("plex-0")), Noon);
        Mark(book, At(1), ("plex-0", new Suppression(SuppressionKind.Inhibited, "NodeDown")));
        Assert.Null(book[1].DueAt);

        Mark(book, At(40), ("plex-0", null));
        Assert.Equal(At(45), book[1].DueAt);
    }

    [Fact]
    public void What_nobody_speaks_of_calls_nobody_until_it_is_heard_of_again()
    {
        var book = Book(new EscalationPlan([TimeSpan.FromHours(12)], null));
        book.Receive(Group(Firing("plex-0")), Noon);
        book.Sweep(Noon + IncidentRules.Default.StaleAfter);
        Assert.Null(book[1].DueAt);

        book.Receive(Group(Firing("plex-0")), At(1600));
        Assert.Equal(At(1600) + TimeSpan.FromHours(12), book[1].DueAt);
    }

    [Fact]
    public void Other_steps_after_a_reload_hold_for_what_burns()
    {
        var incident = Open(TwoSteps);

        var sooner = EscalationRules.Due(incident, new EscalationPlan([TimeSpan.FromMinutes(1)], null), At(0.5));
        Assert.Empty(sooner.Changes);
        Assert.Equal(At(1), sooner.Incident.DueAt);
        Assert.Null(EscalationRules.Due(incident, EscalationPlan.Nothing, At(10)).Incident.DueAt);
    }

    [Fact]
    public void The_lanes_own_people_are_called_again_only_when_they_hear_it_and_other_rooms_at_once()
    {
        // Nobody hears anything from 2 to 60.
        var own = new EscalationPlan([TimeSpan.FromMinutes(5)], TimeSpan.FromMinutes(20))
        {
            Heard = (since, time) => since + time <= At(2) ? since + time : since < At(2) ? At(60) + (since + time - At(2)) : since < At(60) ? At(60) + time : since + time,
        };
        Assert.Equal((At(63), At(78)), (Open(own).Escalation.EscalatesAt, Open(own).Escalation.RemindsAt));
        Assert.Equal(At(5), Open(own with { RoomsFromStep = 1 }).Escalation.EscalatesAt);

        // A machine that slept from before the hours into them does not call anybody in the dark either.
        var early = own with { Steps = [TimeSpan.FromMinutes(1)], RemindEvery = null };
        var late = EscalationRules.Due(Open(early), early, At(10));
        Assert.Empty(late.Changes);
        Assert.Equal(At(60), late.Incident.DueAt);
        Assert.Equal(ChangeKind.Escalated, Assert.Single(EscalationRules.Due(late.Incident, early, At(60)).Changes).Kind);

        // Once a room of its own has been brought in, somebody hears what follows.
        var both = own with { Steps = [TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15)], RoomsFromStep = 1 };
        Assert.Equal((At(15), At(25)), EscalationRules.Due(Open(both), both, At(5)).Incident.Escalation is var call ? (call.EscalatesAt, call.RemindsAt) : default);
    }

    [Fact]
    public void What_is_heard_of_again_as_a_whole_calls_unless_somebody_has_it_on()
    {
        foreach (var taken in new[] { false, true })
        {
            var book = Book(TwoSteps);
            book.Receive(Group(Firing("plex-0"), Firing("plex-1")), Noon);
            if (taken)
            {
                book.Put(EscalationRules.Acknowledge(book[1], "ada", "", At(1)));
            }

            var silence = new Suppression(SuppressionKind.Silenced, "ops");
            Mark(book, At(2), ("plex-0", silence));
            Mark(book, At(3), ("plex-0", null));
            Mark(book, At(4), ("plex-0", silence), ("plex-1", silence));
            Mark(book, At(5), ("plex-0", null));
            Mark(book, At(6), ("plex-1", null));
            book.Sweep(Noon + IncidentRules.Default.StaleAfter + TimeSpan.FromMinutes(10));
            book.Receive(Group(Firing("plex-0"), Firing("plex-1")), At(1600));

            var calls = book.History.Where(line => line.Change.Calls).Select(line => (line.Change.Kind, line.Change.At));
            Assert.Equal(taken ? [] : [(ChangeKind.Unsuppressed, At(5))], calls);
        }
    }

    private static Incident Open(EscalationPlan plan)
    {
        var opens = Group(Firing("plex-0"));
        return EscalationRules.Follow(null, new Incident { Number = 1, Key = IncidentKey.Of(opens) }.Apply(opens.Alerts, opens, Noon), plan, LaneMove.None, Noon).Incident;
    }

    private static IncidentBook Book(EscalationPlan plan) => new() { Plan = plan };

    private static void Mark(IncidentBook book, DateTimeOffset now, params (string Pod, Suppression? Suppression)[] marks)
    {
        var byAlert = marks.ToDictionary(mark => Firing(mark.Pod).Fingerprint, mark => mark.Suppression, StringComparer.Ordinal);
        book.Apply(1, incident => Reconciliation.Mark(incident, new Finding.Marked(1, byAlert), now), now);
    }
}
