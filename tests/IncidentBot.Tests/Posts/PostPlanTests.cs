using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Rooms;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Posts;

/// <summary>Which rooms show an incident after a turn, and what each post wants from then on.</summary>
public sealed class PostPlanTests
{
    private static readonly Room Ops = Room.Parse("slack:C1");
    private static readonly Room Noise = Room.Parse("telegram:-1");

    private readonly Lane _lane = new("all", 0, [], [Room.Inbox, Ops, Noise], false, [], false) { Escalate = [] };
    private readonly States _rooms = new();

    [Fact]
    public void What_opens_gets_a_post_in_each_room_that_is_no_page_and_a_refusing_room_is_known_to_refuse()
    {
        _rooms.Refusing = Noise;
        _rooms.Storm = 4;

        var posts = Written(Plan([], Opened(_lane)));

        Assert.Equal([(Ops, false), (Noise, true)], posts.Select(post => (post.Room, post.Refused)));
        Assert.All(posts, post => Assert.Equal((SendKinds.Create, 1, 4L, Noon), (post.Next, post.Progress.Wanted, post.Summary, post.WantedSince)));
    }

    [Fact]
    public void A_lane_with_a_digest_leaves_it_to_that() => Assert.All(
        Plan([], Opened(_lane with { Digest = new DigestTimes(TimeSpan.FromHours(1), TimeZoneInfo.Utc) })), step => Assert.IsType<PostStep.LeaveToDigest>(step));

    [Fact]
    public void What_was_not_announced_yet_and_is_inhibited_now_is_taken_back_and_what_was_begun_is_not()
    {
        var opened = Opened(_lane);
        var inhibited = opened with { Incident = opened.Incident with { Inhibition = new Inhibition([9], "#9 NodeDown") } };
        var waiting = Written(Plan([], opened));
        var begun = waiting[1].With(progress => progress with { Intent = new PostIntent(SendKinds.Create, 1, 0) });

        var steps = Plan([waiting[0], begun], inhibited);

        Assert.Equal(waiting[0], Assert.IsType<PostStep.Drop>(steps[0]).Post);
        Assert.IsNotType<PostStep.Drop>(steps[1]);
        Assert.Equal(2, steps.Count);
    }

    [Fact]
    public void A_turn_that_changes_nothing_in_a_post_keeps_it_as_it_is()
    {
        var opened = Opened(_lane);
        var posts = Written(Plan([], opened));

        Assert.All(Plan(posts, opened), step => Assert.IsType<PostStep.Keep>(step));
    }

    private static Turn Opened(Lane lane)
    {
        var opens = Group(Firing("plex-0"));
        var book = new Rulebook(IncidentRules.Default, new LaneBook([lane]), new InhibitionIndex([]));
        return Turn.Of(null, null, new Incident { Number = 1, Key = IncidentKey.Of(opens) }.Apply(opens.Alerts, opens, Noon), book, Noon)!;
    }

    private static List<Post> Written(IEnumerable<PostStep> steps) => [.. steps.OfType<PostStep.Write>().Select(step => step.Post)];

    private IReadOnlyList<PostStep> Plan(IReadOnlyList<Post> known, Turn turn) => PostPlan.Of(known, turn, new TurnHistory(0, () => 0), _rooms);

    private sealed class States : IRoomStates
    {
        public Room? Refusing { get; set; }

        public long Storm { get; set; }

        public Room Now(Room room) => room;

        public string? WhyRefused(Room room) => room == Refusing ? "not invited" : null;

        public long StormIn(Room room) => Storm;
    }
}
