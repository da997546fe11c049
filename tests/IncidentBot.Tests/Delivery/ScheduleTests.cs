using IncidentBot.Channels;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Delivery;

/// <summary>Who is served next, when, and within which limits: by examples.</summary>
public sealed class ScheduleTests
{
    private static readonly Room One = Room.Parse("slack:C1");
    private static readonly Room Other = Room.Parse("slack:C2");
    private static readonly Budget PerRoom = new(SendKinds.Create | SendKinds.Reply, 1, TimeSpan.FromSeconds(1));
    private static readonly Budget OfAll = new(SendKinds.Edit, 3, TimeSpan.FromSeconds(10), WholeAccount: true);

    private readonly Schedule _schedule = new(_ => [PerRoom, OfAll], () => 1);
    private DateTimeOffset _now = Say.Noon;

    [Fact]
    public void The_more_urgent_lane_goes_first_then_announcements_then_what_waited_longest()
    {
        var schedule = new Schedule(_ => [], () => 1);
        schedule.Want(Post(1, One, SendKinds.Reply, age: 9), 0, _now);
        schedule.Want(Post(2, One, SendKinds.Create, age: 9), 1, _now);
        schedule.Want(Post(3, One, SendKinds.Edit, age: 1), 0, _now);
        schedule.Want(Post(4, One, SendKinds.Edit, age: 5), 0, _now);
        schedule.Want(Post(5, One, SendKinds.Create, age: 0), 0, _now);

        Assert.Equal([5, 4, 3, 1, 2], Drain(schedule));
    }

    [Fact]
    public void A_spent_budget_for_edits_does_not_hold_up_an_announcement_of_a_lower_lane()
    {
        for (var i = 1; i <= 4; i++)
        {
            _schedule.Want(Post(i, One, SendKinds.Edit), 0, _now);
        }

        _schedule.Want(Post(9, One, SendKinds.Create), 1, _now);
        Assert.Equal([1, 2, 3, 9], Drain(_schedule));
        Assert.Equal(_now.AddSeconds(10), _schedule.WakeAt(_now));
    }

    [Fact]
    public void A_room_that_is_told_to_wait_does_not_close_the_budget_that_all_rooms_share()
    {
        var ofAll = new Budget(SendKinds.Create, 10, TimeSpan.FromSeconds(10), WholeAccount: true);
        var schedule = new Schedule(_ => [PerRoom, ofAll], () => 1);
        schedule.Want(Post(1, One, SendKinds.Create), 0, _now);
        schedule.TryAgain(Assert.Single(schedule.Take(_now)), TimeSpan.FromSeconds(30), _now);

        schedule.Want(Post(2, Other, SendKinds.Create), 0, _now);
        Assert.Equal(Other, Assert.Single(schedule.Take(_now)).Room);
        Assert.Empty(schedule.Take(_now.AddSeconds(29)));
    }

    [Fact]
    public void Rooms_that_share_a_budget_take_turns_within_a_lane()
    {
        var schedule = new Schedule(_ => [OfAll with { Count = 1 }], () => 1);
        for (var i = 1; i <= 6; i++)
        {
            schedule.Want(Post(i, One, SendKinds.Edit, age: 100), 0, _now);
            schedule.Want(Post(i + 10, Other, SendKinds.Edit), 0, _now);
        }

        var served = new List<Room>();
        for (var i = 0; i < 6; i++)
        {
            var turn = Assert.Single(schedule.Take(_now));
            served.Add(turn.Room);
            schedule.Served(turn);
            _now += TimeSpan.FromSeconds(10);
        }

        Assert.Equal(3, served.Count(room => room == Other));
        Assert.NotEqual(served[0], served[1]);
    }

    [Fact]
    public void A_post_that_wants_more_while_its_turn_is_under_way_has_its_next_turn()
    {
        _schedule.Want(Post(1, One, SendKinds.Create), 0, _now);
        var turn = Assert.Single(_schedule.Take(_now));
        _schedule.Want(Post(1, One, SendKinds.Edit), 0, _now);
        Assert.Empty(_schedule.Take(_now));
        _schedule.Served(turn);

        Assert.Equal(SendKinds.Edit, Assert.Single(_schedule.Take(_now)).Kind);
    }

    [Fact]
    public void A_turn_that_is_put_back_does_not_take_the_place_of_what_the_post_wants_since()
    {
        _schedule.Want(Post(1, One, SendKinds.Create), 0, _now);
        var turn = Assert.Single(_schedule.Take(_now));
        _schedule.Want(Post(1, One, SendKinds.Edit), 0, _now);
        _schedule.PutBack(turn);
        _schedule.Released(turn);

        Assert.Equal(SendKinds.Edit, Assert.Single(_schedule.Take(_now)).Kind);
        Assert.Null(_schedule.WakeAt(_now));
    }

    [Fact]
    public void A_room_whose_vendor_wants_to_be_left_alone_holds_up_no_other()
    {
        _schedule.Want(Post(1, One, SendKinds.Create), 0, _now);
        _schedule.Want(Post(2, Other, SendKinds.Create), 1, _now);
        var turns = _schedule.Take(_now);
        Assert.Equal(2, turns.Count);
        _schedule.Want(Post(1, One, SendKinds.Create), 0, _now);
        _schedule.TryAgain(turns[0], TimeSpan.FromSeconds(30), _now);
        _schedule.Served(turns[1]);
        _schedule.Want(Post(3, Other, SendKinds.Create), 1, _now);

        Assert.Equal(Other, Assert.Single(_schedule.Take(_now.AddMilliseconds(1000))).Room);
    }

    [Fact]
    public void A_post_that_fails_again_and_again_lets_the_others_of_its_room_pass()
    {
        var schedule = new Schedule(_ => [], () => 1);
        schedule.Want(Post(1, One, SendKinds.Create, age: 99), 0, _now);
        var tries = 0;
        for (var i = 2; i < 100; i++)
        {
            schedule.Want(Post(i, One, SendKinds.Create), 1, _now);
            var served = 0L;
            while (served != i)
            {
                var turn = Assert.Single(schedule.Take(_now));
                served = turn.Post;
                if (served == 1)
                {
                    schedule.Want(Post(1, One, SendKinds.Create, age: 99).Failed(++tries), 0, _now);
                    schedule.TryAgain(turn, null, _now);
                    _now = _now.AddSeconds(1);
                }
                else
                {
                    schedule.Served(turn);
                }
            }

            _now = _now.AddSeconds(10);
        }

        // Fifteen minutes: after 1, 2, 4, 8, 16 and 32 seconds, and then once a minute.
        Assert.InRange(tries, 15, 25);
    }

    [Fact]
    public void Where_several_fail_the_room_is_left_alone_but_for_a_critical_that_was_never_tried()
    {
        var schedule = new Schedule(_ => [], () => 1);
        for (var i = 1; i <= 6; i++)
        {
            schedule.Want(Post(i, One, SendKinds.Create), 1, _now);
            var turn = Assert.Single(schedule.Take(_now));
            schedule.Want(Post(i, One, SendKinds.Create).Failed(1), 1, _now);
            schedule.TryAgain(turn, null, _now);
            _now += Backoff.After(i, 1);
        }

        // Half a minute of rest has just ended, and begins again.
        var seventh = schedule.Take(_now)[0];
        schedule.PutBack(seventh);
        schedule.TryAgain(seventh, null, _now);
        schedule.Want(Post(8, One, SendKinds.Create), 1, _now);
        schedule.Want(Post(10, One, SendKinds.Edit), 1, _now);
        Assert.Equal(10, Take(schedule));
        schedule.Want(Post(9, One, SendKinds.Create) with { Urgent = true }, 0, _now);
        Assert.Equal(9, Take(schedule));
        Assert.Equal(8, Take(schedule));
    }

    [Fact]
    public void Edits_that_fail_hold_up_no_announcement()
    {
        var schedule = new Schedule(_ => [], () => 1);
        for (var i = 1; i <= 8; i++)
        {
            schedule.Want(Post(i, One, SendKinds.Edit), 0, _now);
            var turn = Assert.Single(schedule.Take(_now));
            schedule.TryAgain(turn, null, _now);
            _now = schedule.WakeAt(_now) ?? _now.AddMinutes(1);
        }

        schedule.Want(Post(1, One, SendKinds.Edit), 0, _now);
        schedule.TryAgain(Assert.Single(schedule.Take(_now)), null, _now);
        schedule.Want(Post(9, One, SendKinds.Edit), 0, _now);
        Assert.Empty(schedule.Take(_now));
        schedule.Want(Post(10, One, SendKinds.Create), 1, _now);
        Assert.Equal(10, Take(schedule));
    }

    [Fact]
    public void A_post_that_failed_and_changes_is_not_tried_earlier_or_later_for_it()
    {
        var schedule = new Schedule(_ => [], () => 1);
        schedule.Want(Post(1, One, SendKinds.Create), 0, _now);
        var turn = Assert.Single(schedule.Take(_now));
        schedule.Want(Post(1, One, SendKinds.Create).Failed(5), 0, _now);
        schedule.TryAgain(turn, null, _now);
        var again = _now + Backoff.After(5, 1);
        Assert.Equal(again, schedule.WakeAt(_now));
        _now = _now.AddSeconds(10);
        schedule.Want(Post(1, One, SendKinds.Create).Failed(5).With(progress => progress with { Wanted = 9 }), 0, _now);
        Assert.Equal(again, schedule.WakeAt(_now));
        schedule.RetryNow(One);
        Assert.Equal(1, Take(schedule));
    }

    [Fact]
    public void What_was_sent_before_a_restart_counts_and_so_does_what_the_vendor_said()
    {
        var limits = new Budget(SendKinds.All, 20, TimeSpan.FromMinutes(1));
        var schedule = new Schedule(_ => [limits], () => 1);
        schedule.Remember([.. Enumerable.Range(0, 15).Select(i => new PastRequest(One, SendKinds.Create, false, _now.AddSeconds(i - 30), null))], _now);
        schedule.Want(Post(1, One, SendKinds.Create), 0, _now);
        schedule.Want(Post(2, Other, SendKinds.Create), 0, _now);
        Assert.Equal([2], Drain(schedule));
        Assert.Equal(_now.AddSeconds(30), schedule.WakeAt(_now));
        schedule.Remember([new PastRequest(One, SendKinds.Edit, false, _now.AddSeconds(-5), _now.AddSeconds(45))], _now);
        Assert.Equal(_now.AddSeconds(45), schedule.WakeAt(_now));
    }

    [Fact]
    public void What_quiet_hours_or_a_storm_hold_back_is_not_the_oldest_that_waits()
    {
        var schedule = new Schedule(_ => [], () => 1);
        schedule.Want(Post(1, One, SendKinds.Create, age: 900), 0, _now, _now.AddHours(7));
        schedule.Want(Post(2, Other, SendKinds.Create, age: 500), 1, _now);
        schedule.StormResumed(Other, 7, StormPhase.Storm);
        Assert.Null(schedule.OldestSince);
        schedule.Want(Post(3, One, SendKinds.Create, age: 30), 0, _now);
        Assert.Equal(_now.AddSeconds(-30), schedule.OldestSince);

        // Also while its turn lasts, and when it fails.
        var turn = Assert.Single(schedule.Take(_now));
        Assert.Equal(_now.AddSeconds(-30), schedule.OldestSince);
        schedule.PutBack(turn);
        schedule.TryAgain(turn, null, _now);
        Assert.Equal(_now.AddSeconds(-30), schedule.OldestSince);
    }

    [Fact]
    public void Rooms_that_share_a_budget_have_a_storm_when_their_part_of_it_is_too_small()
    {
        var limits = new Budget(SendKinds.All, 10, TimeSpan.FromSeconds(50), WholeAccount: true);
        var schedule = new Schedule(_ => [limits], () => 1);
        for (var i = 1; i <= 7; i++)
        {
            schedule.Want(Post(i, One, SendKinds.Create), 0, _now);
        }

        Assert.Empty(schedule.UpdateStorms(_now));
        for (var i = 11; i <= 17; i++)
        {
            schedule.Want(Post(i, Other, SendKinds.Create), 0, _now);
        }

        Assert.Equal(2, schedule.UpdateStorms(_now).Count);
    }

    [Fact]
    public void Messages_that_cannot_be_brought_up_to_date_in_time_are_a_storm_that_is_over_when_they_are()
    {
        var limits = new Budget(SendKinds.All, 20, TimeSpan.FromMinutes(1));
        var schedule = new Schedule(_ => [limits], () => 1);
        for (var i = 1; i <= 300; i++)
        {
            schedule.Want(Post(i, One, SendKinds.Edit) with { Over = true }, 0, _now);
        }

        var began = _now;
        var phases = new List<StormPhase>();
        while (schedule.WakeAt(_now) is { } wake)
        {
            _now = wake > _now ? wake : _now;
            foreach (var work in schedule.UpdateStorms(_now))
            {
                phases.Add(work.Step.Phase);
                schedule.StormWritten(work, 7, _now);
            }

            foreach (var turn in schedule.Take(_now))
            {
                schedule.Served(turn);
            }
        }

        Assert.Equal([StormPhase.Storm, StormPhase.CatchingUp, StormPhase.Calm], phases.Distinct());
        Assert.InRange(_now - began, TimeSpan.FromMinutes(18), TimeSpan.FromMinutes(21));
    }

    [Fact]
    public void A_clock_that_is_set_back_by_a_year_holds_up_nothing()
    {
        _schedule.Want(Post(1, One, SendKinds.Create), 0, _now);
        _schedule.Want(Post(2, One, SendKinds.Create), 0, _now);
        _schedule.RoomRefused(_schedule.Take(_now)[0], _now);

        var back = _now.AddYears(-1);
        Assert.Equal(back + RefusalBackoff.After(1), _schedule.WakeAt(back));
        _schedule.RetryNow(One);
        Assert.Equal(back.AddSeconds(1), _schedule.WakeAt(back));
        Assert.Equal(back.AddSeconds(1), _schedule.WakeAt(back.AddSeconds(0.5)));
        Assert.Single(_schedule.Take(back.AddSeconds(1)));
    }

    [Fact]
    public void Limits_that_are_new_hold_for_rooms_that_are_known_and_keep_what_was_spent()
    {
        Budget[] limits = [];
        var schedule = new Schedule(_ => limits, () => 1);
        schedule.Want(Post(1, One, SendKinds.Create), 0, _now);
        schedule.Want(Post(2, One, SendKinds.Create), 0, _now);
        schedule.Want(Post(3, One, SendKinds.Create), 0, _now);
        limits = [PerRoom];
        schedule.Renew();
        Assert.Single(Drain(schedule));
        schedule.Renew();
        Assert.Empty(schedule.Take(_now));
        Assert.Equal(_now.AddSeconds(1), schedule.WakeAt(_now));
    }

    [Fact]
    public void A_post_that_has_to_wait_has_no_turn_before_and_then_its_place_in_the_order()
    {
        var schedule = new Schedule(_ => [], () => 1);
        var later = _now.AddHours(7);
        schedule.Want(Post(1, One, SendKinds.Create, age: 9), 0, _now, later);
        schedule.Want(Post(2, One, SendKinds.Create, age: 9), 1, _now, later.AddHours(1));
        schedule.Want(Post(3, One, SendKinds.Edit), 2, _now);
        Assert.Equal([3], Drain(schedule));
        Assert.Equal(later, schedule.WakeAt(_now));

        schedule.Want(Post(4, One, SendKinds.Create), 1, _now, later);
        schedule.Want(Post(1, One, SendKinds.Edit), 0, _now);
        var turn = Assert.Single(schedule.Take(_now));
        schedule.PutBack(turn, later);
        schedule.Released(turn);
        Assert.Empty(schedule.Take(later.AddTicks(-1)));
        _now = later;
        Assert.Equal([1, 4], Drain(schedule));
        Assert.Equal(later.AddHours(1), schedule.WakeAt(_now));
        schedule.Want(Post(2, One, SendKinds.Create).With(progress => progress with { Shown = 2 }), 1, _now);
        Assert.Null(schedule.WakeAt(_now));
    }

    /// <summary>The post whose turn it is, which ends well.</summary>
    private long Take(Schedule schedule)
    {
        var turn = Assert.Single(schedule.Take(_now));
        schedule.Served(turn);
        return turn.Post;
    }

    private List<long> Drain(Schedule schedule)
    {
        var served = new List<long>();
        while (schedule.Take(_now) is [var turn])
        {
            served.Add(turn.Post);
            schedule.Served(turn);
        }

        return served;
    }

    private static Post Post(long id, Room room, SendKinds kind, int age = 0, DateTimeOffset? at = null) =>
        PostBuilding.Wanting(id, room, kind, (at ?? Say.Noon).AddSeconds(-age));
}
