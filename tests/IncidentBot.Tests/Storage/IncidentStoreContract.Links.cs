using IncidentBot.Graph;
using IncidentBot.Rooms;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Storage;

/// <content>What a graph server said, and posts that are written anew because of it.</content>
public abstract partial class IncidentStoreContract
{
    [Fact]
    public async Task What_a_graph_server_said_last_is_kept_over_restarts()
    {
        var match = LabelConditions.Of(new Dictionary<string, string>(StringComparer.Ordinal) { ["node"] = "=~k8s-.*", ["site"] = "b" });
        KeptLinks[] kept =
        [
            new("NodeDown", [new ResolvedBy("NodeDown", "/runbooks/\"x\"", "é🔥") { Anchor = "a", Match = match }], Noon),
            new("Nothing", [], Noon.AddMinutes(1)),
        ];
        await Store.KeepLinksAsync([kept[0] with { Links = [] }], Cancel);
        await Store.KeepLinksAsync(kept, Cancel);
        await OpenAgainAsync();

        var read = await Store.KeptLinksAsync(10, Cancel);
        Assert.Equal(["Nothing", "NodeDown"], read.Select(one => one.Alert));
        Assert.Equal(kept[0].Links, read[1].Links);
        Assert.Equal((Noon, 0), (read[1].ReadAt, read[0].Links.Count));
        Assert.Single(await Store.KeptLinksAsync(1, Cancel));
    }

    [Fact]
    public async Task Posts_are_written_anew_without_news_and_only_while_the_incident_is_open()
    {
        await Store.ReceiveAsync(Group(Firing("plex-0"), Firing("plex-1")), Cancel);
        Assert.Equal([(1L, "PodNotReady")], await Store.OpenAlertNamesAsync(Cancel));
        foreach (var post in await PostsAsync())
        {
            Assert.True(await BeginAsync(post.Id));
            await Store.EndAsync(post.Id, Shown, Cancel);
        }

        var before = (await Store.FindAsync(1, Cancel))!;
        await Store.RewriteAsync([1, 99], Cancel);
        var after = (await Store.FindAsync(1, Cancel))!;
        Assert.All(await PostsAsync(), post => Assert.Equal(SendKinds.Edit, post.Next));
        Assert.Equal((before.Incident.Version + 1, before.Timeline.Count), (after.Incident.Version, after.Timeline.Count));

        await Store.ReceiveAsync(Group(Resolved("plex-0"), Resolved("plex-1")), Cancel);
        var resolved = (await Store.FindAsync(1, Cancel))!.Incident.Version;
        await Store.RewriteAsync([1], Cancel);
        Assert.Equal(resolved, (await Store.FindAsync(1, Cancel))!.Incident.Version);
        Assert.Empty(await Store.OpenAlertNamesAsync(Cancel));
    }
}
