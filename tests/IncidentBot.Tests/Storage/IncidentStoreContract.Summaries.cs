using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Storage;

/// <summary>What stands for many incidents at once, and what counts against the pace.</summary>
public abstract partial class IncidentStoreContract
{
    [Fact]
    public async Task A_summary_settles_what_is_over_also_from_before_it_but_not_what_was_begun()
    {
        Lanes = new LaneBook([new Lane("all", 0, [], [Ops], false, [], false) { Escalate = [] }]);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("begun")), Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("over")), Cancel);
        await BeginAsync((await Store.WaitingAsync(Cancel)).Min(post => post.Id));
        await Store.ReceiveAsync(BotFixture.Alone(Resolved("begun", at: 1)), Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Resolved("over", at: 1)), Cancel);
        var first = await Store.SummarizeAsync(Ops, null, StormPhase.Storm, Cancel);
        await Store.SummarizeAsync(Ops, first, StormPhase.CatchingUp, Cancel);
        Assert.Equal([1L], (await Store.WaitingAsync(Cancel)).Where(post => !post.IsSummary).Select(post => post.Subject.Number));
        await Store.SummarizeAsync(Ops, first, StormPhase.Calm, Cancel);

        // What comes back in another storm belongs to that one, as what is new in it.
        var second = await Store.SummarizeAsync(Ops, null, StormPhase.Storm, Cancel);
        var settled = Assert.Single(await PostsAsync(), post => post.Incident == 2);
        Listener.Posts.Clear();
        await Store.ReceiveAsync(BotFixture.Alone(Firing("over", since: 3)), Cancel);
        Assert.False(await BeginAsync(settled.Id));
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
            return Assert.IsType<SummaryView>(await ViewAsync(post.Id)).Untold.Select(member => member.Incident);
        }
    }

    [Fact]
    public async Task What_counts_against_a_vendors_limits_is_known_after_the_store_is_opened_again()
    {
        await Store.ReceiveAsync(Group(Firing("plex-0", severity: "critical")), Cancel);
        var posts = await PostsAsync();
        await BeginAsync(posts[0].Id);
        Clock.Now = At(1);
        await BeginAsync(posts[1].Id);
        await Store.EndAsync(posts[1].Id, new RequestEnd.TryAgain("429", ClosedUntil: At(30)), Cancel);
        await OpenAgainAsync();
        PastRequest[] all =
        [
            new(posts[0].Room, SendKinds.Create, true, At(0), null), new(posts[1].Room, SendKinds.Create, true, At(1), null),
            new(posts[1].Room, SendKinds.Create, true, At(1), At(30)),
        ];
        Assert.Equal(all, await Store.PastRequestsAsync(Cancel));

        // Requests count for as long as any vendor counts them, answers as long as they said.
        Clock.Now = At(3.5);
        await BeginAsync(posts[0].Id);
        Assert.Equal([all[2], all[0] with { At = At(3.5) }], await Store.PastRequestsAsync(Cancel));
    }
}
