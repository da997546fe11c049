using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Lanes;

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
    public void A_beginning_that_the_store_did_not_take_comes_again_a_second_later()
    {
        Arrive(31);
        Next(31);
        _storm.Failed(_now);
        Assert.Null(Next(31));
        Assert.Equal(_now.AddSeconds(1), _storm.WakeAt(Rules, _now));
        _now = _now.AddSeconds(1);
        Assert.Equal(new StormStep(null, StormPhase.Storm), Next(31));
    }

    [Fact]
    public void Its_summary_is_brought_up_to_date_every_ten_seconds()
    {
        Begin();
        _now = _now.AddSeconds(9);
        Assert.Null(Next(31));
        Assert.Equal(_now.AddSeconds(1), _storm.WakeAt(Rules, _now));
        _now = _now.AddSeconds(1);
        Assert.Equal(new StormStep(7, StormPhase.Storm), Next(31));
    }

    [Fact]
    public void It_calms_down_when_nothing_new_has_come_for_a_minute_and_is_over_when_all_is_shown()
    {
        Begin();
        _now = _now.AddSeconds(59);
        Write(31);
        Arrive(1);
        _now = _now.AddSeconds(59);
        Assert.Equal(StormPhase.Storm, Write(32));
        _now = _now.AddSeconds(1);
        Assert.Equal(StormPhase.CatchingUp, Write(32));
        _now = _now.AddSeconds(5);
        Assert.Null(Next(0));
        _now = _now.AddSeconds(5);
        Assert.Equal(StormPhase.Calm, Write(0));
        Assert.Equal((StormPhase.Calm, null, null), (_storm.Phase, _storm.Summary, _storm.WakeAt(Rules, _now)));
    }

    [Fact]
    public void It_goes_on_in_the_same_summary_when_too_much_comes_while_the_room_catches_up()
    {
        Begin();
        _now = _now.AddMinutes(1);
        Write(31);
        Arrive(Capacity);
        _now = _now.AddSeconds(10);
        Assert.Equal(StormPhase.CatchingUp, Write(31));
        Arrive(1);
        Assert.Equal(new StormStep(7, StormPhase.Storm), Next(31));
    }

    [Fact]
    public void It_goes_on_after_a_restart()
    {
        _storm.Resume(7, StormPhase.CatchingUp, _now);
        Assert.Equal(new StormStep(7, StormPhase.CatchingUp), Next(5));
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

    private StormStep? Next(int waiting) => _storm.Next(waiting, Capacity, Rules, _now);

    private StormPhase Write(int waiting)
    {
        var step = Next(waiting)!.Value;
        _storm.Written(7, step.Phase, Rules, _now);
        return step.Phase;
    }
}
