using FsCheck;
using FsCheck.Fluent;
using IncidentBot.Storage;
using Xunit;

namespace IncidentBot.Chat;

/// <summary>What was said, in words.</summary>
public sealed class PhraseTests
{
    [Theory]
    [InlineData("  ACK   12  on   it ", "ack", "12|on|it", "on it")]
    [InlineData("/ack 12 x", "ack", "12|x", "x")]
    [InlineData("s node=\"a b\" 2h", "s", "node=\"a b\"|2h", "2h")]
    [InlineData("s node=“a b” 2h", "s", "node=\"a b\"|2h", "2h")]
    [InlineData("n 4 he said \"no", "n", "4|he|said|\"no", "he said \"no")]
    [InlineData("?", "?", "", "")]
    public void Words_are_apart_and_quotations_whole(string text, string command, string words, string rest)
    {
        var phrase = Phrase.Of(text);

        Assert.Equal((command, words), (phrase.Command, string.Join('|', phrase.Words)));
        Assert.Equal(rest, phrase.Rest(1));
    }

    [Theory]
    [InlineData("a! 4", true)]
    [InlineData("a 4!", true)]
    [InlineData("a #4!", true)]
    [InlineData("a 4 now!", false)]
    [InlineData("ack", false)]
    public void An_exclamation_mark_behind_the_word_or_the_number_urges(string text, bool urged) => Assert.Equal(urged, Phrase.Of(text).IsUrged);

    [Theory]
    [InlineData("12", 12L)]
    [InlineData("#12", 12L)]
    [InlineData("12!", 12L)]
    [InlineData("0", null)]
    [InlineData("-1", null)]
    [InlineData("2h", null)]
    [InlineData("99999999999999999999", null)]
    [InlineData("１２", null)]
    public void A_number_is_an_incidents(string word, long? number) => Assert.Equal(number, Phrase.Number(word));

    [Fact]
    public void Whatever_is_said_becomes_words_and_what_follows_them_is_what_was_said() => Prop.ForAll<string?>(text =>
    {
        var phrase = Phrase.Of(text ?? "");
        return phrase.Words.All(word => word.Length > 0) && phrase.ToString().EndsWith(phrase.Rest(0), StringComparison.Ordinal)
            && phrase.Rest(phrase.Words.Count).Length == 0;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("ack", true)]
    [InlineData("ack on it", true)]
    [InlineData("a", true)]
    [InlineData("a 12", true)]
    [InlineData("a problem here", false)]
    [InlineData("s 2h", true)]
    [InlineData("silence until tomorrow 9:00", true)]
    [InlineData("silence 12 2h", true)]
    [InlineData("silence please", false)]
    [InlineData("note that the disk is full", false)]
    [InlineData("show me", false)]
    [InlineData("who is on it?", false)]
    [InlineData("status?", false)]
    public void In_a_thread_only_what_nobody_says_to_people_is_a_command(string text, bool isCommand) =>
        Assert.Equal(isCommand, ThreadWords.IsCommand(Phrase.Of(text)));

    [Theory]
    [InlineData("node=pi-3 2h", "node=\"pi-3\"", 1)]
    [InlineData("{a=\"b\",c!=\"d\"} 2h", "a=\"b\" c!=\"d\"", 1)]
    [InlineData("alertname=~\"Disk.*\" env!~test|dev x", "alertname=~\"Disk.*\" env!~\"test|dev\"", 2)]
    [InlineData("a=\"x,y\" 1h", "a=\"x,y\"", 1)]
    [InlineData("12 2h", "", 0)]
    public void Matchers_are_read_as_people_write_them(string text, string matchers, int words)
    {
        var (read, used, problem) = MatcherWords.Read(Phrase.Of("s " + text).Words);

        Assert.Equal((matchers, words, ""), (MatcherWords.Say(read), used, problem));
        Assert.Equal(read, MatcherWords.Read(Phrase.Of("s " + MatcherWords.Say(read)).Words).Matchers);
    }

    [Theory]
    [InlineData("a=~\"(\"", "a: not a regular expression")]
    [InlineData("a!=b", "That would hide everything")]
    [InlineData("a=~.*", "That would hide everything")]
    [InlineData("a=", "That would hide everything")]
    public void Matchers_that_cannot_be_are_said_in_a_sentence(string text, string problem) =>
        Assert.StartsWith(problem, MatcherWords.Read(Phrase.Of("s " + text + " 2h").Words).Problem, StringComparison.Ordinal);

    [Fact]
    public void Every_value_of_a_label_can_be_said_again() => Prop.ForAll<string?>(text =>
    {
        var matcher = new SilenceMatcher("a", IncidentBot.Channels.PlainText.Line(text ?? "", 100));
        return matcher.Value.Length == 0 || MatcherWords.Read(Phrase.Of($"s {matcher} 2h").Words).Matchers is [var read] && read == matcher;
    }).QuickCheckThrowOnFailure();
}
