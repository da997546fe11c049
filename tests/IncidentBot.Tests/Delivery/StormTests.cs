using IncidentBot.Posts;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Delivery;

/// <summary>When one room's storm begins, calms down and is over.</summary>
public sealed class StormTests
{
    private const int Capacity = 30;
    private static readonly StormRules Rules = StormRules.Default;

    private readonly Storm _storm = new();
    private DateTimeOffset _now = Say.Noon;

    [Fact]
    public void It_begins_when_more_waits_than_the_room_can_show_in_time()
    {
        Arrive(Capacity);
        Assert.Null(Next(Capacity));
        Arrive(1);
        Assert.Equal(new StormStep(null, StormPhase.Storm), Next(Capacity + 1));
        Assert.Null(Next(Capacity + 1));
    }

    [Fact]
    public void So_few_are_no_storm_also_in_a_room_that_can_show_none()
    {
        Assert.False(new RoomLoad(StormRules.Few, 0, StormRules.Few, 0, 0.01).IsTooMuch);
        Assert.True(new RoomLoad(StormRules.Few + 1, 0, 0, 0, 0.01).IsTooMuch);
        Assert.True(new RoomLoad(0, 0, StormRules.Few + 1, 0, 0.01).IsTooMuch);
        Assert.Equal(5, StormRules.Few);
    }

    [Fact]
    public void A_beginning_that_the_store_did_not_take_comes_again_a_second_later()
    {
        Arrive(31);
        Next(31);
        _storm.Failed(_now);
        Assert.Null(Next(31));
        Assert.Equal(_now.AddSeconds(1), _storm.WakeAt(_now));
        _now = _now.AddSeconds(1);
        Assert.Equal(new StormStep(null, StormPhase.Storm), Next(31));
    }

    [Fact]
    public void Its_summary_is_brought_up_to_date_every_ten_seconds()
    {
        Begin();
        _now = _now.AddSeconds(9);
        Assert.Null(Next(31));
        Assert.Equal(_now.AddSeconds(1), _storm.WakeAt(_now));
        _now = _now.AddSeconds(1);
        Assert.Equal(new StormStep(7, StormPhase.Storm), Next(31));
    }

    [Fact]
    public void It_calms_down_when_the_room_can_show_what_comes_and_is_over_when_all_is_shown()
    {
        Begin();
        _now = _now.AddSeconds(50);
        Write(31);
        Arrive(Capacity);
        _now = _now.AddSeconds(9);
        Assert.Null(Next(61));
        _now = _now.AddSeconds(1);
        Assert.Equal(StormPhase.CatchingUp, Write(61));
        _now = _now.AddSeconds(5);
        Assert.Null(Next(0));
        _now = _now.AddSeconds(5);
        Assert.Equal(StormPhase.Calm, Write(0));
        Assert.Equal((StormPhase.Calm, null, null), (_storm.Phase, _storm.Summary, _storm.WakeAt(_now)));
    }

    [Fact]
    public void It_goes_on_while_more_comes_than_the_room_could_show_and_catch_up()
    {
        Begin();
        for (var i = 0; i < 100; i++)
        {
            _now = _now.AddSeconds(10);
            Arrive(6);
            Assert.Equal(StormPhase.Storm, Write(31));
        }

        // One in fifty seconds is no storm, for however long.
        for (var i = 0; i < 100; i++)
        {
            _now = _now.AddSeconds(50);
            Arrive(1);
            Write(31);
        }

        Assert.Equal(StormPhase.CatchingUp, _storm.Phase);
    }

    [Fact]
    public void It_goes_on_in_the_same_summary_when_too_much_comes_at_once_while_the_room_catches_up()
    {
        Begin();
        _now = _now.AddMinutes(1);
        Write(31);
        for (var i = 0; i < 9; i++)
        {
            Arrive(Capacity / 3);
            _now = _now.AddSeconds(10);
            Assert.Equal(StormPhase.CatchingUp, Write(31));
        }

        Arrive(Capacity / 3 + 1);
        Assert.Equal(new StormStep(7, StormPhase.Storm), Next(31));
    }

    [Fact]
    public void It_goes_on_after_a_restart()
    {
        _storm.Resume(7, StormPhase.CatchingUp);
        Assert.Equal(new StormStep(7, StormPhase.CatchingUp), Next(5));
    }

    [Fact]
    public void Messages_that_stay_behind_are_one_too()
    {
        Assert.Equal(new StormStep(null, StormPhase.Storm), _storm.Next(Load(0, outdated: 301), Rules, _now));
        _storm.Written(7, StormPhase.Storm, Rules, _now);
        Assert.Equal(new StormStep(7, StormPhase.CatchingUp), _storm.Next(Load(0, outdated: 301), Rules, _now));
        _storm.Written(7, StormPhase.CatchingUp, Rules, _now);
        _now = _now.AddSeconds(10);
        Assert.Equal(new StormStep(7, StormPhase.CatchingUp), _storm.Next(Load(0, outdated: 151), Rules, _now));
        _storm.Written(7, StormPhase.CatchingUp, Rules, _now);
        _now = _now.AddSeconds(10);
        Assert.Equal(new StormStep(7, StormPhase.Calm), _storm.Next(Load(0, outdated: 150), Rules, _now));
    }

    [Fact]
    public void A_clock_that_is_set_back_does_not_make_it_longer()
    {
        Begin();
        _now = _now.AddYears(-1);
        Assert.Null(Next(31));
        _now = _now.AddSeconds(10);
        Write(31);
        _now = _now.AddSeconds(50);
        Assert.Equal(new StormStep(7, StormPhase.CatchingUp), Next(31));
    }

    private void Begin()
    {
        Arrive(31);
        Write(31);
    }

    private void Arrive(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _storm.Arrived(_now);
        }
    }

    /// <summary>A room that announces one a second.</summary>
    private static RoomLoad Load(int waiting, int outdated = 0) => new(waiting, Capacity, outdated, 300, 1);

    private StormStep? Next(int waiting) => _storm.Next(Load(waiting), Rules, _now);

    private StormPhase Write(int waiting)
    {
        var step = Next(waiting)!.Value;
        _storm.Written(7, step.Phase, Rules, _now);
        return step.Phase;
    }
}
