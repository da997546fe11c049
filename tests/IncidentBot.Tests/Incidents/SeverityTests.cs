using Xunit;

namespace IncidentBot.Incidents;

/// <summary>How bad a word is, and which of two words is shown.</summary>
public sealed class SeverityTests
{
    private static readonly string[] Words = ["critical", "CRIT", "page", "P1", "warning", "major", "odd", "info", "notice", "none", ""];

    [Fact]
    public void The_worse_of_two_words_is_the_same_in_any_order()
    {
        Assert.All(Words, one => Assert.All(Words, other =>
        {
            var worst = Severity.Worst(new Severity(one), new Severity(other));
            Assert.Equal(worst, Severity.Worst(new Severity(other), new Severity(one)));
            Assert.Equal(Math.Max(new Severity(one).Rank, new Severity(other).Rank), worst.Rank);
        }));
    }
}
