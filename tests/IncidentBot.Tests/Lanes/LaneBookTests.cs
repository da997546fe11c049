using IncidentBot.Alerts;
using IncidentBot.Incidents;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Lanes;

/// <summary>Which lanes take an incident, and what it means that they change.</summary>
public sealed class LaneBookTests
{
    private static readonly LaneBook Book = LaneBook.Of(
    [
        Lane("audit", go: true, ("team", "=~db|storage")),
        Lane("critical", go: false, ("severity", "critical")),
        Lane("security", go: true, ("lane", "security")),
        Lane("nobodys", go: false, ("team", ""), ("severity", "!=info")),
        Lane("rest", go: false),
    ]);

    [Theory]
    [InlineData("rest", "severity=info")]
    [InlineData("nobodys", "severity=warning")]
    [InlineData("rest", "severity=warning team=web")]
    [InlineData("audit rest", "severity=warning team=db")]
    [InlineData("audit critical", "severity=critical team=storage")]
    [InlineData("critical", "severity=critical team=dba")]
    [InlineData("security nobodys", "lane=security severity=warning")]
    [InlineData("critical", "lane=security severity=critical")]
    [InlineData("audit security rest", "lane=security team=db")]
    [InlineData("critical", "severity=info", "severity=warning", "severity=critical")]
    [InlineData("audit critical", "severity=critical", "severity=info team=db")]
    [InlineData("security nobodys", "severity=info team=web", "lane=security")]
    public void The_first_lane_that_takes_any_alert_is_the_incidents_and_those_it_continues_to_follow(string lanes, params string[] alerts) =>
        Assert.Equal(lanes, Names(Book.Route(Incident(alerts), null)));

    [Fact]
    public void Alerts_in_any_order_lead_to_the_same_lanes()
    {
        string[] alerts = ["severity=critical", "severity=info team=db", "lane=security", "severity=warning team=web"];
        Assert.Single(Permutations(alerts).Select(order => Names(Book.Route(Incident([.. order]), null))).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public void What_says_that_nothing_is_heard_is_in_the_first_lane_whatever_that_asks_for()
    {
        var own = Incident("severity=critical") with { Key = new IncidentKey(IncidentKey.OwnSource, "watchdog", LabelSet.Empty) };

        Assert.Equal("audit critical", Names(Book.Route(own, null)));
    }

    [Fact]
    public void Only_between_lanes_that_are_still_configured_an_incident_has_moved()
    {
        var critical = Incident("severity=critical");
        Assert.Equal(LaneMove.Up, Book.Route(critical, "rest").Move);
        Assert.Equal(LaneMove.None, Book.Route(critical, "critical").Move);
        Assert.Equal(LaneMove.Down, Book.Route(critical, "audit").Move);
        Assert.Equal(LaneMove.None, Book.Route(critical, null).Move);
        Assert.Equal(LaneMove.None, Book.Route(critical, "removed by a reload").Move);
        Assert.Equal(LaneMove.None, Book.Route(critical, Lanes.Lane.None.Name).Move);
    }

    [Fact]
    public void A_room_that_the_lanes_have_left_goes_on_by_the_lane_that_showed_the_post()
    {
        var moved = Book.Route(Incident("severity=critical"), "rest");

        Assert.Equal("critical", moved.Follow("rest").Name);
        Assert.Equal("audit", moved.Follow("audit").Name);
        Assert.Equal("critical", moved.Follow("removed by a reload").Name);
    }

    private static string Names(Routing routing) => string.Join(' ', routing.Lanes.Select(lane => lane.Name));

    private static LaneOptions Lane(string name, bool go, params (string Label, string Match)[] match) =>
        new() { Name = name, Continue = go, Match = match.ToDictionary(pair => pair.Label, pair => pair.Match, StringComparer.Ordinal) };

    private static Incident Incident(params string[] alerts)
    {
        var reports = alerts.Select(alert => LabelSet.From([.. alert.Split(' ').Select(label => label.Split('=')).Select(pair => (pair[0], pair[1]))]))
            .Select(labels => new AlertReport(Fingerprint.Of(labels), labels, LabelSet.Empty, Noon, null, "")).ToArray();
        var notification = Group(reports);
        return new Incident { Key = IncidentKey.Of(notification) }.Apply(reports, notification, Noon).Incident;
    }

    private static IEnumerable<IEnumerable<string>> Permutations(IReadOnlyList<string> all) => all.Count == 0
        ? [[]]
        : all.SelectMany(first => Permutations([.. all.Where(other => other != first)]).Select(others => others.Prepend(first)));
}
