using IncidentBot.Alerts;
using IncidentBot.Channels;
using IncidentBot.Delivery;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Incidents;

/// <summary>Words that run from right to left stay in their place, in messages as on pages.</summary>
public sealed class BidiTests
{
    [Theory]
    [InlineData("plex-0", "plex-0")]
    [InlineData("خادم", "\u2068خادم\u2069")]
    [InlineData("שרת 3", "\u2068שרת 3\u2069")]
    [InlineData("\u2069\u2067خادم\u2068", "\u2068خادم\u2069")]
    [InlineData("", "")]
    public void A_text_with_letters_that_run_left_is_set_apart(string text, string apart) => Assert.Equal(apart, Bidi.Apart(text));

    [Theory]
    [InlineData("\u2068a\u2069 b", "\u2068a\u2069 b")]
    [InlineData("a\u2069b", "ab")]
    [InlineData("\u2068a", "\u2068a\u2069")]
    [InlineData("\u2067a\u202Eb\u2069", "ab")]
    public void Isolates_in_a_message_are_always_closed_and_no_other_sign_of_direction_is_left(string text, string line) =>
        Assert.Equal(line, PlainText.Line(text, 100));

    [Fact]
    public void What_is_cut_within_an_isolate_is_closed_and_no_longer_than_asked() =>
        Assert.Equal("ab \u2068cd…\u2069", PlainText.Line("ab \u2068cdefgh\u2069 ij", 8));

    [Fact]
    public void Labels_of_a_message_do_not_trade_places()
    {
        var labels = LabelSet.From(("alertname", "DiskFull"), ("instance", "خادم-٣"), ("mountpoint", "/بيانات"), ("severity", "critical"));
        var group = new Notification("home", "bot", LabelSet.From(("alertname", "DiskFull")),
            [new AlertReport(Fingerprint.Of(labels), labels, LabelSet.From(("summary", "القرص ممتلئ")), Say.Noon, null, "")], "", 0);
        var incident = new Incident { Key = IncidentKey.Of(group), Number = 7 }.Apply(group.Alerts, group, Say.Noon).Incident;
        var message = new MessageWriter(new Uri("https://bot.example.org/"), TimeZoneInfo.Utc).Write(incident, null, Say.Noon);

        Assert.Equal("instance=\u2068خادم-٣\u2069, mountpoint=\u2068/بيانات\u2069", message.Place);
        Assert.StartsWith("🛑 CRITICAL · \u2068القرص ممتلئ\u2069 · DiskFull · instance=\u2068خادم-٣\u2069", MessageLayout.Glance(message), StringComparison.Ordinal);
        Assert.Equal(message.Place, Headline.PlaceText(incident));
    }
}
