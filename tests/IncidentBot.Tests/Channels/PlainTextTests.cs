using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace IncidentBot.Channels;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("", 5, "")]
    [InlineData("hello", 5, "hello")]
    [InlineData("hello!", 5, "hell…")]
    [InlineData("hello   ", 5, "hello")]
    [InlineData("  a \r\n\t b\u2028c ", 10, "a b c")]
    [InlineData("🔥🔥🔥", 6, "🔥🔥🔥")]
    [InlineData("🔥🔥🔥", 5, "🔥🔥…")]
    [InlineData("🔥🔥🔥", 4, "🔥…")]
    [InlineData("a\u202Eb\u200Bc\u0000d", 10, "abc d")]
    [InlineData("👩\u200D🚒", 10, "👩\u200D🚒")]
    public void A_line_is_clean_and_never_longer(string text, int max, string expected) => Assert.Equal(expected, PlainText.Line(text, max));

    [Fact]
    public void Half_a_character_is_replaced() => Assert.Equal("a\uFFFDb", PlainText.Line("a\uD83Db", 10));

    [Fact]
    public void Lines_are_cut_to_a_number_and_to_a_length()
    {
        Assert.Equal(["a", "b…"], PlainText.Lines("a\n\n  \nb\nc", 2, 100));
        Assert.Equal(["aaaa", "bbb…"], PlainText.Lines("aaaa\nbbbbbbb\nc", 9, 8));
        Assert.Empty(PlainText.Lines("\n \n", 2, 100));
    }

    [Fact]
    public void Whatever_comes_in_one_line_within_the_length_comes_out() => Prop.ForAll(
        ArbMap.Default.ArbFor<string>(),
        Gen.Choose(1, 40).ToArbitrary(),
        (text, max) =>
        {
            var line = PlainText.Line(text ?? "", max);
            return line.Length <= max && !line.Any(char.IsControl) && line.EnumerateRunes().All(rune => rune.Value != 0x202E);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
}
