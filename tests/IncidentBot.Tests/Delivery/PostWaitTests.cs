using IncidentBot.Channels;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Delivery;

/// <summary>Why a post waits, and until when.</summary>
public sealed class PostWaitTests
{
    private static readonly Room One = Room.Parse("slack:C1");
    private static readonly Budget TenIn50 = new(SendKinds.All, 10, TimeSpan.FromSeconds(50));

    private readonly Schedule _schedule = new(_ => [TenIn50], () => 1);

    [Fact]
    public void By_pace_it_says_how_many_go_before_and_about_when_its_turn_is()
    {
        for (var i = 1; i <= 30; i++)
        {
            Want(i, Noon.AddSeconds(i - 60));
        }

        for (var sent = 0; sent < 7; sent++)
        {
            var turn = Assert.Single(_schedule.Take(Noon));
            Assert.Equal(WaitReason.Sending, Why(turn.Post)!.Reason);
            _schedule.Served(turn);
        }

        var last = Why(30)!;
        Assert.Equal((WaitReason.Pace, 22, TenIn50), (last.Reason, last.Before, last.Pace));
        Assert.Equal(Noon.AddSeconds(50 + (22 * 5)), last.Until);
        Assert.Equal((0, Noon.AddSeconds(50)), (Why(8)!.Before, Why(8)!.Until));
        Assert.Null(Why(1));
    }

    [Fact]
    public void By_quiet_hours_a_failure_the_vendor_or_a_refusal_it_says_until_when()
    {
        _schedule.Want(Post(1), 0, Noon, heldUntil: At(60));
        Assert.Equal((WaitReason.QuietHours, At(60)), (Why(1)!.Reason, Why(1)!.Until));

        Want(2, Noon);
        var turn = Assert.Single(_schedule.Take(Noon));
        _schedule.Want(Post(2).Failed(1), 0, Noon);
        _schedule.TryAgain(turn, null, Noon);
        Want(3, Noon);
        Assert.Equal((WaitReason.Failed, Noon.AddSeconds(1)), (Why(2)!.Reason, Why(2)!.Until));
        Assert.Equal((WaitReason.Outage, Noon.AddSeconds(1)), (Why(3)!.Reason, Why(3)!.Until));

        var later = Noon.AddSeconds(5);
        turn = Assert.Single(_schedule.Take(later));
        _schedule.TryAgain(turn, TimeSpan.FromSeconds(30), later);
        Want(4, later);
        Assert.Equal((WaitReason.Closed, later.AddSeconds(30)), (Why(4, later)!.Reason, Why(4, later)!.Until));

        turn = Assert.Single(_schedule.Take(later.AddSeconds(30)));
        _schedule.RoomRefused(turn, later.AddSeconds(30));
        Assert.Equal((WaitReason.Refused, later.AddSeconds(35)), (Why(4, later.AddSeconds(31))!.Reason, Why(4, later.AddSeconds(31))!.Until));
    }

    [Fact]
    public void In_a_storm_it_says_so()
    {
        for (var i = 1; i <= 100; i++)
        {
            Want(i, Noon);
        }

        var work = Assert.Single(_schedule.UpdateStorms(Noon));
        _schedule.StormWritten(work, 7, Noon);
        Assert.Equal((WaitReason.Storm, null), (Why(50)!.Reason, Why(50)!.Until));
    }

    private static Post Post(long id, DateTimeOffset? since = null) => PostBuilding.Wanting(id, One, SendKinds.Create, since ?? Noon);

    private void Want(long id, DateTimeOffset since) => _schedule.Want(Post(id, since), 0, Noon);

    private PostWait? Why(long id, DateTimeOffset? now = null) => _schedule.Why(One, id, now ?? Noon);
}
