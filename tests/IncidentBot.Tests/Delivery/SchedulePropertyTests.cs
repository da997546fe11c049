using FsCheck;
using FsCheck.Fluent;
using IncidentBot.Channels;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Delivery;

/// <summary>Who is served next, when, and within which limits: for any order of what comes, ends, fails and is refused.</summary>
public sealed class SchedulePropertyTests
{
    /// <summary>Any order of events: limits hold, the order holds, the time to wake is exact, and in the end everything is sent and every storm over.</summary>
    [Fact]
    public void For_any_order_of_events_limits_hold_a_higher_lane_is_never_behind_and_all_is_sent() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Gen.Choose(0, 100_000_000).ArrayOf(120).ToArbitrary(), steps =>
        {
            var world = new ScheduleWorld();
            foreach (var step in steps)
            {
                world.Live(step);
            }

            world.ComeToRest();
        }));

    /// <summary>Whatever waits where and whatever fails, a room that has something of the most urgent kind that is ready is served after at most one turn of each other.</summary>
    [Fact]
    public void For_any_load_no_room_starves() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(Gen.Choose(0, 100_000_000).ArrayOf(80).ToArbitrary(), loads =>
        {
            const int Rooms = 5;
            var now = Say.Noon;
            var schedule = new Schedule(_ => [new Budget(SendKinds.All, 1, TimeSpan.FromSeconds(1), WholeAccount: true)], () => 0.5);
            var waiting = new Dictionary<long, Post>();
            var passed = new Dictionary<Room, int>();
            long next = 0;
            foreach (var load in loads)
            {
                for (var i = 0; i < load % 4; i++)
                {
                    var post = ScheduleWorld.Post(++next, Room.Parse($"slack:R{load / 4 % Rooms}"), (SendKinds)(1 << (load / 20 % 3)), now) with { Urgent = load / 60 % 2 == 0 };
                    waiting[next] = post;
                    schedule.Want(post, 0, now);
                }

                foreach (var turn in schedule.Take(now))
                {
                    passed[turn.Room] = 0;
                    var urgent = waiting[turn.Post].Urgent;
                    if (load / 120 % 3 == 0)
                    {
                        waiting[turn.Post] = waiting[turn.Post].Failed(waiting[turn.Post].Attempts + 1);
                        schedule.Want(waiting[turn.Post], 0, now);
                        schedule.TryAgain(turn, null, now);
                    }
                    else
                    {
                        waiting.Remove(turn.Post);
                        schedule.Served(turn);
                    }

                    // Nothing is known here of who rests after a failure: those that never failed are ready.
                    var ready = waiting.Values.Where(post => post.Urgent == urgent && !waiting.Values.Any(other => other.Room == post.Room && other.Attempts > 0));
                    foreach (var room in ready.Select(post => post.Room).Distinct().Where(room => room != turn.Room))
                    {
                        passed[room] = passed.GetValueOrDefault(room) + 1;
                        Assert.True(passed[room] <= Rooms, $"{room} was passed over {passed[room]} times");
                    }
                }

                now += TimeSpan.FromSeconds(1);
            }
        }));
}
