using IncidentBot.Channels;
using IncidentBot.Rooms;
using Xunit;

namespace IncidentBot.Chat;

/// <summary>Who people are and what they may.</summary>
public sealed class PeopleTests
{
    private static readonly People Some = new(new PeopleOptions
    {
        Operators = [Person.Parse("slack:U1"), Person.Parse("matrix:@grace:example.org")],
        Known = [new KnownPersonOptions { Name = "Ada", Slack = "U1", Telegram = "1", Web = "ada" }, new KnownPersonOptions { Name = "Bob", Slack = "U2" }],
        Groups = new(StringComparer.Ordinal) { ["oncall"] = ["Bob", "telegram:7"] },
        Allow = new(StringComparer.Ordinal) { ["silence"] = ["oncall"] },
    });

    [Theory]
    [InlineData("slack:U1", "whatever", "Ada", true, true)]
    [InlineData("telegram:1", "", "Ada", true, true)]
    [InlineData("web:ada", "ada", "Ada", true, true)]
    [InlineData("slack:U2", "Bob", "Bob", true, false)]
    [InlineData("telegram:7", "Tom", "Tom", true, false)]
    [InlineData("matrix:@grace:example.org", "Grace", "Grace", true, true)]
    [InlineData("slack:U9", "Eve", "Eve", false, false)]
    [InlineData("slack:u1", "Eve", "Eve", false, false)]
    public void The_same_person_is_one_name_everywhere_and_may_the_same(string person, string shown, string name, bool listed, bool isOperator)
    {
        var who = Some.Of(Person.Parse(person), shown);

        Assert.Equal((name, listed, isOperator), (who.Name, who.IsListed, who.IsOperator));
    }

    [Theory]
    [InlineData("Ada")]
    [InlineData("ada")]
    [InlineData("A d a")]
    [InlineData("Аdа")]
    [InlineData("Ａｄａ")]
    [InlineData("Áda")]
    [InlineData("B0b")]
    [InlineData("\u202EadA\u202C")]
    [InlineData("")]
    [InlineData(" \t ")]
    [InlineData("🛑")]
    public void Nobody_gets_a_name_that_looks_like_somebody_elses(string shown) =>
        Assert.Contains(Some.Of(Person.Parse("slack:U9"), shown).Name, new[] { "slack:U9", "adA" });

    [Theory]
    [InlineData("slack:U1", "ack", true)]
    [InlineData("slack:U1", "silence", false)]
    [InlineData("slack:U2", "ack", false)]
    [InlineData("slack:U2", "silence", true)]
    [InlineData("telegram:7", "silence", true)]
    [InlineData("slack:U9", "silence", false)]
    public void A_command_may_be_left_to_a_group(string person, string word, bool may) =>
        Assert.Equal(may, Some.May(Some.Of(Person.Parse(person), ""), word));
}
