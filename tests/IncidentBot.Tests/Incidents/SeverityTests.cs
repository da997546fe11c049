using IncidentBot.Alerts;
using Xunit;

namespace IncidentBot.Incidents;

/// <summary>How bad a word is, which spellings are one, and which of two words is shown.</summary>
public sealed class SeverityTests
{
    private static readonly string[] Words = ["critical", "CRIT", "page", "P1", "warning", "major", "odd", "Odder", "info", "notice", "none", ""];

    [Fact]
    public void The_worse_of_two_words_is_the_same_in_any_order()
    {
        Assert.All(Words, one => Assert.All(Words, other =>
        {
            var worst = Severity.Worst(new Severity(one), new Severity(other));
            Assert.Equal(worst, Severity.Worst(new Severity(other), new Severity(one)));
            Assert.Equal((SeverityLevel)Math.Max((int)new Severity(one).Level, (int)new Severity(other).Level), worst.Level);
        }));
    }

    [Theory]
    [InlineData("critical", "Critical", "CRIT", "page", "P1", "emergency", "fatal", "disaster", "sev1", " critical ")]
    [InlineData("high", "High", "major", "ERROR", "err", "P2")]
    [InlineData("warning", "Warning", "WARN", "minor", "medium", "ticket", "p3")]
    [InlineData("info", "Info", "informational", "Notice", "low", "debug", "P5")]
    [InlineData("none", "None", "ok", "")]
    [InlineData("odd", "Odd", "ODD")]
    public void Case_and_common_spellings_are_one_word(string name, params string[] spellings) =>
        Assert.All(spellings, spelling => Assert.Equal(new Severity(name), new Severity(spelling)));

    [Fact]
    public void High_major_and_error_are_between_warning_and_critical()
    {
        Assert.True(new Severity("error").Level > new Severity("warning").Level);
        Assert.True(new Severity("error").Level < new Severity("critical").Level);
        Assert.Equal(SeverityLevel.Warning, new Severity("odd").Level);
    }

    [Fact]
    public void What_the_settings_say_of_a_word_counts_more_than_the_usual()
    {
        var words = new SeverityWords(new Dictionary<string, string>(StringComparer.Ordinal) { ["Page"] = "high", ["red"] = "critical" });
        Assert.Equal(("high", SeverityLevel.High), words.Name("PAGE"));
        Assert.Equal(("critical", SeverityLevel.Critical), words.Name("RED"));
        Assert.Equal(("info", SeverityLevel.Info), words.Name("notice"));
    }

    [Theory]
    [InlineData("critical", "CRIT", true)]
    [InlineData("Critical", "page", true)]
    [InlineData("P1", "critical", true)]
    [InlineData("error", "high", true)]
    [InlineData("warning", "critical", false)]
    [InlineData("warning", "odd", false)]
    [InlineData("ODD", "odd", true)]
    [InlineData("!=critical", "Page", false)]
    [InlineData("!=critical", null, true)]
    [InlineData("=~Critical|Warning", "crit", true)]
    [InlineData("=~p1|p2", "P1", true)]
    [InlineData("=~p1|p2", "critical", false)]
    [InlineData("!~critical", "PAGE", false)]
    [InlineData("", null, true)]
    [InlineData("", "none", false)]
    [InlineData("none", null, false)]
    public void A_matcher_of_severities_compares_what_they_mean(string text, string? value, bool matches) =>
        Assert.Equal(matches, Matcher.Parse("severity", text).Matches(value));

    [Fact]
    public void Other_labels_are_compared_as_they_are_written()
    {
        Assert.False(Matcher.Parse("level", "critical").Matches("Critical"));
        Assert.False(Matcher.Parse("level", "=~critical").Matches("Critical"));
    }

    [Fact]
    public void An_alert_is_as_bad_as_the_settings_say_until_they_say_otherwise()
    {
        var words = new SeverityWords(new Dictionary<string, string>(StringComparer.Ordinal) { ["red"] = "critical" });
        var labels = LabelSet.From(("alertname", "A"), ("severity", "Red"));
        var said = new Notification("home", "bot", LabelSet.Empty,
            [new AlertReport("1", labels, LabelSet.Empty, DateTimeOffset.UnixEpoch, null, "")], "", 0);
        var incident = new Incident { Key = IncidentKey.Of(said) };
        var named = words.Name(said);
        incident = incident.Apply(named.Alerts, named, DateTimeOffset.UnixEpoch.AddMinutes(1)).Incident;
        Assert.Equal("critical", incident.Severity.Word);
        Assert.Equal("Red", incident.CommonLabels["severity"]);
        Assert.Same(incident, incident.Apply(named.Alerts, named, DateTimeOffset.UnixEpoch.AddMinutes(2)).Incident);
        Assert.Equal("red", incident.Apply(said.Alerts, said, DateTimeOffset.UnixEpoch.AddMinutes(3)).Incident.Severity.Word);
        Assert.Same(said, SeverityWords.Usual.Name(said));
    }
}
