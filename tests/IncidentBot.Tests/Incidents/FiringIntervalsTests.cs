using FsCheck;
using FsCheck.Fluent;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Incidents;

public sealed class FiringIntervalsTests
{
    [Fact]
    public void Stretches_that_touch_become_one()
    {
        Assert.Equal([new FiringInterval(At(0), At(9))], Of((0, 5), (5, 9)).Ended);
        Assert.Equal([new FiringInterval(At(0), At(9))], Of((0, 3), (6, 9), (2, 7)).Ended);
    }

    [Fact]
    public void Stretches_apart_stay_apart_and_are_sorted()
    {
        Assert.Equal([new FiringInterval(At(0), At(1)), new FiringInterval(At(4), At(5)), new FiringInterval(At(8), At(9))], Of((4, 5), (8, 9), (0, 1)).Ended);
    }

    [Fact]
    public void A_stretch_that_ends_before_it_begins_has_no_length()
    {
        Assert.Equal([new FiringInterval(At(5), At(5))], Of((5, 1)).Ended);
    }

    [Fact]
    public void What_is_known_already_is_the_same_object()
    {
        var stretches = Of((0, 5), (7, 9));

        Assert.Same(stretches, stretches.Add(new FiringInterval(At(1), At(4))));
    }

    [Fact]
    public void Every_beginning_after_the_first_is_a_flap()
    {
        Assert.Equal(0, FiringIntervals.None.Flaps(At(0)));
        Assert.Equal(0, Of((0, 1)).Flaps(null));
        Assert.Equal(1, Of((0, 1)).Flaps(At(2)));
        Assert.Equal(2, Of((0, 1), (3, 4), (6, 7)).Flaps(null));
        Assert.Equal(1, Of((0, 1), (3, 4)).Flaps(At(2)));
    }

    [Fact]
    public void What_fires_since_before_the_last_end_belongs_to_that_stretch()
    {
        Assert.Equal((At(3), null), Of((0, 1), (3, 6)).Latest(At(5)));
        Assert.Equal((At(8), null), Of((0, 1), (3, 6)).Latest(At(8)));
        Assert.Equal((At(3), At(6)), Of((0, 1), (3, 6)).Latest(null));
    }

    [Fact]
    public void Older_stretches_than_are_kept_are_counted()
    {
        var stretches = Of([.. Enumerable.Range(0, FiringIntervals.Kept + 10).Select(number => (number * 10, (number * 10) + 1))]);

        Assert.Equal((FiringIntervals.Kept, 10), (stretches.Ended.Count, stretches.Forgotten));
        Assert.Equal(FiringIntervals.Kept + 9, stretches.Flaps(null));
    }

    [Fact]
    public void A_forgotten_stretch_that_is_said_again_is_not_counted_again()
    {
        var stretches = Of([.. Enumerable.Range(0, FiringIntervals.Kept + 10).Select(number => (number * 10, (number * 10) + 1))]);

        Assert.Same(stretches, stretches.Add(new FiringInterval(At(0), At(1))));
    }

    [Fact]
    public void Any_order_and_repetition_gives_the_same_stretches()
    {
        var stretch = Gen.Choose(0, 60).SelectMany(from => Gen.Choose(-2, 12).Select(length => (from, from + length)));
        var lists = stretch.ListOf().SelectMany(list => Gen.Shuffle(list.Concat(list)).Select(shuffled => (list, shuffled)));

        Prop.ForAll(lists.ToArbitrary(), pair => Of([.. pair.list]).Equals(Of([.. pair.shuffled])))
            .Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(2000));
    }

    private static FiringIntervals Of(params (int From, int To)[] stretches) =>
        stretches.Aggregate(FiringIntervals.None, (all, next) => all.Add(new FiringInterval(At(next.From), At(next.To))));
}
