using Xunit;

namespace IncidentBot.Alerts;

public sealed class FingerprintTests
{
    [Fact]
    public void The_order_of_labels_does_not_matter()
    {
        Assert.Equal(Fingerprint.Of(LabelSet.From(("a", "1"), ("b", "2"))), Fingerprint.Of(LabelSet.From(("b", "2"), ("a", "1"))));
    }

    [Fact]
    public void A_letter_that_moves_from_name_to_value_makes_another_alert()
    {
        Assert.NotEqual(Fingerprint.Of(LabelSet.From(("ab", "c"))), Fingerprint.Of(LabelSet.From(("a", "bc"))));
    }

    [Fact]
    public void Long_and_foreign_values_are_read_whole()
    {
        var text = new string('ü', 5000);

        Assert.NotEqual(Fingerprint.Of(LabelSet.From(("a", text + "x"))), Fingerprint.Of(LabelSet.From(("a", text + "y"))));
    }

    [Fact]
    public void No_labels_have_the_fingerprint_that_prometheus_gives_them()
    {
        Assert.Equal("cbf29ce484222325", Fingerprint.Of(LabelSet.Empty));
    }
}
