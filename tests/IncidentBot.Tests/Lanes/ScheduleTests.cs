using FsCheck;
using FsCheck.Fluent;
using IncidentBot.Channels;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Lanes;

/// <summary>Who is served next, when, and within which limits: by examples and for any order of arrival.</summary>
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
            schedule.Served(turn.Room);
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
        _schedule.Served(turn.Room);

        Assert.Equal(SendKinds.Edit, Assert.Single(_schedule.Take(_now)).Kind);
    }

    [Fact]
    public void A_turn_that_is_put_back_does_not_take_the_place_of_what_the_post_wants_since()
    {
        _schedule.Want(Post(1, One, SendKinds.Create), 0, _now);
        var turn = Assert.Single(_schedule.Take(_now));
        _schedule.Want(Post(1, One, SendKinds.Edit), 0, _now);
        _schedule.PutBack(turn);
        _schedule.Released(One);

        Assert.Equal(1, _schedule.Count);
        Assert.Equal(SendKinds.Edit, Assert.Single(_schedule.Take(_now)).Kind);
    }

    [Fact]
    public void A_room_that_fails_is_left_alone_by_itself()
    {
        _schedule.Want(Post(1, One, SendKinds.Create), 0, _now);
        _schedule.Want(Post(2, Other, SendKinds.Create), 1, _now);
        Assert.Equal(2, _schedule.Take(_now).Count);
        _schedule.TryAgain(One, SendKinds.Create, TimeSpan.FromSeconds(30), _now);
        _schedule.Want(Post(1, One, SendKinds.Create), 0, _now);
        _schedule.Served(Other);
        _schedule.Want(Post(3, Other, SendKinds.Create), 1, _now);

        Assert.Equal(Other, Assert.Single(_schedule.Take(_now.AddMilliseconds(1000))).Room);
    }

    [Fact]
    public void No_time_at_all_as_retry_after_backs_off_all_the_same()
    {
        var schedule = new Schedule(_ => [], () => 1);
        schedule.Want(Post(1, One, SendKinds.Create), 0, _now);
        schedule.Take(_now);
        schedule.TryAgain(One, SendKinds.Create, TimeSpan.Zero, _now);
        schedule.Want(Post(1, One, SendKinds.Create), 0, _now);

        Assert.Equal(_now.AddSeconds(1), schedule.WakeAt(_now));
    }

    [Fact]
    public void A_clock_that_is_set_back_by_a_year_holds_up_nothing()
    {
        _schedule.Want(Post(1, One, SendKinds.Create), 0, _now);
        _schedule.Want(Post(2, One, SendKinds.Create), 0, _now);
        _schedule.Take(_now);
        _schedule.RoomRefused(One, _now);

        var back = _now.AddYears(-1);
        Assert.Equal(back + Schedule.RefusedRoomEvery, _schedule.WakeAt(back));
        _schedule.Hurry(One);
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
        Assert.Equal((2, later), (schedule.Count, schedule.WakeAt(_now)));

        schedule.Want(Post(4, One, SendKinds.Create), 1, _now, later);
        schedule.Want(Post(1, One, SendKinds.Edit), 0, _now);
        schedule.PutBack(Assert.Single(schedule.Take(_now)), later);
        schedule.Released(One);
        Assert.Empty(schedule.Take(later.AddTicks(-1)));
        _now = later;
        Assert.Equal([1, 4], Drain(schedule));
        Assert.Equal(later.AddHours(1), schedule.WakeAt(_now));
        schedule.Want(Post(2, One, SendKinds.Create) with { Shown = 2 }, 1, _now);
        Assert.Equal((0, null), (schedule.Count, schedule.WakeAt(_now)));
    }

    /// <summary>Any order of arrivals, ends and waits: budgets hold, the order holds, and the time to wake is exact.</summary>
    [Fact]
    public void For_any_order_of_events_limits_hold_and_a_higher_lane_is_never_behind()
    {
        var step = Gen.Choose(0, 1_000_000);
        var steps = step.ArrayOf(120);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(steps.ToArbitrary(), Holds));
    }

    private static bool Holds(int[] steps)
    {
        var now = Say.Noon;
        var schedule = new Schedule(_ => [PerRoom, OfAll], () => 0.5);
        Room[] rooms = [One, Other, Room.Parse("slack:C3")];
        var waiting = new Dictionary<long, Wait>();
        var flying = new List<Turn>();
        var sent = new List<(DateTimeOffset At, Turn Turn)>();
        long next = 0;
        foreach (var step in steps)
        {
            switch (step % 4)
            {
                case 0 or 1:
                    var kind = (SendKinds)(1 << (step / 4 % 3));
                    var rank = step / 16 % 3;
                    var room = rooms[step / 64 % 3];
                    var from = step / 256 % 4 == 0 ? now.AddSeconds(step / 1024 % 20) : (DateTimeOffset?)null;
                    waiting[++next] = new Wait(room, rank, kind, from ?? now);
                    schedule.Want(Post(next, room, kind, at: now), rank, now, from);
                    break;
                case 2 when flying.Count > 0:
                    var over = flying[step / 4 % flying.Count];
                    flying.Remove(over);
                    if (step / 16 % 3 == 0)
                    {
                        waiting[over.Post] = new Wait(over.Room, over.Rank, over.Kind, now);
                        schedule.PutBack(over);
                        schedule.TryAgain(over.Room, over.Kind, step / 64 % 2 == 0 ? null : TimeSpan.FromSeconds(3), now);
                    }
                    else
                    {
                        schedule.Served(over.Room);
                    }

                    break;
                default:
                    if (schedule.WakeAt(now) is { } wake && wake > now)
                    {
                        if (schedule.Take(wake.AddTicks(-1)).Count > 0)
                        {
                            return false;
                        }

                        now = wake;
                        if (!Begin(schedule, now, waiting, flying, sent))
                        {
                            return false;
                        }
                    }

                    break;
            }

            Begin(schedule, now, waiting, flying, sent);
        }

        return Within(sent, PerRoom) && Within(sent, OfAll);
    }

    /// <summary>Whatever waits where, a room that has something of the most urgent waiting lane is served after at most one turn of each other.</summary>
    [Fact]
    public void For_any_load_no_room_starves() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(Gen.Choose(0, 100_000).ArrayOf(60).ToArbitrary(), loads =>
        {
            var now = Say.Noon;
            var schedule = new Schedule(_ => [OfAll with { Count = 1 }], () => 0.5);
            var waiting = new Dictionary<long, (Room Room, int Rank)>();
            var passed = new Dictionary<Room, int>();
            long next = 0;
            foreach (var load in loads)
            {
                for (var i = 0; i < load % 4; i++)
                {
                    var (room, rank) = (Room.Parse($"slack:R{load / 4 % 5}"), load / 20 % 2);
                    waiting[++next] = (room, rank);
                    schedule.Want(Post(next, room, SendKinds.Edit, at: now), rank, now);
                }

                if (schedule.Take(now) is not [var turn])
                {
                    continue;
                }

                waiting.Remove(turn.Post);
                schedule.Served(turn.Room);
                passed[turn.Room] = 0;
                foreach (var room in waiting.Values.Where(one => one.Rank == turn.Rank && one.Room != turn.Room).Select(one => one.Room).Distinct())
                {
                    passed[room] = passed.GetValueOrDefault(room) + 1;
                    if (passed[room] > 5)
                    {
                        return false;
                    }
                }

                now += OfAll.Per;
            }

            return true;
        }));

    /// <summary>Takes turns and says whether there was one; throws when one of them was not the best of its room.</summary>
    private static bool Begin(
        Schedule schedule, DateTimeOffset now, Dictionary<long, Wait> waiting, List<Turn> flying, List<(DateTimeOffset At, Turn Turn)> sent)
    {
        var turns = schedule.Take(now);
        foreach (var turn in turns)
        {
            Assert.DoesNotContain(flying, other => other.Room == turn.Room);
            Assert.True(waiting.Remove(turn.Post, out var wait) && wait.From <= now);
            Assert.DoesNotContain(waiting.Values, other =>
                other.Room == turn.Room && other.Kind == turn.Kind && other.Rank < turn.Rank && other.From <= now);
            flying.Add(turn);
            sent.Add((now, turn));
        }

        return turns.Count > 0;
    }

    private static bool Within(List<(DateTimeOffset At, Turn Turn)> sent, Budget budget) => sent
        .Where(one => budget.Kinds.HasFlag(one.Turn.Kind))
        .GroupBy(one => budget.WholeAccount ? default : one.Turn.Room)
        .All(group => group.All(first => group.Count(one => one.At >= first.At && one.At < first.At + budget.Per) <= budget.Count));

    private List<long> Drain(Schedule schedule)
    {
        var served = new List<long>();
        while (schedule.Take(_now) is [var turn])
        {
            served.Add(turn.Post);
            schedule.Served(turn.Room);
        }

        return served;
    }

    private static Post Post(long id, Room room, SendKinds kind, int age = 0, DateTimeOffset? at = null) => new(
        id, id, room, "all", kind == SendKinds.Reply ? 1 : 2, kind == SendKinds.Create ? 0 : 1, kind == SendKinds.Create ? null : "m", null,
        kind == SendKinds.Reply ? 5 : 0, 0, null, false, 0, null, 0, (at ?? Say.Noon).AddSeconds(-age), null);

    private readonly record struct Wait(Room Room, int Rank, SendKinds Kind, DateTimeOffset From);
}
