using Xunit;

namespace IncidentBot.Incidents;

/// <summary>What the value of a match takes, as Alertmanager's matchers would.</summary>
public sealed class MatcherTests
{
    [Theory]
    [InlineData("critical", "critical", true)]
    [InlineData("critical", "critical ", false)]
    [InlineData("critical", "Critical", false)]
    [InlineData("critical", null, false)]
    [InlineData("=critical", "critical", true)]
    [InlineData("==critical", "=critical", true)]
    [InlineData("", null, true)]
    [InlineData("", "", true)]
    [InlineData("", "db", false)]
    [InlineData("!=", null, false)]
    [InlineData("!=", "db", true)]
    [InlineData("!=info", "warning", true)]
    [InlineData("!= info", "info", false)]
    [InlineData("!=info", null, true)]
    [InlineData("=~warning|page", "page", true)]
    [InlineData("=~warning|page", "pager", false)]
    [InlineData("=~warning|page", "the page", false)]
    [InlineData("=~(?i)page", "PAGE", true)]
    [InlineData("=~.*", null, true)]
    [InlineData("=~.+", null, false)]
    [InlineData("=~page", "page\n", false)]
    [InlineData("!~db-.*", "db-7", false)]
    [InlineData("!~db-.*", "web", true)]
    [InlineData("!~db-.*", null, true)]
    public void A_match_takes_a_label_or_does_not(string match, string? value, bool taken) =>
        Assert.Equal(taken, Matcher.Parse("level", match).Matches(value));

    [Theory]
    [InlineData("critical", "critical", true)]
    [InlineData("critical", "page", false)]
    [InlineData("=~critical|page", "page", true)]
    [InlineData("!=info", "page", true)]
    [InlineData("!=info", "", true)]
    [InlineData("!=info", "=~page|warning", false)]
    [InlineData("=~pa.*", "=~pa.*", true)]
    [InlineData("=~pa.*", "!~pa.*", false)]
    [InlineData("=~pa", "pa", true)]
    [InlineData("pa", "=~pa", false)]
    public void A_match_covers_another_only_when_that_is_certain(string match, string other, bool covers)
    {
        Assert.Equal(covers, Matcher.Parse("level", match).Covers(Matcher.Parse("level", other)));
        Assert.False(Matcher.Parse("level", match).Covers(Matcher.Parse("team", other)));
    }

    [Fact]
    public void A_hostile_value_and_a_bad_expression_take_no_longer_than_their_length()
    {
        var slow = Matcher.Parse("instance", "=~(a|a?)+(a+)+(b|a)*c");

        Assert.False(slow.Matches(new string('a', 100_000)));
        Assert.True(slow.Matches(new string('a', 100_000) + "c"));
    }

    [Theory]
    [InlineData("=~((a{1000}){1000}){1000}")]
    [InlineData("!~(a)\\1")]
    [InlineData("=~a(?=b)")]
    [InlineData("=~[b-a]")]
    public void What_cannot_be_matched_safely_is_refused(string match)
    {
        Assert.Null(Matcher.TryParse("severity", match, out var problem));
        Assert.NotEqual("", problem);
        Assert.Throws<FormatException>(() => Matcher.Parse("level", match));
    }

    [Fact]
    public void An_expression_has_an_end()
    {
        Assert.Null(Matcher.TryParse("severity", "=~" + new string('a', 1001), out var problem));
        Assert.Equal("the regular expression has 1001 characters, at most 1000 are taken", problem);
    }
}
