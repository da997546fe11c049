using FsCheck;
using FsCheck.Fluent;
using IncidentBot.Alerts;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Incidents;

/// <summary>Which incident explains which.</summary>
public sealed class InhibitionIndexTests
{
    private static readonly InhibitRule NodeExplainsPods = Rule(("alertname", "NodeDown"), ("alertname", "PodNotReady"), "node");
    private static readonly InhibitRule WorseExplainsLess = Rule(("severity", "critical"), ("severity", "warning"));
    private static readonly InhibitRule SameOnBothSides = Rule(("team", "storage"), ("team", "storage"));

    [Fact]
    public void All_that_fires_must_be_explained_and_by_equal_labels()
    {
        var cascade = new InhibitionIndex([NodeExplainsPods]);
        cascade.Put(Burning(1, Labels("NodeDown", ("node", "a"))));
        cascade.Put(Burning(2, Labels("NodeDown", ("node", "b"))));

        Assert.Equal([new Cause(1, "NodeDown")], cascade.Found(Burning(3, Labels("PodNotReady", ("node", "a")))));
        Assert.Equal([1, 2], cascade.Found(Burning(3, Labels("PodNotReady", ("node", "a")), Labels("PodNotReady", ("node", "b")))).Select(cause => cause.Number));
        Assert.Empty(cascade.Found(Burning(3, Labels("PodNotReady", ("node", "a")), Labels("PodNotReady", ("node", "c")))));
        Assert.Empty(cascade.Found(Burning(3, Labels("PodNotReady"))));
        Assert.Empty(cascade.Found(Burning(3, Labels("DiskFull", ("node", "a")))));
    }

    [Fact]
    public void A_label_that_is_absent_in_both_is_equal()
    {
        var cascade = new InhibitionIndex([NodeExplainsPods]);
        cascade.Put(Burning(1, Labels("NodeDown")));

        Assert.Single(cascade.Found(Burning(2, Labels("PodNotReady"))));
        Assert.Single(cascade.Found(Burning(2, Labels("PodNotReady", ("node", "")))));
    }

    [Fact]
    public void What_has_ended_explains_nothing_and_what_it_explained_is_named_to_be_looked_at()
    {
        var cascade = new InhibitionIndex([NodeExplainsPods]);
        var cause = Burning(1, Labels("NodeDown", ("node", "a")));
        var target = Burning(2, Labels("PodNotReady", ("node", "a")));
        cascade.Put(target);
        Assert.Equal([2], cascade.Put(cause));
        Assert.Equal([1], cascade.Put(target with { Inhibition = new Inhibition([1], "#1 NodeDown") }));
        Assert.Equal("#2 PodNotReady", cascade.Inhibits(1));

        Assert.Equal([2], cascade.Put(Over(cause)));
        Assert.Empty(cascade.Found(target));
        Assert.Equal([1], cascade.Put(Over(target)));
        Assert.Equal("", cascade.Inhibits(1));
    }

    [Fact]
    public void Nothing_explains_itself_and_what_is_on_both_sides_is_not_explained_by_its_like()
    {
        var both = new InhibitionIndex([SameOnBothSides]);
        both.Put(Burning(1, Labels("A", ("team", "storage"))));
        Assert.Empty(both.Found(Burning(1, Labels("A", ("team", "storage")))));
        Assert.Empty(both.Found(Burning(2, Labels("B", ("team", "storage")))));

        var mixed = new InhibitionIndex([Rule(("team", "storage"), ("severity", "warning"))]);
        mixed.Put(Burning(1, Labels("A", ("team", "storage"), ("severity", "warning"))));
        Assert.Empty(mixed.Found(Burning(2, Labels("B", ("team", "storage"), ("severity", "warning")))));
        Assert.Single(mixed.Found(Burning(3, Labels("C", ("severity", "warning")))));
        mixed.Put(Burning(4, Labels("D", ("team", "storage"), ("severity", "critical"))));
        Assert.Equal(4, Assert.Single(mixed.Found(Burning(2, Labels("B", ("team", "storage"), ("severity", "warning"))))).Number);
    }

    [Fact]
    public void Two_that_explain_each_other_do_not_hide_both()
    {
        var cascade = new InhibitionIndex([Rule(("alertname", "A"), ("alertname", "B")), Rule(("alertname", "B"), ("alertname", "A"))]);
        var (a, b) = (Burning(1, Labels("A")), Burning(2, Labels("B")));
        cascade.Put(a);
        Assert.Equal(1, Assert.Single(cascade.Found(b)).Number);
        cascade.Put(b with { Inhibition = new Inhibition([1], "#1 A") });

        Assert.Empty(cascade.Found(a));
    }

    [Fact]
    public void What_is_explained_may_explain_more()
    {
        var cascade = new InhibitionIndex([Rule(("alertname", "A"), ("alertname", "B")), Rule(("alertname", "B"), ("alertname", "C"))]);
        cascade.Put(Burning(1, Labels("A")));
        cascade.Put(Burning(2, Labels("B")) with { Inhibition = new Inhibition([1], "#1 A") });

        Assert.Equal(2, Assert.Single(cascade.Found(Burning(3, Labels("C")))).Number);
    }

    [Fact]
    public void Values_that_look_like_others_are_told_apart()
    {
        var cascade = new InhibitionIndex([Rule(("alertname", "A"), ("alertname", "B"), "x", "y")]);
        cascade.Put(Burning(1, Labels("A", ("x", "1;1:2"), ("y", ""))));

        Assert.Empty(cascade.Found(Burning(2, Labels("B", ("x", "1"), ("y", "2")))));
        Assert.Empty(cascade.Found(Burning(2, Labels("B", ("x", ""), ("y", "1;1:2")))));
    }

    [Fact]
    public void What_is_freed_waits_a_minute_and_is_then_told()
    {
        var target = Burning(2, Labels("PodNotReady"));
        var inhibited = Followed(new Applied(target, []), [(1, "NodeDown")], "", Noon);
        Assert.Equal((ChangeKind.InhibitedBy, "#1 NodeDown"), (Assert.Single(inhibited.Changes).Kind, inhibited.Changes[0].Detail));

        var waiting = Followed(new Applied(inhibited.Incident, []), [], "", At(10));
        Assert.Empty(waiting.Changes);
        Assert.Equal(At(11), waiting.Incident.DueAt);
        Assert.Null(Followed(new Applied(waiting.Incident, []), [(1, "NodeDown")], "", At(10.5)).Incident.DueAt);
        var free = Followed(new Applied(waiting.Incident, []), [], "", At(11));
        Assert.Equal(ChangeKind.Uninhibited, Assert.Single(free.Changes).Kind);
        Assert.Null(free.Incident.Inhibition);
    }

    [Fact]
    public void However_long_the_names_are_the_number_of_all_is_said_and_fits_a_line()
    {
        var cascade = new InhibitionIndex([Rule(("alertname", "NodeDown"), ("severity", "warning"))]);
        cascade.Put(Burning(1, Labels("NodeDown")));
        for (var i = 2; i <= 13; i++)
        {
            cascade.Put(Burning(i, Labels($"KubernetesPersistentVolumeIsFilling{i}", ("severity", "warning"))) with { Inhibition = new Inhibition([1], "#1 NodeDown") });
        }

        Assert.Equal("12 incidents: #2 KubernetesPersistentVolumeIsFilling2, #3 KubernetesPersistentVolumeIsFilling3 and 10 more", cascade.Inhibits(1));
        Assert.InRange($"Also burning because of this: {cascade.Inhibits(1)}".Length, 100, 160);
    }

    [Fact]
    public void The_index_finds_what_a_search_of_everything_finds()
    {
        var labels = from name in Gen.Elements("A", "B", "C")
                     from node in Gen.Elements("a", "b", "")
                     from severity in Gen.Elements("critical", "warning")
                     select Labels(name, ("node", node), ("severity", severity));
        var incidents = from number in Gen.Choose(1, 6)
                        from alerts in labels.NonEmptyListOf()
                        from over in Gen.Elements(false, false, true)
                        select over ? Over(Burning(number, [.. alerts.Take(3)])) : Burning(number, [.. alerts.Take(3)]);
        InhibitRule[] rules = [Rule(("alertname", "A"), ("alertname", "B"), "node"), WorseExplainsLess, Rule(("severity", "critical"), ("alertname", "C"), "node")];

        Prop.ForAll(incidents.NonEmptyListOf().ToArbitrary(), story =>
        {
            var cascade = new InhibitionIndex(rules);
            var open = new Dictionary<long, Incident>();
            return story.All(incident =>
            {
                var touched = cascade.Put(incident);
                var before = open.Values.Where(other => other.Number != incident.Number).ToDictionary(other => other.Number, other => Search(rules, other, open.Values));
                open[incident.Number] = incident;
                var moved = before.Where(pair => Search(rules, open[pair.Key], open.Values) != pair.Value).Select(pair => pair.Key);
                return moved.All(touched.Contains)
                    && open.Values.All(other => cascade.Found(other).Count > 0 == Search(rules, other, open.Values));
            });
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(1000).WithEndSize(20));
    }

    private static Applied Followed(Applied applied, (long Number, string Title)[] causes, string inhibits, DateTimeOffset now) => Inhibition.Follow(
        applied, new Explanation([.. causes.Select(cause => new Cause(cause.Number, cause.Title))], ByRules: true, MayHold: false), null, inhibits, now);

    /// <summary>Whether all that fires in an incident is explained, by looking at everything.</summary>
    private static bool Search(InhibitRule[] rules, Incident target, IEnumerable<Incident> open) =>
        target.FiringCount > 0 && target.Alerts.Values.Where(alert => alert.Firing).All(alert => rules.Any(rule => rule.Concerns(alert.Labels)
            && open.Where(other => other.Number != target.Number).SelectMany(other => other.Alerts.Values).Any(source => source.Firing && rule.Explains(source.Labels)
                && rule.Equal.All(name => (source.Labels[name] ?? "") == (alert.Labels[name] ?? ""))
                && !(rule.Explains(alert.Labels) && rule.Concerns(source.Labels)))));

    private static InhibitRule Rule((string Name, string Value) source, (string Name, string Value) target, params string[] equal) => new(
        [Matcher.Parse(source.Name, source.Value)], [Matcher.Parse(target.Name, target.Value)], equal);

    private static LabelSet Labels(string name, params (string, string)[] more) => LabelSet.From([("alertname", name), .. more]);

    private static Incident Burning(long number, params LabelSet[] alerts)
    {
        var reports = alerts.DistinctBy(Fingerprint.Of).Select(labels => new AlertReport(Fingerprint.Of(labels), labels, LabelSet.Empty, Noon, null, "")).ToArray();
        var said = Group(reports);
        return new Incident { Number = number, Key = IncidentKey.Of(said) }.Apply(reports, said, Noon).Incident;
    }

    private static Incident Over(Incident incident)
    {
        var reports = incident.Alerts.Values.Select(alert => new AlertReport(alert.Fingerprint, alert.Labels, alert.Annotations, alert.StartsAt, At(5), "")).ToArray();
        return incident.Apply(reports, Group(reports), At(5)).Incident;
    }
}

file static class FoundCauses
{
    /// <summary>The causes alone.</summary>
    public static IReadOnlyList<Cause> Found(this InhibitionIndex index, Incident incident) => index.CausesOf(incident).Causes;
}
