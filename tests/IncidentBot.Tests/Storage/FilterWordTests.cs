using Xunit;

namespace IncidentBot.Storage;

/// <summary>What people type to find incidents.</summary>
public sealed class FilterWordTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("  node   down ", "node|down")]
    [InlineData("-node=n1 media", "!node=n1|media")]
    [InlineData("\"disk full\" -\"team=a b\"", "disk full|!team=a b")]
    [InlineData("plex-0 --x", "plex-0|!-x")]
    [InlineData("- \"\" -", "")]
    [InlineData("\"never closed", "never closed")]
    [InlineData("1 2 3 4 5 6 7 8 9 10", "1|2|3|4|5|6|7|8")]
    public void Words_may_be_quoted_or_excluded(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', FilterWord.Parse(text).Select(word => (word.Not ? "!" : "") + word.Text)));

    [Theory]
    [InlineData("namespace=media", "namespace", "media")]
    [InlineData("a=b=c", "a", "b=c")]
    [InlineData("=b", null, null)]
    [InlineData("a=", null, null)]
    [InlineData("media", null, null)]
    public void A_label_and_its_value_are_a_pair(string text, string? name, string? value) =>
        Assert.Equal(name is null ? null : (name, value!), new FilterWord(text, Not: false).Pair);

    [Theory]
    [InlineData("disk full", false)]
    [InlineData("disk full", true)]
    [InlineData("node=n1", true)]
    [InlineData("-x", false)]
    public void What_is_written_is_read_as_the_same_word(string text, bool not)
    {
        var word = new FilterWord(text, not);
        Assert.Equal([word, word], FilterWord.Parse(FilterWord.Join([word, word])));
    }
}
