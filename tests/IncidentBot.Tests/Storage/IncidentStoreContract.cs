using IncidentBot.Channels;
using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Storage;

/// <summary>What every store promises, over a store that is opened, closed and opened again.</summary>
public abstract class IncidentStoreContract : IAsyncLifetime
{
    private protected static readonly Room Ops = Room.Parse("slack:C1");
    private protected static readonly Room Noise = Room.Parse("telegram:-1");

    private IIncidentStore? _store;

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected StillClock Clock { get; } = new(Noon);

    private protected Heard Listener { get; } = new();

    private protected IIncidentStore Store => _store!;

    private protected LaneBook Lanes { get; set; } = DeliverySetup.Book(
    [
        new() { Name = "critical", Match = new(StringComparer.Ordinal) { ["severity"] = "critical" }, Rooms = [Ops, Noise] },
        new() { Name = "rest", Rooms = [Ops] },
    ]);

    private protected IncidentRules Rules { get; set; } = IncidentRules.Default;

    private protected abstract IIncidentStore Create();

    public async ValueTask InitializeAsync() => await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _store!.DisposeAsync();
    }

    [Fact]
    public async Task A_summary_stands_for_what_waits_and_comes_in_its_room_until_it_ends()
    {
        Lanes = new LaneBook([new Lane("all", 0, [], [Ops], false, [], false) { Escalate = [] }]);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("waits")), Cancel);
        var number = await Store.SummarizeAsync(Ops, null, StormPhase.Storm, Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("comes")), Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Resolved("comes", at: 1)), Cancel);
        await OpenAgainAsync();

        Assert.Equal((number, Ops, StormPhase.Storm), Assert.Single(await Store.OpenSummariesAsync(Cancel)) is var open ? (open.Number, open.Room, open.Phase) : default);
        Assert.Equal(number, await Store.SummarizeAsync(Ops, null, StormPhase.Storm, Cancel));
        var post = Assert.Single(await Store.WaitingAsync(Cancel), post => post.IsSummary);
        var view = Assert.IsType<SummaryView>(await Store.ViewAsync(post.Id, Cancel));
        Assert.Equal((1, 1), (view.Counts.Sum(count => count.Open), view.Counts.Sum(count => count.Resolved)));

        await Store.SummarizeAsync(Ops, number, StormPhase.CatchingUp, Cancel);
        view = Assert.IsType<SummaryView>(await Store.ViewAsync(post.Id, Cancel));
        Assert.Equal([1L, 2L], view.Untold.Select(member => member.Incident));
        Assert.DoesNotContain(await Store.WaitingAsync(Cancel), waiting => waiting.Incident == 2);
        Assert.Contains(await Store.WaitingAsync(Cancel), waiting => waiting.Incident == 1);

        await Store.SummarizeAsync(Ops, number, StormPhase.Calm, Cancel);
        Assert.Empty(await Store.OpenSummariesAsync(Cancel));
        Assert.NotEqual(number, await Store.SummarizeAsync(Ops, null, StormPhase.Storm, Cancel));
    }

    [Fact]
    public async Task A_summary_settles_what_is_over_also_from_before_it_but_not_what_was_begun()
    {
        Lanes = new LaneBook([new Lane("all", 0, [], [Ops], false, [], false) { Escalate = [] }]);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("begun")), Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("over")), Cancel);
        await Store.BeginAsync((await Store.WaitingAsync(Cancel)).Min(post => post.Id), new PostIntent(SendKinds.Create, 1, 1), Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Resolved("begun", at: 1)), Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Resolved("over", at: 1)), Cancel);
        var first = await Store.SummarizeAsync(Ops, null, StormPhase.Storm, Cancel);
        await Store.SummarizeAsync(Ops, first, StormPhase.CatchingUp, Cancel);
        Assert.Equal([1L], (await Store.WaitingAsync(Cancel)).Where(post => !post.IsSummary).Select(post => post.Incident));
        await Store.SummarizeAsync(Ops, first, StormPhase.Calm, Cancel);

        // What comes back in another storm belongs to that one, as what is new in it.
        var second = await Store.SummarizeAsync(Ops, null, StormPhase.Storm, Cancel);
        Listener.Posts.Clear();
        await Store.ReceiveAsync(BotFixture.Alone(Firing("over", since: 3)), Cancel);
        Assert.Equal([null, SendKinds.Create], Listener.Posts.Where(post => post.Incident == 2).Select(post => post.Next));
        var again = Assert.Single(await Store.WaitingAsync(Cancel), post => post.Incident == 2);
        Assert.Equal((second, SendKinds.Create), (again.Summary, again.Next));
        Assert.True(again.Id > (await Store.WaitingAsync(Cancel)).Where(post => post.IsSummary).Max(post => post.Id));
    }

    [Fact]
    public async Task A_summary_names_an_incident_after_a_minute_although_there_are_few()
    {
        await Store.ReceiveAsync(BotFixture.Alone(Firing("early")), Cancel);
        var number = await Store.SummarizeAsync(Ops, null, StormPhase.Storm, Cancel);
        Clock.Now = At(0.5);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("late")), Cancel);
        await Store.SummarizeAsync(Ops, number, StormPhase.Storm, Cancel);
        Assert.Empty(await NamedAsync());
        Clock.Now = At(1);
        await Store.SummarizeAsync(Ops, number, StormPhase.Storm, Cancel);
        Assert.Equal([1L, 2L], await NamedAsync());

        async Task<IEnumerable<long>> NamedAsync()
        {
            var post = Assert.Single(await Store.WaitingAsync(Cancel), post => post.IsSummary);
            return Assert.IsType<SummaryView>(await Store.ViewAsync(post.Id, Cancel)).Untold.Select(member => member.Incident);
        }
    }

    [Fact]
    public async Task What_counts_against_a_vendors_limits_is_known_after_the_store_is_opened_again()
    {
        await Store.ReceiveAsync(Group(Firing("plex-0", severity: "critical")), Cancel);
        var posts = await PostsAsync();
        await Store.BeginAsync(posts[0].Id, new PostIntent(SendKinds.Create, 1, 1), Cancel);
        Clock.Now = At(1);
        await Store.BeginAsync(posts[1].Id, new PostIntent(SendKinds.Create, 1, 1), Cancel);
        await Store.EndAsync(posts[1].Id, new PostChange(Reason: "429", ClosedUntil: At(30)), Cancel);
        await OpenAgainAsync();
        PastRequest[] all =
        [
            new(posts[0].Room, SendKinds.Create, true, At(0), null), new(posts[1].Room, SendKinds.Create, true, At(1), null),
            new(posts[1].Room, SendKinds.Create, true, At(1), At(30)),
        ];
        Assert.Equal(all, await Store.PastRequestsAsync(Cancel));

        // Requests count for as long as any vendor counts them, answers as long as they said.
        Clock.Now = At(3.5);
        await Store.BeginAsync(posts[0].Id, new PostIntent(SendKinds.Create, 1, 1), Cancel);
        Assert.Equal([all[2], all[0] with { At = At(3.5) }], await Store.PastRequestsAsync(Cancel));
    }

    [Fact]
    public async Task Everything_reads_back_as_it_was_after_the_store_is_opened_again()
    {
        await Store.ReceiveAsync(Group(Firing("plex-0"), Firing("plex-1", severity: "critical")), Cancel);
        Clock.Now = At(5);
        await Store.ReceiveAsync(Group(Resolved("plex-0"), Firing("plex-1", severity: "critical")) with { Truncated = 3 }, Cancel);
        var post = (await PostsAsync())[0];
        await Store.BeginAsync(post.Id, new PostIntent(SendKinds.Create, 2, 7), Cancel);
        await Store.EndAsync(post.Id, new PostChange(Reason: "no answer", Unclear: true), Cancel);
        var before = (await Store.FindAsync(1, Cancel))!;
        var identity = Store.Identity;

        await OpenAgainAsync();

        var after = (await Store.FindAsync(1, Cancel))!;
        Assert.Equal(identity, Store.Identity);
        Assert.Equal(before.Timeline, after.Timeline);
        Assert.Equal(before.Summary.Posts, after.Summary.Posts);
        Assert.Equal(before.Incident.Alerts.Values.OrderBy(alert => alert.Fingerprint), after.Incident.Alerts.Values.OrderBy(alert => alert.Fingerprint));
        var empty = before.Incident.Alerts.Clear();
        Assert.Equal(before.Incident with { Alerts = empty }, after.Incident with { Alerts = empty });
    }

    [Fact]
    public async Task What_many_send_at_once_is_all_there_when_they_are_answered()
    {
        await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => Store.ReceiveAsync(BotFixture.Alone(Firing($"pod-{i % 1000}")), Cancel)));

        Assert.Equal(1000, (await Store.CountAsync(Cancel)).Firing);
        await OpenAgainAsync();
        Assert.Equal(1000, (await Store.CountAsync(Cancel)).Firing);
        Assert.Equal(1000, (await Store.WaitingAsync(Cancel)).Count);
    }

    [Fact]
    public async Task The_second_and_third_time_of_the_same_tells_nobody()
    {
        await Store.ReceiveAsync(Group(Firing("plex-0")), Cancel);
        var posts = Listener.Posts.Count;

        await Store.ReceiveAsync(Group(Firing("plex-0")), Cancel);
        Clock.Now = At(60);
        await Store.ReceiveAsync(Group(Firing("plex-0")), Cancel);

        Assert.Equal(posts, Listener.Posts.Count);
        Assert.Equal([1], Listener.Incidents);
        Assert.Equal(1, (await Store.FindAsync(1, Cancel))!.Incident.Version);
    }

    [Fact]
    public async Task Listeners_hear_of_a_post_in_the_order_of_the_commits()
    {
        await Store.ReceiveAsync(Group(Firing("plex-0")), Cancel);
        var post = (await PostsAsync())[0];
        var end = Store.EndAsync(post.Id, new PostChange(Shown: 1, MessageId: "m"), Cancel);
        await Store.ReceiveAsync(Group(Firing("plex-0"), Firing("plex-1")), Cancel);
        var ended = await end;

        Assert.False(ended!.NeedsWork);
        Assert.Equal([(1, 0), (1, 1), (2, 1)], Listener.Posts.Select(heard => (heard.Wanted, heard.Shown)));
    }

    [Fact]
    public async Task Nobody_hears_of_a_post_that_is_refused_by_itself_until_it_changes_or_a_person_says_so()
    {
        await Store.ReceiveAsync(Group(Firing("plex-0")), Cancel);
        var post = (await PostsAsync())[0];
        await Store.EndAsync(post.Id, new PostChange(Reason: "no", Refused: true), Cancel);
        Assert.Single(Listener.Posts);
        Assert.Equal(PostState.Refused, (await PostsAsync())[0].State);

        Assert.Single(await Store.SendAgainAsync(post.Id, null, Cancel));
        Assert.Equal(2, Listener.Posts.Count);
        Assert.Equal((PostState.Waiting, (string?)null), ((await PostsAsync())[0].State, (await PostsAsync())[0].Reason));
    }

    [Fact]
    public async Task A_refused_room_is_refused_for_what_comes_later_too_until_something_arrives()
    {
        await Store.ReceiveAsync(BotFixture.Alone(Firing("first")), Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("second", severity: "critical")), Cancel);
        await Store.EndAsync(1, new PostChange(Reason: "not invited", Refused: true, WholeRoom: true), Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("third")), Cancel);

        var posts = await PostsAsync();
        Assert.Equal([Ops, Ops, Ops], posts.Where(post => post.State == PostState.Refused).Select(post => post.Room));
        Assert.Equal(PostState.Waiting, posts.Single(post => post.Room == Noise).State);

        await Store.EndAsync(1, new PostChange(Shown: 1, MessageId: "m"), Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("fourth")), Cancel);
        Assert.Equal(PostState.Waiting, (await PostsAsync())[^1].State);
    }

    [Fact]
    public async Task An_older_incident_of_the_group_that_is_read_first_is_not_taken_for_the_latest()
    {
        await Store.ReceiveAsync(Group(Firing("plex-0")), Cancel);
        await Store.ReceiveAsync(Group(Resolved("plex-0", at: 1)), Cancel);
        Clock.Now = At(60);
        await Store.ReceiveAsync(Group(Firing("plex-0", since: 60)), Cancel);
        await OpenAgainAsync();

        Assert.Equal(1, Assert.IsType<PostView>(await Store.ViewAsync(1, Cancel)).Incident.Number);
        await Store.ReceiveAsync(Group(Firing("plex-0", since: 60)), Cancel);
        await Store.ReceiveAsync(Group(Firing("plex-0", since: 60), Firing("plex-1", since: 60)), Cancel);

        var incidents = await Store.ListAsync(new IncidentFilter(), Cancel);
        Assert.Equal([2, 1], incidents.Select(incident => incident.Number));
        Assert.Equal(2, incidents[0].Firing);
    }

    [Fact]
    public async Task What_nobody_speaks_of_is_stale_and_what_ended_long_ago_is_deleted_in_small_pieces()
    {
        for (var i = 0; i < 30; i++)
        {
            await Store.ReceiveAsync(BotFixture.Alone(Firing($"pod-{i}")), Cancel);
            await Store.ReceiveAsync(BotFixture.Alone(Resolved($"pod-{i}")), Cancel);
        }

        await Store.ReceiveAsync(BotFixture.Alone(Firing("stays")), Cancel);
        Clock.Now = Noon + IncidentRules.Default.StaleAfter;
        Assert.Equal(1, await Store.SweepAsync(Cancel));
        Assert.Equal(0, await Store.SweepAsync(Cancel));
        await Store.ReceiveAsync(BotFixture.Alone(Firing("stays")), Cancel);
        Assert.Equal(IncidentStatus.Firing, (await Store.FindAsync(31, Cancel))!.Incident.Status);

        Assert.Equal(0, await Store.DeleteEndedAsync(Noon, Cancel));
        Assert.Equal(30, await Store.DeleteEndedAsync(At(1), Cancel));
        Assert.Null(await Store.FindAsync(1, Cancel));
        Assert.Null(await Store.ViewAsync(1, Cancel));
        Assert.Null(await Store.EndAsync(1, new PostChange(Shown: 1, MessageId: "m"), Cancel));
        Assert.Equal([31], (await Store.ListAsync(new IncidentFilter(), Cancel)).Select(incident => incident.Number));
        await Store.ReceiveAsync(BotFixture.Alone(Firing("pod-0", since: 600)), Cancel);
        Assert.Equal(32, (await Store.ListAsync(new IncidentFilter(), Cancel)).Max(incident => incident.Number));
    }

    [Fact]
    public async Task A_room_that_moves_takes_its_posts_along_and_new_ones_go_there()
    {
        var to = Room.Parse("slack:C9");
        await Store.ReceiveAsync(BotFixture.Alone(Firing("first")), Cancel);
        Assert.Equal(to, (await Store.EndAsync(1, new PostChange(MovedTo: to), Cancel))!.Room);
        await OpenAgainAsync();
        await Store.ReceiveAsync(BotFixture.Alone(Firing("second")), Cancel);

        Assert.Equal([to, to], (await PostsAsync()).Select(post => post.Room));
    }

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
        var before = (await Store.FindAsync(1, Cancel))!.Incident.Call;
        Assert.Equal(new Call { Since = Noon, Escalated = 1, EscalatedAt = At(6), RemindedAt = At(6), EscalatesAt = At(11), RemindsAt = At(36) }, before);
        Assert.Equal([(Ops, 0), (Noise, 1)], (await PostsAsync()).Select(post => (post.Room, post.Step)));
        await OpenAgainAsync();
        Assert.Equal(before, (await Store.FindAsync(1, Cancel))!.Incident.Call);
        Assert.Equal(At(11), await Store.NextDueAsync(Cancel));

        Lanes = new LaneBook([step with { Escalate = [], RemindEvery = null }]);
        await Store.ReckonAsync(Cancel);
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
        Assert.Equal(Acknowledging.Unknown, await Store.AcknowledgeAsync(1, "ada", "", Cancel));
        await Store.ReceiveAsync(Group(Firing("plex-0")), Cancel);
        Assert.Equal(Acknowledging.AlreadySo, await Store.WithdrawAsync(1, "ada", Cancel));
        Clock.Now = At(2);
        Assert.Equal(Acknowledging.Done, await Store.AcknowledgeAsync(1, "ada <b>", "soon", Cancel));
        Assert.Equal(Acknowledging.AlreadySo, await Store.AcknowledgeAsync(1, "ada <b>", "again", Cancel));
        await OpenAgainAsync();

        var found = (await Store.FindAsync(1, Cancel))!;
        Assert.Equal(new Acknowledgement("ada <b>", At(2)), found.Incident.Call.Acknowledged);
        Assert.Equal((IncidentStatus.Firing, 1), (found.Incident.Status, found.Incident.FiringCount));
        Assert.Equal("ada <b>", Assert.Single(await Store.ListAsync(new IncidentFilter(), Cancel)).AcknowledgedBy);
        Assert.Equal([ChangeKind.Opened, ChangeKind.Acknowledged], found.Timeline.Select(line => line.Change.Kind));

        Assert.Equal(Acknowledging.Done, await Store.WithdrawAsync(1, "grace", Cancel));
        Assert.Null(Assert.Single(await Store.ListAsync(new IncidentFilter(), Cancel)).AcknowledgedBy);
        await Store.ReceiveAsync(Group(Resolved("plex-0")), Cancel);
        Assert.Equal(Acknowledging.Over, await Store.AcknowledgeAsync(1, "ada", "", Cancel));
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
        Rules = Rules with { Inhibit = [new InhibitRule(Words("pod", "node"), Words("alertname", "PodNotReady"), ["namespace"])] };
        var waiting = BotFixture.Alone(Firing("plex-0")) with { Source = "other" };
        await Store.ReceiveAsync(waiting, Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("sent")) with { Source = "other" }, Cancel);
        await Store.EndAsync((await PostsAsync())[1].Id, new PostChange(Shown: 1, MessageId: "m"), Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("node")), Cancel);
        Assert.Equal(Noon, await Store.NextDueAsync(Cancel));
        await TakeAllAsync();
        await OpenAgainAsync();
        await Store.ReceiveAsync(BotFixture.Alone(Firing("late")) with { Source = "other" }, Cancel);
        await TakeAllAsync();

        Assert.Equal([2, 3], (await PostsAsync()).Select(post => post.Incident));
        Assert.Equal(new Inhibition([3], "#3 PodNotReady"), (await Store.FindAsync(1, Cancel))!.Incident.Inhibition);
        Assert.Equal("#1 PodNotReady, #2 PodNotReady, #4 PodNotReady", (await Store.FindAsync(3, Cancel))!.Incident.Burdens);
        Assert.Null((await Store.FindAsync(3, Cancel))!.Incident.Inhibition);

        Clock.Now = At(5);
        await Store.ReceiveAsync(BotFixture.Alone(Resolved("node")), Cancel);
        await TakeAllAsync();
        Assert.Equal(At(6), await Store.NextDueAsync(Cancel));
        Assert.Equal(2, (await PostsAsync()).Count);
        await OpenAgainAsync();
        Clock.Now = At(6);
        await TakeAllAsync();

        Assert.Equal([1, 2, 3, 4], (await PostsAsync()).Select(post => post.Incident).Order());
        Assert.Equal([ChangeKind.Opened, ChangeKind.InhibitedBy, ChangeKind.Uninhibited], (await Store.FindAsync(1, Cancel))!.Timeline.Select(line => line.Change.Kind));
        Assert.Equal("", (await Store.FindAsync(3, Cancel))!.Incident.Burdens);

        static Dictionary<string, string> Words(string name, string value) => new(StringComparer.Ordinal) { [name] = value };

        async Task TakeAllAsync()
        {
            for (var i = 0; i < 20 && await Store.TakeDueAsync(Cancel) > 0; i++)
            {
            }
        }
    }

    [Fact]
    public async Task What_alertmanager_lists_is_compared_with_what_is_open_and_corrects_it()
    {
        await Store.ReceiveAsync(Group(Firing("plex-0"), Firing("plex-1"), Resolved("plex-2", at: 1)), Cancel);
        await Store.ReceiveAsync(Group(Firing("plex-3")) with { Source = "other" }, Cancel);
        var open = (await Store.OpenAlertsAsync("home", Cancel)).OrderBy(alert => alert.Fingerprint, StringComparer.Ordinal).ToList();
        Assert.Equal(new[] { Firing("plex-0"), Firing("plex-1") }.Select(alert => alert.Fingerprint).Order(StringComparer.Ordinal), open.Select(alert => alert.Fingerprint));
        Assert.All(open, alert => Assert.Equal((1, Noon, IncidentStatus.Firing), (alert.Incident, alert.StartsAt, alert.Status)));

        var silence = new Suppression(SuppressionKind.Silenced, "ops", "new disks", At(60));
        var marked = new Finding.Marked(1, new Dictionary<string, Suppression?>(StringComparer.Ordinal) { [Firing("plex-0").Fingerprint] = silence });
        Assert.True(await Store.ReconcileAsync(marked, Cancel));
        Assert.False(await Store.ReconcileAsync(marked, Cancel));
        Assert.Contains((await Store.OpenAlertsAsync("home", Cancel)), alert => alert.Suppression == silence);

        var gone = new Finding.Gone(1, open);
        Assert.True(await Store.ReconcileAsync(gone, Cancel));
        Assert.False(await Store.ReconcileAsync(gone, Cancel));
        Assert.Equal(IncidentStatus.Resolved, (await Store.FindAsync(1, Cancel))!.Incident.Status);
        Assert.Empty(await Store.OpenAlertsAsync("home", Cancel));
        Assert.False(await Store.ReconcileAsync(new Finding.Gone(99, open), Cancel));

        Clock.Now = At(30);
        var listed = Group(Firing("plex-7", since: 25));
        Assert.True(await Store.ReconcileAsync(new Finding.Fires(listed, listed.Alerts.ToDictionary(alert => alert.Fingerprint, _ => At(29), StringComparer.Ordinal)), Cancel));
        Assert.Equal(3, Assert.Single(await Store.OpenAlertsAsync("home", Cancel)).Incident);
    }

    [Fact]
    public async Task Receivers_are_those_whose_incidents_changed_lately()
    {
        await Store.ReceiveAsync(Group(Firing("plex-0")) with { Receiver = "early" }, Cancel);
        Clock.Now = At(60);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("plex-1", since: 60)) with { Receiver = "late" }, Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("plex-2", since: 60)) with { Source = "other", Receiver = "foreign" }, Cancel);

        Assert.Equal(["early", "late"], (await Store.ReceiversAsync("home", Noon.AddMinutes(-1), Cancel)).Order(StringComparer.Ordinal));
        Assert.Equal(["late"], await Store.ReceiversAsync("home", At(30), Cancel));
    }

    [Fact]
    public async Task A_post_is_listed_with_what_people_recognise_its_incident_by()
    {
        await Store.ReceiveAsync(Group(Firing("plex-0", severity: "critical")), Cancel);

        var summary = (await Store.PostsAsync(10, Cancel))[0];

        Assert.Equal(("PodNotReady", IncidentStatus.Firing, "critical", "critical"), (summary.Title, summary.Status, summary.Severity.Word, summary.Lane));
    }

    private protected async Task OpenAgainAsync()
    {
        await _store!.DisposeAsync();
        await OpenAsync();
    }

    private protected async Task<IReadOnlyList<Post>> PostsAsync() =>
        [.. (await Store.PostsAsync(10_000, Cancel)).Select(summary => summary.Post).OrderBy(post => post.Id)];

    private async Task OpenAsync()
    {
        _store = Create();
        await _store.StartAsync(Cancel);
    }

    /// <summary>Remembers what it heard; on the thread that commits.</summary>
    internal sealed class Heard : IPostListener, IIncidentListener
    {
        public List<Post> Posts { get; } = [];

        public List<long> Incidents { get; } = [];

        public void Wanted(IReadOnlyList<Post> posts) => Posts.AddRange(posts);

        public void Changed(IReadOnlyList<long> numbers) => Incidents.AddRange(numbers);
    }
}
