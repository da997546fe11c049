using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Rooms;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Posts;

/// <summary>What is to be done for a post whose turn it is, as it is at that moment.</summary>
public sealed class ClaimTests
{
    private static readonly Room Room = Room.Parse("slack:C1");

    private static readonly Lane Night = new("all", 0, [], [Room], false, [], false)
    {
        QuietHours = [new QuietHours(new TimeOnly(11, 0), new TimeOnly(13, 0), [], TimeZoneInfo.Utc, Held: true)],
    };

    private static readonly Post New = PostBuilding.Wanting(1, Room, SendKinds.Create, Noon);

    [Fact]
    public void What_is_gone_or_has_moved_or_shows_everything_needs_nothing()
    {
        Assert.IsType<Claim.Nothing>(Claim.Of(null, Terms(), Noon));
        Assert.IsType<Claim.Nothing>(Of(New with { Address = New.Address with { Room = Room.Parse("slack:C2") } }, Terms()));
        Assert.IsType<Claim.Nothing>(Of(New.With(progress => progress.Settled(Noon)), Terms()));
    }

    [Fact]
    public void A_request_whose_end_is_unknown_is_looked_for_before_anything_is_written()
    {
        var begun = New.With(progress => progress with { Intent = new PostIntent(SendKinds.Create, 1, 0) });

        var look = Assert.IsType<Claim.Look>(Of(begun, Terms()));
        Assert.Equal(1, look.Intent.Version);
        var again = Assert.IsType<Claim.Send>(Of(begun, Terms() with { Looked = Looked.RepeatFinds }));
        Assert.Equal((look.Intent, true), (again.Intent, again.Unclear));
        var newest = Assert.IsType<Claim.Send>(Of(begun, Terms() with { Looked = Looked.NotThere }));
        Assert.Equal((2, true), (newest.Intent.Version, newest.Unclear));
    }

    [Fact]
    public void Another_kind_that_is_due_by_now_is_left_to_its_own_budget()
    {
        var shown = New.With(progress => progress with { MessageId = "m", Shown = 1 });

        Assert.Equal(SendKinds.Edit, Assert.IsType<Claim.OtherKind>(Of(shown, Terms())).Kind);
    }

    [Fact]
    public void A_reply_that_never_arrived_is_not_exchanged_for_an_edit_that_would_find_it_unclear_again()
    {
        var cutOff = PostBuilding.Wanting(1, Room, SendKinds.Reply, Noon)
            .With(progress => progress with { Wanted = progress.Shown + 1, Intent = new PostIntent(SendKinds.Reply, 1, 1) });

        Assert.IsNotType<Claim.OtherKind>(Of(cutOff, Terms(kind: SendKinds.Reply) with { Looked = Looked.NotThere }));
    }

    [Fact]
    public void Quiet_hours_that_have_begun_since_hold_it_and_a_room_without_a_channel_is_said()
    {
        Assert.Equal(Noon.AddHours(1), Assert.IsType<Claim.Held>(Of(New, Terms(Night))).Until);
        Assert.IsType<Claim.NoChannel>(Of(New, Terms() with { HasChannel = false }));
    }

    [Fact]
    public void History_that_is_not_for_threads_is_nothing_to_say()
    {
        var shown = PostBuilding.Wanting(1, Room, SendKinds.Reply, Noon);

        Assert.IsType<Claim.NothingToSay>(Of(shown, Terms(kind: SendKinds.Reply), Line(5, quiet: true)));
        Assert.Equal(5, Assert.IsType<Claim.Send>(Of(shown, Terms(kind: SendKinds.Reply), Line(4, quiet: false), Line(5, quiet: true))).Intent.UpTo);
    }

    private static Claim Of(Post post, ClaimTerms terms, params TimelineEntry[] untold) =>
        Claim.Of(new PostView(post, new Incident { Number = 1, Version = 2, Key = new IncidentKey("home", "bot", Alerts.LabelSet.Empty) }, "all", untold), terms, Noon);

    private static ClaimTerms Terms(Lane? lane = null, SendKinds kind = SendKinds.Create) =>
        new(Room, kind, new LaneBook([lane ?? Night with { QuietHours = [] }]));

    private static TimelineEntry Line(long id, bool quiet) => new(id, 1, new Change(ChangeKind.Joined, Noon, "plex-1", 1) { Quiet = quiet });
}
