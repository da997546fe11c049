using IncidentBot.Alerts;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Incidents;

public sealed class UrgencyTests
{
    private static readonly DateTimeOffset Now = StoreStub.Start;

    [Fact]
    public void What_fires_comes_before_what_is_over_however_bad_that_was() =>
        Expect("warning", Alert("over", "critical", since: 60, ended: 5), Alert("warning", "warning", since: 1));

    [Fact]
    public void The_worst_comes_first() =>
        Expect("worst", Alert("older", "warning", since: 60), Alert("worst", "page", since: 1), Alert("info", "info", since: 90));

    [Fact]
    public void Of_the_same_severity_what_has_fired_longest_comes_first_so_that_one_that_joins_does_not_take_its_place()
    {
        Expect("first", Alert("second", "critical", since: 10), Alert("first", "critical", since: 20));
        Expect("first", Alert("second", "critical", since: 10), Alert("first", "P1", since: 20), Alert("joins", "critical", since: 0));
    }

    [Fact]
    public void Of_what_is_over_the_worst_that_ended_last_comes_first() =>
        Expect("last", Alert("first", "critical", since: 60, ended: 30), Alert("last", "critical", since: 20, ended: 2), Alert("info", "info", since: 9, ended: 1));

    [Fact]
    public void The_order_does_not_depend_on_the_order_in_which_they_came()
    {
        var random = new Random(7);
        List<Alert> alerts = [.. from severity in new[] { "critical", "page", "warning", "none" }
                                 from since in new[] { 3, 8 }
                                 from ended in new int?[] { null, 1, 2 }
                                 select Alert($"{severity}-{since}-{ended}", severity, since, ended)];
        var expected = Urgency.Sort(alerts);

        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(expected, Urgency.Sort(alerts.OrderBy(_ => random.Next())));
        }
    }

    [Fact]
    public void The_summary_and_the_runbook_of_an_incident_are_those_of_its_most_urgent_alert()
    {
        var incident = new IncidentBuilder(1, Now)
            .Fires(default, Labels("b", "critical"), LabelSet.From(("summary", "the first"), ("runbook_url", "https://example.org/first")))
            .Fires(TimeSpan.FromMinutes(1), Labels("a", "critical"), LabelSet.From(("summary", "the second"), ("runbook_url", "https://example.org/second")))
            .Build().Incident;

        Assert.Equal(("the first (and 1 more)", "https://example.org/first"), (Headline.Summary(incident), Headline.Runbook(incident)));
    }

    private static void Expect(string first, params Alert[] alerts)
    {
        Assert.Equal(first, Urgency.Sort(alerts)[0].Name);
        Assert.Equal(first, Urgency.Sort(alerts.Reverse())[0].Name);
    }

    private static LabelSet Labels(string name, string severity) => LabelSet.From(("alertname", name), ("severity", severity));

    private static Alert Alert(string name, string severity, int since, int? ended = null)
    {
        var labels = Labels(name, severity);
        return new Alert(Fingerprint.Of(labels), labels, LabelSet.Empty, "", Now.AddMinutes(-since), Now.AddMinutes(-since),
            ended is { } minutes ? Now.AddMinutes(-minutes) : null, Now);
    }
}
