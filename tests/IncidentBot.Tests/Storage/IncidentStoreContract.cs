using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Storage;

/// <summary>What every store promises, over a store that is opened, closed and opened again.</summary>
public abstract partial class IncidentStoreContract : IAsyncLifetime
{
    private protected static readonly Room Ops = Room.Parse("slack:C1");
    private protected static readonly Room Noise = Room.Parse("telegram:-1");

    private IIncidentStore? _store;

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected StillClock Clock { get; } = new(Noon);

    private protected Heard Listener { get; } = new();

    private protected IIncidentStore Store => _store!;

    private protected LaneBook Lanes { get; set; } = LaneBook.Of(
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
    public async Task Everything_reads_back_as_it_was_after_the_store_is_opened_again()
    {
        await Store.ReceiveAsync(Group(Firing("plex-0"), Firing("plex-1", severity: "critical")), Cancel);
        Clock.Now = At(5);
        await Store.ReceiveAsync(Group(Resolved("plex-0"), Firing("plex-1", severity: "critical")) with { Truncated = 3 }, Cancel);
        var post = (await PostsAsync())[0];
        await BeginAsync(post.Id);
        await Store.EndAsync(post.Id, new RequestEnd.TryAgain("no answer", Unclear: true), Cancel);
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
    public async Task An_older_incident_of_the_group_that_is_read_first_is_not_taken_for_the_latest()
    {
        await Store.ReceiveAsync(Group(Firing("plex-0")), Cancel);
        await Store.ReceiveAsync(Group(Resolved("plex-0", at: 1)), Cancel);
        Clock.Now = At(60);
        await Store.ReceiveAsync(Group(Firing("plex-0", since: 60)), Cancel);
        await OpenAgainAsync();

        Assert.Equal(1, Assert.IsType<PostView>(await ViewAsync(1)).Incident.Number);
        await Store.ReceiveAsync(Group(Firing("plex-0", since: 60)), Cancel);
        await Store.ReceiveAsync(Group(Firing("plex-0", since: 60), Firing("plex-1", since: 60)), Cancel);

        var incidents = await Store.ListAsync(new IncidentFilter(), Cancel);
        Assert.Equal([2, 1], incidents.Select(incident => incident.Number));
        Assert.Equal(2, incidents[0].Firing);
    }

    [Theory]
    [InlineData("pod=plex-0", "1")]
    [InlineData("-pod=plex-0", "3, 2")]
    [InlineData("namespace=a_b", "")]
    [InlineData("plex -pod=plex-0", "2")]
    [InlineData("pod=plex", "2, 1")]
    [InlineData("\"pod=a \\ \"", "3")]
    public async Task Incidents_are_found_by_words_by_labels_and_by_what_they_have_not(string text, string expected)
    {
        await Store.ReceiveAsync(BotFixture.Alone(Firing("plex-0")), Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("plex-1")), Cancel);
        await Store.ReceiveAsync(BotFixture.Alone(Firing("a \\ b%")), Cancel);

        Assert.Equal(expected, string.Join(", ", (await Store.ListAsync(new IncidentFilter(Text: text), Cancel)).Select(incident => incident.Number)));
    }

    [Fact]
    public async Task What_is_stale_is_deleted_when_nobody_speaks_of_it_any_more_and_what_fires_never_is()
    {
        await Store.ReceiveAsync(BotFixture.Alone(Firing("gone")), Cancel);
        Clock.Now = Noon + IncidentRules.Default.StaleAfter;
        await Store.ReceiveAsync(BotFixture.Alone(Firing("fires")), Cancel);
        Assert.Equal(1, await Store.SweepAsync(Cancel));

        Assert.Equal(0, await Store.DeleteEndedAsync(Clock.Now, Cancel));
        Assert.Equal(1, await Store.DeleteEndedAsync(Clock.Now.AddMinutes(1), Cancel));
        Assert.Equal([2], (await Store.ListAsync(new IncidentFilter(), Cancel)).Select(incident => incident.Number));
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
        Assert.Null(await ViewAsync(1));
        Assert.Null(await Store.EndAsync(1, Shown, Cancel));
        Assert.Equal([31], (await Store.ListAsync(new IncidentFilter(), Cancel)).Select(incident => incident.Number));
        await Store.ReceiveAsync(BotFixture.Alone(Firing("pod-0", since: 600)), Cancel);
        Assert.Equal(32, (await Store.ListAsync(new IncidentFilter(), Cancel)).Max(incident => incident.Number));
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

        Assert.Null((await Store.ListAsync(new IncidentFilter(Lane: null), Cancel)).Single(incident => incident.Number == 1).Suppression);
        await Store.ReconcileAsync(new Finding.Marked(1, new Dictionary<string, Suppression?>(StringComparer.Ordinal)
        {
            [Firing("plex-0").Fingerprint] = silence,
            [Firing("plex-1").Fingerprint] = silence with { Until = At(40) },
        }), Cancel);
        var quiet = (await Store.ListAsync(new IncidentFilter("firing"), Cancel)).Single(incident => incident.Number == 1);
        Assert.Equal((At(40), true, false), (quiet.Suppression?.Until, quiet.Quiet(At(39)), quiet.Quiet(At(40))));

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

    /// <summary>The vendor took the announcement of the first version.</summary>
    private protected static readonly RequestEnd Shown = new RequestEnd.Delivered(new PostIntent(SendKinds.Create, 1, 0), "m");

    /// <summary>Claims the next request of a post, and the same once more when nobody knows how it ended. Returns whether there is one.</summary>
    private protected async Task<bool> BeginAsync(long post) => await ClaimAsync(post, Looked.RepeatFinds) is Claim.Send;

    /// <summary>What a post shows to whoever claims its next request; null when there is none.</summary>
    private protected async Task<View?> ViewAsync(long post) => await ClaimAsync(post, Looked.NotYet) switch
    {
        Claim.Send send => send.View,
        Claim.Look look => look.View,
        _ => null,
    };

    private async Task<Claim> ClaimAsync(long id, Looked looked)
    {
        var post = (await PostsAsync()).FirstOrDefault(post => post.Id == id);
        return await Store.ClaimAsync(id, new ClaimTerms(post?.Room ?? Ops, post?.Next ?? SendKinds.Create, Lanes) { Looked = looked }, Cancel);
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
    internal sealed class Heard
    {
        public List<Post> Posts { get; } = [];

        public List<long> Incidents { get; } = [];

        public void Take(StoreChange change)
        {
            Posts.AddRange(change.Wanted);
            Incidents.AddRange(change.Incidents);
        }
    }
}
