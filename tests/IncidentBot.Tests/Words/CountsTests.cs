using Xunit;

namespace IncidentBot.Words;

public sealed class CountsTests
{
    [Fact]
    public void One_is_one_thing_and_all_else_are_things()
    {
        Assert.Equal("0 things", Counts.Of(0, "thing"));
        Assert.Equal("1 thing", Counts.Of(1, "thing"));
        Assert.Equal("1,204 things", Counts.Of(1204, "thing"));
        Assert.Equal("2 posts wait", Counts.Of(2, "post waits", "posts wait"));
    }

    [Theory]
    [InlineData(2, 1, "2 firing, 1 resolved")]
    [InlineData(2, 0, "2 firing")]
    [InlineData(0, 3, "3 resolved")]
    public void What_fires_is_said_before_what_is_over(int firing, int resolved, string expected) =>
        Assert.Equal(expected, Counts.FiringAndResolved(firing, resolved));

    [Theory]
    [InlineData(1, "came back once")]
    [InlineData(5, "came back 5 times")]
    public void Returns_are_counted(int times, string expected) => Assert.Equal(expected, Counts.Returns(times));
}
