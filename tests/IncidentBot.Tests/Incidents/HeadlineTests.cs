using IncidentBot.Alerts;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Incidents;

/// <summary>By which words people tell incidents and alerts apart.</summary>
public sealed class HeadlineTests
{
    [Fact]
    public void No_alerts_summary_or_description_speaks_for_the_others()
    {
        var incident = Of([.. new[] { "auth", "git", "immich", "mail", "wiki" }.Select(name => Labels("instance", name))],
            name => $"Endpoint {name} is down");

        Assert.Matches(@"\A5 × Endpoint … is down: \w+, \w+, \w+ and 2 more\z", Headline.Summary(incident));
        Assert.Equal("", Headline.Description(incident));
        Assert.Equal("Endpoint auth is down", Headline.Summary(Of([Labels("instance", "auth")], name => $"Endpoint {name} is down")));
    }

    [Fact]
    public void What_only_tells_how_it_was_measured_is_shown_where_nothing_else_differs()
    {
        var incident = Of([Labels("job", "kube-proxy"), Labels("job", "etcd")], _ => "Targets are down");

        Assert.Equal(["etcd", "kube-proxy"], incident.Alerts.Values.Select(alert => Assert.Single(Headline.Place(alert, incident)).Value).Order());
        Assert.Equal("Targets are down", Headline.Summary(incident));
    }

    [Fact]
    public void Labels_of_the_group_are_always_shown_and_those_for_machines_come_last()
    {
        var incident = Of([LabelSet.From(("alertname", "Down"), ("__x__", "1"), ("rule_uid", "2"), ("cluster", "home"), ("node", "a"), ("pod", "b"), ("name", "c"), ("queue", "mail"), ("lane", "critical"))],
            _ => "", ("queue", "mail"));

        Assert.Equal(["cluster", "node", "pod", "queue"], Headline.Place(incident).Select(label => label.Name));
        Assert.Equal(["queue", "__x__", "rule_uid"],
            Headline.Place(Of([LabelSet.From(("__x__", "1"), ("rule_uid", "2"), ("queue", "mail"))], _ => "")).Select(label => label.Name));
    }

    [Fact]
    public void What_else_the_author_wrote_reaches_people()
    {
        var labels = Labels("instance", "n1");
        var annotations = LabelSet.From(("impact", "customers cannot pay"), ("action", "call the DBA"), ("dashboard_url", "https://grafana.example.org/d/abc"));
        var group = new Notification("home", "bot", LabelSet.Empty, [new AlertReport(Fingerprint.Of(labels), labels, annotations, Say.Noon, null, "")], "", 0);
        var incident = new Incident { Key = IncidentKey.Of(group) }.Apply(group.Alerts, group, Say.Noon).Incident;

        Assert.Equal(["Impact: customers cannot pay", "Action: call the DBA"], Headline.Remarks(incident));
        Assert.Equal("https://grafana.example.org/d/abc", Headline.Dashboard(incident));
        Assert.Equal("red end", Channels.PlainText.Line("\u001B[1;31mred\u001B[0m \u001B]0;title\u0007end", 99));
    }

    private static LabelSet Labels(string name, string value) => LabelSet.From(("alertname", "Down"), (name, value));

    private static Incident Of(LabelSet[] alerts, Func<string, string> summary, params (string, string)[] group)
    {
        var reports = alerts.Select(labels => new AlertReport(Fingerprint.Of(labels), labels,
            LabelSet.From(("summary", summary(labels["instance"] ?? "")), ("description", $"of {labels}")), Say.Noon, null, "")).ToArray();
        var notification = new Notification("home", "bot", LabelSet.From(group), reports, "", 0);
        return new Incident { Key = IncidentKey.Of(notification) }.Apply(reports, notification, Say.Noon).Incident;
    }
}
