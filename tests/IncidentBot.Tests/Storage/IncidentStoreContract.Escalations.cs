using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Storage;

/// <summary>What time and people do to incidents.</summary>
public abstract partial class IncidentStoreContract
{
    [Fact]
    public async Task What_is_due_is_done_once_and_survives_that_the_store_is_opened_again()
    {
        var step = new Lane("critical", 0, [], [Ops], false, [], false)
        {
            Escalate = [new EscalationStep(TimeSpan.FromMinutes(5), [Noise], false, []), new EscalationStep(TimeSpan.FromMinutes(10), [], false, [])],
            RemindEvery = TimeSpan.FromMinutes(30),
        };
        Lanes = new LaneBook([step]);
        await Store.ReceiveAsync(Group(Firing("plex-0")), Cancel);
        Assert.Equal(At(5), await Store.NextDueAsync(Cancel));
        Assert.Equal(0, await Store.TakeDueAsync(Cancel));
        await OpenAgainAsync();

        Clock.Now = At(6);
        Assert.Equal(1, await Store.TakeDueAsync(Cancel));
        Assert.Equal(0, await Store.TakeDueAsync(Cancel));
        var before = (await Store.FindAsync(1, Cancel))!.Incident.Escalation;
        Assert.Equal(new Escalation { Since = Noon, Escalated = 1, EscalatedAt = At(6), RemindedAt = At(6), EscalatesAt = At(11), RemindsAt = At(36) }, before);
        Assert.Equal([(Ops, 0), (Noise, 1)], (await PostsAsync()).Select(post => (post.Room, post.Step)));
        await OpenAgainAsync();
        Assert.Equal(before, (await Store.FindAsync(1, Cancel))!.Incident.Escalation);
        Assert.Equal(At(11), await Store.NextDueAsync(Cancel));

        Lanes = new LaneBook([step with { Escalate = [], RemindEvery = null }]);
        await Store.RecalculateDueAsync(Cancel);
        Assert.Equal(1, await Store.TakeDueAsync(Cancel));
        Assert.Null(await Store.NextDueAsync(Cancel));
    }

    [Fact]
    public async Task Much_that_is_due_is_done_in_pieces()
    {
        Lanes = new LaneBook([new Lane("all", 0, [], [Ops], false, [], false) { RemindEvery = TimeSpan.FromMinutes(1) }]);
        for (var i = 0; i < 120; i++)
        {
            await Store.ReceiveAsync(BotFixture.Alone(Firing($"pod-{i}")), Cancel);
        }

        Clock.Now = At(3);
        var pieces = new List<int>();
        while (await Store.TakeDueAsync(Cancel) is > 0 and var count)
        {
            pieces.Add(count);
        }

        Assert.Equal(120, pieces.Sum());
        Assert.InRange(pieces.Max(), 1, 100);
    }

    [Fact]
    public async Task Who_takes_an_incident_on_is_kept_and_named_and_may_give_it_back()
    {
        Assert.Equal(DeedOutcome.Unknown, await Store.AcknowledgeAsync(1, "ada", "", Cancel));
        await Store.ReceiveAsync(Group(Firing("plex-0")), Cancel);
        Assert.Equal(DeedOutcome.AlreadySo, await Store.WithdrawAsync(1, "ada", Cancel));
        Clock.Now = At(2);
        Assert.Equal(DeedOutcome.Done, await Store.AcknowledgeAsync(1, "ada <b>", "soon", Cancel));
        Assert.Equal(DeedOutcome.AlreadySo, await Store.AcknowledgeAsync(1, "ada <b>", "again", Cancel));
        await OpenAgainAsync();

        var found = (await Store.FindAsync(1, Cancel))!;
        Assert.Equal(new Acknowledgement("ada <b>", At(2)), found.Incident.Escalation.Acknowledged);
        Assert.Equal((IncidentStatus.Firing, 1), (found.Incident.Status, found.Incident.FiringCount));
        Assert.Equal("ada <b>", Assert.Single(await Store.ListAsync(new IncidentFilter(), Cancel)).AcknowledgedBy);
        Assert.Equal([ChangeKind.Opened, ChangeKind.Acknowledged], found.Timeline.Select(line => line.Change.Kind));

        Assert.Equal(DeedOutcome.Done, await Store.WithdrawAsync(1, "grace", Cancel));
        Assert.Null(Assert.Single(await Store.ListAsync(new IncidentFilter(), Cancel)).AcknowledgedBy);
        await Store.ReceiveAsync(Group(Resolved("plex-0")), Cancel);
        Assert.Equal(DeedOutcome.Over, await Store.AcknowledgeAsync(1, "ada", "", Cancel));
    }

    [Fact]
    public async Task A_flapping_incident_is_stable_again_by_time_alone()
    {
        for (var minute = 0; minute < 14; minute += 2)
        {
            Clock.Now = At(minute);
            await Store.ReceiveAsync(Group(Firing("plex-0", since: minute)), Cancel);
            Clock.Now = At(minute + 1);
            await Store.ReceiveAsync(Group(Resolved("plex-0", since: minute, at: minute + 1)), Cancel);
        }

        await OpenAgainAsync();
        var found = (await Store.FindAsync(1, Cancel))!;
        Assert.Equal(new Flapping(At(10), At(73)), found.Incident.Flapping);
        Assert.Contains(found.Timeline, line => line.Change is { Kind: ChangeKind.Reopened, Quiet: true });
        Assert.Equal(At(73), await Store.NextDueAsync(Cancel));
        Clock.Now = At(73);
        Assert.Equal(1, await Store.TakeDueAsync(Cancel));
        Assert.Null((await Store.FindAsync(1, Cancel))!.Incident.Flapping);
    }

    [Fact]
    public async Task What_is_explained_is_not_announced_over_sources_and_restarts_until_a_minute_after_its_cause()
    {
        Rules = Rules with { Inhibit = [new InhibitRule([Matcher.Parse("pod", "node")], [Matcher.Parse("alertname", "PodNotReady")], ["namespace"])] };
        var waiting = BotFixture.Alone(Firing("plex-0")) with { Source = "other" };
        await Store.ReceiveAsync(waiting, Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("sent")) with { Source = "other" }, Cancel);
        await Store.EndAsync((await PostsAsync())[1].Id, Shown, Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("node")), Cancel);
        Assert.Equal(Noon, await Store.NextDueAsync(Cancel));
        await TakeAllAsync();
        await OpenAgainAsync();
        await Store.ReceiveAsync(BotFixture.Alone(Firing("late")) with { Source = "other" }, Cancel);
        await TakeAllAsync();

        Assert.Equal([2L, 3L], (await PostsAsync()).Select(post => post.Subject.Number));
        Assert.Equal(new Inhibition([3], "#3 PodNotReady"), (await Store.FindAsync(1, Cancel))!.Incident.Inhibition);
        Assert.Equal("3 incidents: #1 PodNotReady, #2 PodNotReady, #4 PodNotReady", (await Store.FindAsync(3, Cancel))!.Incident.Inhibits);
        Assert.Null((await Store.FindAsync(3, Cancel))!.Incident.Inhibition);

        Clock.Now = At(5);
        await Store.ReceiveAsync(BotFixture.Alone(Resolved("node")), Cancel);
        await TakeAllAsync();
        Assert.Equal(At(6), await Store.NextDueAsync(Cancel));
        Assert.Equal(2, (await PostsAsync()).Count);
        await OpenAgainAsync();
        Clock.Now = At(6);
        await TakeAllAsync();

        Assert.Equal([1L, 2L, 3L, 4L], (await PostsAsync()).Select(post => post.Subject.Number).Order());
        Assert.Equal([ChangeKind.Opened, ChangeKind.InhibitedBy, ChangeKind.Uninhibited], (await Store.FindAsync(1, Cancel))!.Timeline.Select(line => line.Change.Kind));
        Assert.Equal("", (await Store.FindAsync(3, Cancel))!.Incident.Inhibits);

        async Task TakeAllAsync()
        {
            for (var i = 0; i < 20 && await Store.TakeDueAsync(Cancel) > 0; i++)
            {
            }
        }
    }

    [Fact]
    public async Task What_is_open_follows_lanes_that_are_renamed_and_its_steps_go_on_by_their_clock()
    {
        Lanes = Book("critical", TimeSpan.FromMinutes(5));
        await Store.ReceiveAsync(Group(Firing("plex-0", severity: "critical")), Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("stale", severity: "critical")), Cancel);
        Clock.Now = At(2);
        Lanes = Book("crit", TimeSpan.FromMinutes(5));
        await OpenAgainAsync();
        await Store.RecalculateDueAsync(Cancel);
        Assert.Equal(2, await Store.TakeDueAsync(Cancel));

        var found = (await Store.FindAsync(1, Cancel))!;
        Assert.Equal(("crit", At(5)), (found.Summary.Lane, found.Incident.Escalation.EscalatesAt));
        Assert.Equal([ChangeKind.Opened], found.Timeline.Select(line => line.Change.Kind));
        Assert.All(await PostsAsync(), post => Assert.Equal(("crit", true), (post.Lane, post.Urgent)));
        Assert.Equal(1, found.Incident.Version);
        Assert.Equal(0, await Store.TakeDueAsync(Cancel));

        Clock.Now = Noon + IncidentRules.Default.StaleAfter;
        await Store.SweepAsync(Cancel);
        Lanes = Book("worst", TimeSpan.FromMinutes(5));
        await Store.RecalculateDueAsync(Cancel);
        await Store.TakeDueAsync(Cancel);
        Assert.All(await PostsAsync(), post => Assert.Equal("worst", post.Lane));
    }

    [Fact]
    public async Task What_a_reload_moves_up_is_told_and_a_room_that_is_new_in_a_lane_has_it()
    {
        Lanes = new LaneBook([new Lane("rest", 0, [], [Ops], false, [], false) { Escalate = [] }]);
        await Store.ReceiveAsync(Group(Firing("plex-0")), Cancel);
        Lanes = new LaneBook([new Lane("rest", 0, [], [Ops, Noise], false, [], false) { Escalate = [] }]);
        await Store.RecalculateDueAsync(Cancel);
        await Store.TakeDueAsync(Cancel);
        Assert.Equal([(Ops, 1), (Noise, 1)], (await PostsAsync()).Select(post => (post.Room, post.Progress.Wanted)));

        Lanes = new LaneBook([new Lane("first", 0, [Matcher.Parse("pod", "plex-0")], [Ops], false, [], false), new Lane("rest", 1, [], [Ops, Noise], false, [], false)]);
        await Store.RecalculateDueAsync(Cancel);
        await Store.TakeDueAsync(Cancel);
        var found = (await Store.FindAsync(1, Cancel))!;
        Assert.Equal([ChangeKind.Opened, ChangeKind.LaneRaised], found.Timeline.Select(line => line.Change.Kind));
        Assert.Equal(FiringIntervals.None, found.Incident.Rises);
        Assert.Equal("first", found.Summary.Lane);
    }

    private static LaneBook Book(string name, TimeSpan after) => new(
    [
        new Lane(name, 0, [Matcher.Parse("severity", "critical")], [Ops], true, [], false) { Escalate = [new EscalationStep(after, [Noise], false, [])] },
        new Lane("rest", 1, [], [Ops], false, [], false),
    ]);
}
