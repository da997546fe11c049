using IncidentBot.Incidents;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Words;

public sealed class ChangeWordsTests
{
    private static readonly DateTimeOffset Now = StoreStub.Start;

    [Fact]
    public void Every_kind_of_change_has_a_sentence_of_its_own()
    {
        var sentences = Enum.GetValues<ChangeKind>().ToDictionary(kind => kind, kind => ChangeWords.Of(new Change(kind, Now, "", 3)).Without);

        Assert.All(sentences.Values, Assert.NotEmpty);
        Assert.Equal(sentences.Count, sentences.Values.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData(nameof(ChangeKind.Joined), 1, "pod=plex-0", "1 alert joined: pod=plex-0")]
    [InlineData(nameof(ChangeKind.AlertResolved), 2, "", "2 alerts resolved")]
    [InlineData(nameof(ChangeKind.SeverityRaised), 0, "from warning to critical", "Severity raised from warning to critical")]
    [InlineData(nameof(ChangeKind.Acknowledged), 0, "Ada: on it", "Acknowledged by Ada: on it")]
    [InlineData(nameof(ChangeKind.FlappingBegan), 0, "it came back 5 times", "Flapping: it came back 5 times; from now on it is kept up to date quietly")]
    [InlineData(nameof(ChangeKind.InhibitedBy), 0, "NodeDown", "Explained by NodeDown: not announced meanwhile")]
    [InlineData(nameof(ChangeKind.Uninhibited), 0, "NodeDown", "No longer explained by NodeDown, and still firing")]
    public void A_thread_tells_the_detail_within_the_sentence(string kind, int count, string detail, string expected) =>
        Assert.Equal(expected, ChangeWords.InFull(new Change(Enum.Parse<ChangeKind>(kind), Now, detail, count)));

    [Fact]
    public void The_page_tells_the_same_sentence_without_its_detail() =>
        Assert.Equal("No longer explained, and still firing", ChangeWords.Of(new Change(ChangeKind.Uninhibited, Now, "NodeDown")).Without);
}
