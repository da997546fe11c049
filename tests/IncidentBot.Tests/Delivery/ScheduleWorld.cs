using IncidentBot.Channels;
using IncidentBot.Posts;
using IncidentBot.Rooms;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Delivery;

/// <summary>
/// What is around the schedule, told by numbers: posts of every kind come, are held, are sent, fail, are refused, and storms
/// are summed up as the store does it. It keeps a simple account of its own of what is ready, and fails when the schedule
/// passes over what goes first or oversteps a limit.
/// </summary>
internal sealed class ScheduleWorld
{
    private const double Chance = 0.5;

    private static readonly Budget PerRoom = new(SendKinds.Create | SendKinds.Reply, 1, TimeSpan.FromSeconds(1));
    private static readonly Budget OfAll = new(SendKinds.Edit, 3, TimeSpan.FromSeconds(10), WholeAccount: true);
    private static readonly Room[] Rooms = [Room.Parse("slack:C1"), Room.Parse("slack:C2"), Room.Parse("slack:C3")];

    private readonly Schedule _schedule = new(_ => [PerRoom, OfAll], () => Chance);
    private readonly Dictionary<long, Waiting> _waiting = [];
    private readonly List<RoomTurn> _flying = [];
    private readonly List<(DateTimeOffset At, RoomTurn Turn)> _sent = [];
    private readonly Dictionary<Room, StormPhase> _storms = [];
    private readonly Dictionary<Room, (DateTimeOffset Until, int Times)> _refused = [];
    private readonly Dictionary<(Room, Budget), DateTimeOffset> _closed = [];
    private readonly HashSet<(Room, SendKinds)> _troubled = [];
    private DateTimeOffset _now = Say.Noon;
    private long _next;

    public static Post Post(long id, Room room, SendKinds kind, DateTimeOffset at) => PostBuilding.Wanting(id, room, kind, at);

    /// <summary>One event, read from a number.</summary>
    public void Live(int step)
    {
        var detail = step / 8;
        switch (step % 8)
        {
            case 0 or 1 or 2:
                Come(detail, 1);
                break;
            case 3 when detail % 4 == 0:
                Come(detail / 4, 40);
                break;
            case 4 or 5 when _flying.Count > 0:
                End(_flying[detail % _flying.Count], detail / 16);
                break;
            case 6 when _waiting.Count > 0:
                Change(detail);
                break;
            default:
                GoOn();
                break;
        }

        Begin();
    }

    /// <summary>From now on nothing comes and nothing fails: everything that waits is sent within a bounded number of turns, and no storm is left.</summary>
    public void ComeToRest()
    {
        for (var i = 0; i < 20_000; i++)
        {
            Begin();
            while (_flying.Count > 0)
            {
                Succeed(_flying[0]);
                Begin();
            }

            if (_schedule.WakeAt(_now) is not { } wake)
            {
                Assert.Empty(_waiting);
                Assert.All(_storms.Values, phase => Assert.Equal(StormPhase.Calm, phase));
                Assert.True(Within(PerRoom) && Within(OfAll));
                return;
            }

            _now = wake > _now ? wake : _now;
        }

        Assert.Fail($"{_waiting.Count} posts are never sent, storms: {string.Join(", ", _storms.Values)}");
    }

    private void Come(int detail, int count)
    {
        var (room, rank) = (Rooms[detail % 3], detail / 3 % 3);
        for (var i = 0; i < count; i++)
        {
            var kind = count > 1 ? SendKinds.Create : (SendKinds)(1 << (detail / 9 % 3));
            var post = Post(++_next, room, kind, _now) with
            {
                Urgent = detail / 27 % 5 == 0,
                Over = detail / 135 % 4 == 0,
                Called = detail / 540 % 7 == 0,
            };
            var from = detail / 3780 % 4 == 0 ? _now.AddSeconds(detail / 15120 % 20) : _now;
            _waiting[_next] = new Waiting(post, rank, from, null);
            _schedule.Want(post, rank, _now, from > _now ? from : null);
        }
    }

    /// <summary>An incident changes; what was to be announced may be over by now.</summary>
    private void Change(int detail)
    {
        var (id, waiting) = _waiting.ElementAt(detail % _waiting.Count);
        waiting = waiting with { Post = waiting.Post with { Over = true } };
        _waiting[id] = waiting;
        _schedule.Want(waiting.Post, waiting.Rank, _now, waiting.HeldUntil > _now ? waiting.HeldUntil : null);
    }

    private void End(RoomTurn turn, int detail)
    {
        switch (detail % 6)
        {
            case 0:
                Fail(turn, null);
                break;
            case 1:
                Fail(turn, TimeSpan.FromSeconds(3));
                break;
            case 2 when detail / 6 % 8 == 0:
                _schedule.Want(Again(turn).Post, turn.Queued.Rank, _now);
                var (until, times) = _refused.GetValueOrDefault(turn.Room);
                _refused[turn.Room] = until > _now ? (until, times) : (_now + RefusalBackoff.After(times + 1), times + 1);
                _schedule.RoomRefused(turn, _now);
                break;
            case 3 when detail / 6 % 4 == 0:
                Again(turn);
                _schedule.PutBack(turn);
                _schedule.Released(turn);
                break;
            default:
                Succeed(turn);
                break;
        }
    }

    private void Succeed(RoomTurn turn)
    {
        _flying.Remove(turn);
        _troubled.Remove((turn.Room, turn.Kind));
        _refused.Remove(turn.Room);
        _schedule.Served(turn);
    }

    private void Fail(RoomTurn turn, TimeSpan? after)
    {
        var failed = Again(turn) is var again ? again with { Post = again.Post.Failed(again.Post.Attempts + 1) } : default;
        if (after is { } told)
        {
            var budget = PerRoom.Kinds.HasFlag(turn.Kind) ? PerRoom : OfAll;
            foreach (var room in budget.WholeAccount ? Rooms : [turn.Room])
            {
                _closed[(room, budget)] = _now + told;
            }
        }
        else
        {
            _troubled.Add((turn.Room, turn.Kind));
            failed = failed with { RetryAt = _now + Backoff.After(failed.Post.Attempts, Chance) };
        }

        _waiting[turn.Post] = failed;
        _schedule.Want(failed.Post, failed.Rank, _now);
        _schedule.TryAgain(turn, after, _now);
    }

    private Waiting Again(RoomTurn turn)
    {
        _flying.Remove(turn);
        var again = _sent.FindLast(one => one.Turn == turn).Turn.Queued;
        return _waiting[turn.Post] = new Waiting(
            Post(turn.Post, turn.Room, turn.Kind, again.Since).Failed(again.Attempts) with { Urgent = again.Urgent, Over = again.IsOver, Called = again.IsCalled },
            again.Rank, _now, null);
    }

    /// <summary>Before the time to wake there is no turn.</summary>
    private void GoOn()
    {
        if (_schedule.WakeAt(_now) is { } wake && wake > _now)
        {
            Assert.Empty(_schedule.Take(wake.AddTicks(-1)));
            _now = wake;
        }
    }

    private void Begin()
    {
        foreach (var work in _schedule.UpdateStorms(_now))
        {
            _storms[work.Room] = work.Step.Phase == StormPhase.Calm ? _storms[work.Room] : work.Step.Phase;
            if (work.Step.Phase != StormPhase.Storm)
            {
                Settle(work.Room);
            }

            _storms[work.Room] = work.Step.Phase;
            _schedule.StormWritten(work, 7, _now);
        }

        foreach (var turn in _schedule.Take(_now))
        {
            Assert.DoesNotContain(_flying, other => other.Room == turn.Room);
            Assert.True(_waiting.Remove(turn.Post, out var taken));
            Assert.True(IsReady(taken, turn.Kind), $"{taken} has a turn at {_now:O}");
            var passed = _waiting.Values.Where(other => other.Post.Room == turn.Room && other.Rank < taken.Rank && IsReady(other, other.Post.Next!.Value)).ToList();
            Assert.True(passed.Count == 0, $"{turn} is before {string.Join(", ", passed)} at {_now:O} in {_storms.GetValueOrDefault(turn.Room)}");
            _flying.Add(turn);
            _sent.Add((_now, turn));
        }
    }

    /// <summary>As the store does it: what is over and was never announced is shown by the summary.</summary>
    private void Settle(Room room)
    {
        foreach (var (id, over) in _waiting.Where(one => one.Value.Post is { Over: true, MessageId: null } post && post.Room == room).ToList())
        {
            _waiting.Remove(id);
            _schedule.Want(over.Post with { Progress = over.Post.Progress.Settled(_now) }, over.Rank, _now);
        }
    }

    private bool IsReady(Waiting waiting, SendKinds kind)
    {
        var (post, budget) = (waiting.Post, PerRoom.Kinds.HasFlag(kind) ? PerRoom : OfAll);
        var isHeld = post is { Urgent: false, Called: false } && _storms.GetValueOrDefault(post.Room) switch
        {
            StormPhase.Storm => kind != SendKinds.Edit,
            StormPhase.CatchingUp => kind == SendKinds.Create && post.Over,
            _ => false,
        };
        return !isHeld && waiting.HeldUntil <= _now && !(waiting.RetryAt > _now)
            && (IsFirst(post, kind) || !(_refused.TryGetValue(post.Room, out var refused) && refused.Until > _now))
            && !(_closed.TryGetValue((post.Room, budget), out var closed) && closed > _now)
            && (!_troubled.Contains((post.Room, kind)) || IsTaken(waiting))
            && _sent.Count(one => one.At > _now - budget.Per && budget.Kinds.HasFlag(one.Turn.Kind) && (budget.WholeAccount || one.Turn.Room == post.Room)) < budget.Count;

        // How long a troubled room rests is not known here, so what has its turn may have it; a critical's first attempt always may.
        bool IsTaken(Waiting one) => !_waiting.ContainsKey(one.Post.Id) || IsFirst(one.Post, kind);
    }

    private static bool IsFirst(Post post, SendKinds kind) => post is { Urgent: true, Attempts: 0 } && kind == SendKinds.Create;

    private bool Within(Budget budget) => _sent
        .Where(one => budget.Kinds.HasFlag(one.Turn.Kind))
        .GroupBy(one => budget.WholeAccount ? default : one.Turn.Room)
        .All(group => group.All(first => group.Count(one => one.At >= first.At && one.At < first.At + budget.Per) <= budget.Count));

    private readonly record struct Waiting(Post Post, int Rank, DateTimeOffset HeldUntil, DateTimeOffset? RetryAt);
}
