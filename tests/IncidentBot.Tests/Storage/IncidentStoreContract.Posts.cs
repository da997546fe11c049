using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Storage;

/// <summary>What rooms are to be shown: posts, summaries and digests.</summary>
public abstract partial class IncidentStoreContract
{
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
        var view = Assert.IsType<SummaryView>(await ViewAsync(post.Id));
        Assert.Equal((1, 1), (view.Counts.Sum(count => count.Open), view.Counts.Sum(count => count.Resolved)));

        await Store.SummarizeAsync(Ops, number, StormPhase.CatchingUp, Cancel);
        view = Assert.IsType<SummaryView>(await ViewAsync(post.Id));
        Assert.Equal([1L, 2L], view.Untold.Select(member => member.Incident));
        Assert.DoesNotContain(await Store.WaitingAsync(Cancel), waiting => waiting.Incident == 2);
        Assert.Contains(await Store.WaitingAsync(Cancel), waiting => waiting.Incident == 1);

        await Store.SummarizeAsync(Ops, number, StormPhase.Calm, Cancel);
        Assert.Empty(await Store.OpenSummariesAsync(Cancel));
        Assert.NotEqual(number, await Store.SummarizeAsync(Ops, null, StormPhase.Storm, Cancel));
    }

    [Fact]
    public async Task Listeners_hear_of_a_post_in_the_order_of_the_commits()
    {
        await Store.ReceiveAsync(Group(Firing("plex-0")), Cancel);
        var post = (await PostsAsync())[0];
        var end = Store.EndAsync(post.Id, Shown, Cancel);
        await Store.ReceiveAsync(Group(Firing("plex-0"), Firing("plex-1")), Cancel);
        var ended = await end;

        Assert.False(ended!.NeedsWork);
        Assert.Equal([(1, 0), (1, 1), (2, 1)], Listener.Posts.Select(heard => (heard.Progress.Wanted, heard.Progress.Shown)));
    }

    [Fact]
    public async Task Nobody_hears_of_a_post_that_is_refused_by_itself_until_it_changes_or_a_person_says_so()
    {
        await Store.ReceiveAsync(Group(Firing("plex-0")), Cancel);
        var post = (await PostsAsync())[0];
        await Store.EndAsync(post.Id, new RequestEnd.RefusedText("no"), Cancel);
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
        await Store.EndAsync(1, new RequestEnd.RefusedRoom("not invited"), Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("third")), Cancel);

        var posts = await PostsAsync();
        Assert.Equal([Ops, Ops, Ops], posts.Where(post => post.State == PostState.Refused).Select(post => post.Room));
        Assert.Equal(PostState.Waiting, posts.Single(post => post.Room == Noise).State);

        await Store.EndAsync(1, Shown, Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("fourth")), Cancel);
        Assert.Equal(PostState.Waiting, (await PostsAsync())[^1].State);
    }

    [Fact]
    public async Task A_room_that_moves_takes_its_posts_along_and_new_ones_go_there()
    {
        var to = Room.Parse("slack:C9");
        await Store.ReceiveAsync(BotFixture.Alone(Firing("first")), Cancel);
        Assert.Equal(to, (await Store.EndAsync(1, new RequestEnd.Moved(to), Cancel))!.Room);
        await OpenAgainAsync();
        await Store.ReceiveAsync(BotFixture.Alone(Firing("second")), Cancel);

        Assert.Equal([to, to], (await PostsAsync()).Select(post => post.Room));
    }

    [Fact]
    public async Task A_post_is_listed_with_what_people_recognise_its_incident_by()
    {
        await Store.ReceiveAsync(Group(Firing("plex-0", severity: "critical")), Cancel);

        var summary = (await Store.PostsAsync(10, Cancel))[0];

        Assert.Equal(("PodNotReady", IncidentStatus.Firing, "critical", "critical"), (summary.Title, summary.Status, summary.Severity.Word, summary.Lane));
    }

    [Fact]
    public async Task A_digest_is_made_once_for_each_room_and_time_and_only_when_there_is_news()
    {
        var lane = Digesting();
        Assert.Equal(0, await Store.DigestAsync(lane, Noon, Cancel));
        Clock.Now = At(10);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("goes", since: 10)), Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("stays", since: 10)), Cancel);
        Clock.Now = At(40);
        await Store.ReceiveAsync(BotFixture.Alone(Resolved("goes", since: 10, at: 40)), Cancel);
        Assert.Empty(await PostsAsync());
        await OpenAgainAsync();

        Clock.Now = At(60);
        Assert.Equal(2, await Store.DigestAsync(lane, At(60), Cancel));
        Assert.Equal(0, await Store.DigestAsync(lane, At(60), Cancel));
        Assert.Equal(0, await Store.DigestAsync(lane, At(30), Cancel));
        Assert.Equal([Ops, Noise], (await PostsAsync()).Select(post => post.Room));
        var digest = await DigestAsync(Ops);
        Assert.Equal((2, 1, 1, 2), (digest.Opened, digest.Resolved, digest.Burning, digest.Total));
        Assert.Equal((lane.Name, Noon, At(60)), (digest.Digest.Lane, digest.Digest.From, digest.Digest.To));
        Assert.Equal([2L, 1L], digest.Lines.Select(line => line.Incident));

        Assert.Equal(0, await Store.DigestAsync(lane, At(120), Cancel));
    }

    [Fact]
    public async Task A_digest_tells_again_of_what_came_back_or_was_explained_before_or_came_down_to_the_lane()
    {
        var lane = Digesting();
        Rules = Rules with { Inhibit = [new InhibitRule(Named("cause"), Named("explained"), [])] };
        await Store.DigestAsync(lane, Noon, Cancel);
        Clock.Now = At(10);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("cause", since: 10, severity: "critical")) with { Source = "other" }, Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("explained", since: 10)), Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("returns", since: 10)), Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("falls", since: 10, severity: "critical")) with { Alerts = [Firing("falls", since: 10, severity: "critical"), Firing("falls", since: 10)] }, Cancel);
        Clock.Now = At(55);
        await Store.ReceiveAsync(BotFixture.Alone(Resolved("returns", since: 10, at: 55)), Cancel);
        Clock.Now = At(60);
        await Store.DigestAsync(lane, At(60), Cancel);
        Assert.Equal([3L], (await DigestAsync(Ops)).Lines.Select(line => line.Incident));

        Clock.Now = At(65);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("returns", since: 65)), Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Resolved("cause", since: 10, at: 65, severity: "critical")) with { Source = "other" }, Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Resolved("falls", since: 10, at: 65, severity: "critical")), Cancel);
        for (var minute = 65; minute < 70; minute++)
        {
            Clock.Now = At(minute);
            await Store.TakeDueAsync(Cancel);
        }

        Clock.Now = At(120);
        await Store.DigestAsync(lane, At(120), Cancel);
        var digest = await DigestAsync(Ops);
        Assert.Equal((3, 0, 3), (digest.Opened, digest.Resolved, digest.Burning));
        Assert.Equal([(2L, At(66)), (3L, At(65)), (4L, At(65))], digest.Lines.OrderBy(line => line.Incident).Select(line => (line.Incident, line.OpenedAt)));

        static Matcher[] Named(string pod) => [Matcher.Parse("pod", pod)];
    }

    [Fact]
    public async Task A_room_that_moves_takes_its_digests_along()
    {
        var lane = Digesting();
        await Store.DigestAsync(lane, Noon, Cancel);
        Clock.Now = At(10);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("stays", since: 10)), Cancel);
        await Store.DigestAsync(lane, At(60), Cancel);
        var to = Room.Parse("telegram:-9");
        var post = Assert.Single(await PostsAsync(), post => post.Room == Noise);
        Assert.Equal(to, (await Store.EndAsync(post.Id, new RequestEnd.Moved(to), Cancel))!.Room);
        await OpenAgainAsync();

        Assert.Equal(1, (await DigestAsync(to)).Opened);
        Assert.Equal(0, await Store.DigestAsync(lane, At(60), Cancel));
        Clock.Now = At(70);
        await Store.ReceiveAsync(BotFixture.Alone(Resolved("stays", since: 10, at: 70)), Cancel);
        Assert.Equal(2, await Store.DigestAsync(lane, At(120), Cancel));
        Assert.Equal((0, 1), (await DigestAsync(to)) is var digest ? (digest.Opened, digest.Resolved) : default);
    }

    private Lane Digesting()
    {
        var digest = new DigestTimes(TimeSpan.FromHours(1), TimeZoneInfo.Utc);
        Lanes = new LaneBook(
        [
            new Lane("critical", 0, [Matcher.Parse("severity", "critical")], [Room.Parse("slack:C7")], false, [], false) { Escalate = [] },
            new Lane("rest", 1, [], [Ops, Noise], false, [], false) { Digest = digest },
        ]);
        return Lanes.Named("rest");
    }

    /// <summary>The latest digest of a room.</summary>
    private async Task<DigestView> DigestAsync(Room room) =>
        Assert.IsType<DigestView>(await ViewAsync((await PostsAsync()).Last(post => post.Room == room && post.IsSummary).Id));
}
