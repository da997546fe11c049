using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using IncidentBot.Alerts;
using IncidentBot.Graph;
using Xunit;
using static IncidentBot.Support.Say;

namespace IncidentBot.Incidents;

/// <summary>Which incident upstream is the cause of another.</summary>
public sealed class DownServicesTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("a:b b:c c:", "b", "#1 b (a → b)")]
    [InlineData("a:b b:c c:", "c", "#1 c (a → b → c)")]
    [InlineData("a:b b:c c:", "b c", "#2 c (a → b → c)")]
    [InlineData("a:b b:c c:a", "b c", "#2 c (a → b → c)")]
    [InlineData("a:b b: c:a", "c", "")]
    [InlineData("a:b|c b: c:", "b", "")]
    [InlineData("a:b|c b: c:", "b c", "#1 b (a → b)")]
    [InlineData("a:b|c b:d c:d d:", "d", "#1 d (a → b → d)")]
    [InlineData("a:b|c b:d c: d:", "d", "")]
    [InlineData("a:b,c b: c:", "c b", "#2 b (a → b)")]
    [InlineData("a:b b:c c:d d:e e:f f:g g:", "g", "#1 g (a → b → … → f → g)")]
    [InlineData("a: b:", "b", "")]
    public void The_cause_is_what_is_down_farthest_upstream(string needs, string down, string cause)
    {
        var index = new InhibitionIndex([], Map(needs));
        foreach (var (place, service) in down.Split(' ').Index())
        {
            index.Put(On(place + 1, service));
        }

        Assert.Equal(cause, Cause.Name(index.CausesOf(On(9, "a")).Causes));
    }

    [Fact]
    public void Something_harmless_is_no_cause_of_something_worse_and_only_what_is_as_bad_holds()
    {
        var index = new InhibitionIndex([], Map("a:b b:"));
        index.Put(On(1, "b", "info"));
        Assert.Empty(index.CausesOf(On(2, "a", "critical")).Causes);
        Assert.True(index.CausesOf(On(2, "a", "info")).MayHold);

        index.Put(On(3, "b", "warning"));
        var explained = index.CausesOf(On(2, "a", "critical"));
        Assert.Equal(("#3 b (a → b)", false), (Cause.Name(explained.Causes), explained.MayHold));
        index.Put(On(4, "b", "critical"));
        Assert.Equal(("#4 b (a → b)", true), (Cause.Name(index.CausesOf(On(2, "a", "critical")).Causes), index.CausesOf(On(2, "a", "critical")).MayHold));
    }

    [Fact]
    public void All_that_fires_in_an_incident_must_have_a_cause()
    {
        var index = new InhibitionIndex([], Map("a:c b:d c: d:"));
        index.Put(On(1, "c"));
        Assert.Empty(index.CausesOf(Burning(2, Labels("x", ("service", "a")), Labels("x", ("service", "b")))).Causes);
        index.Put(On(3, "d"));
        Assert.Equal("#1 c (a → c), #3 d (b → d)", Cause.Name(index.CausesOf(Burning(2, Labels("x", ("service", "a")), Labels("x", ("service", "b")))).Causes));
        Assert.Empty(index.CausesOf(Burning(2, Labels("x", ("service", "a")), Labels("x"))).Causes);
    }

    [Fact]
    public void Two_that_need_each_other_do_not_hide_both()
    {
        var index = new InhibitionIndex([], Map("a:b b:a"));
        var (a, b) = (On(1, "a"), On(2, "b"));
        index.Put(a);
        Assert.Equal("#1 a (b → a)", Cause.Name(index.CausesOf(b).Causes));
        index.Put(b with { Inhibition = new Inhibition([1], "#1 a") { Kind = InhibitionKind.Held } });
        Assert.Empty(index.CausesOf(a).Causes);
    }

    [Fact]
    public void Whatever_happens_all_that_has_another_cause_than_before_is_looked_at_again()
    {
        var steps = from service in Gen.Choose(0, 7) from number in Gen.Choose(1, 6) from severity in Gen.Elements("critical", "warning") from over in Gen.Elements(false, false, true) select (service, number, severity, over);
        Prop.ForAll(steps.NonEmptyListOf().ToArbitrary(), story =>
        {
            var map = Map("s0:s1,s2 s1:s3|s4 s2:s5 s3:s6 s4:s6 s5:s7 s6:s7 s7:s0");
            var (index, open) = (new InhibitionIndex([], map), new Dictionary<long, Incident>());
            return story.All(step =>
            {
                var before = open.Values.Where(other => other.Number != step.number).ToDictionary(other => other.Number, Named);
                var incident = On(step.number, $"s{step.service}", step.severity);
                HashSet<long> touched = [.. index.Put(open[step.number] = step.over ? incident with { Status = IncidentStatus.Resolved } : incident), .. index.TakeChanged()];
                return before.Where(pair => Named(open[pair.Key]) != pair.Value).All(pair => touched.Contains(pair.Key));
            });

            // As people see it: whether there is a cause, and whether it may hold.
            (bool, bool) Named(Incident incident) => index.CausesOf(incident) is var found ? (found.Causes.Count > 0, found.MayHold) : default;
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(1000).WithEndSize(30));
    }

    [Fact]
    public void With_ten_thousand_services_and_a_thousand_open_incidents_a_cause_is_found_within_ten_milliseconds()
    {
        var services = Enumerable.Range(0, 10_000).Select(place => new Service($"s{place}", 3)
        {
            DependsOn = place == 0 ? [] : [new DependsOn($"s{(place - 1) / 2}"), new DependsOn([$"s{place - 1}", $"s{place / 3}"])],
        }).ToList();
        var watch = Stopwatch.StartNew();
        var map = new ServiceGraph(services, [.. services.Select(service => new Watches($"{service.Name}Down", service.Name))], []).Dependencies;
        var built = watch.Elapsed;
        var index = new InhibitionIndex([], map);
        var incidents = Enumerable.Range(1, 1000).Select(number => Burning(number, Labels($"s{number * 9}Down", ("severity", "critical")))).ToList();
        watch.Restart();
        incidents.ForEach(incident => index.Put(incident));
        var put = watch.Elapsed / incidents.Count;
        var processor = Environment.CpuUsage.TotalTime;
        var longest = TimeSpan.Zero;
        var caused = 0;
        foreach (var incident in incidents)
        {
            watch.Restart();
            caused += index.CausesOf(incident).Causes.Count;
            longest = watch.Elapsed > longest ? watch.Elapsed : longest;
        }

        var mean = (Environment.CpuUsage.TotalTime - processor) / incidents.Count;
        output.WriteLine($"10,000 services: graph built in {built.TotalMilliseconds:F0} ms; of 1,000 open incidents each taken in within {put.TotalMicroseconds:F0} µs, its cause found in {mean.TotalMicroseconds:F0} µs of processor time (the slowest {longest.TotalMilliseconds:F1} ms); {caused} have one");
        Assert.InRange(caused, 900, 1000);
        Assert.InRange(mean.TotalMilliseconds, 0, 10);
    }

    /// <summary><c>a:b|c,d</c>: a needs one of b and c, and d.</summary>
    private static DependencyMap Map(string needs) => new ServiceGraph(
        [.. needs.Split(' ').Select(text => text.Split(':')).Select(pair => new Service(pair[0], 2)
        {
            DependsOn = [.. pair[1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(need => new DependsOn(need.Split('|')))],
        })], [], []).Dependencies;

    private static Incident On(long number, string service, string severity = "critical") => Burning(number, Labels(service, ("service", service), ("severity", severity)));

    private static Incident Burning(long number, params LabelSet[] alerts)
    {
        var firing = alerts.Select(labels => new Alert(Fingerprint.Of(labels), labels, LabelSet.Empty, "", Noon, Noon, null, Noon)).ToList();
        return new Incident
        {
            Number = number,
            Key = new IncidentKey("home", "team", LabelSet.From(("n", $"{number}"))),
            Status = IncidentStatus.Firing,
            FiringCount = firing.Count,
            Severity = firing.Select(alert => alert.Severity).Aggregate(Severity.Worst),
            Alerts = System.Collections.Immutable.ImmutableDictionary.CreateRange(StringComparer.Ordinal, firing.Select(alert => KeyValuePair.Create(alert.Fingerprint, alert))),
            CommonLabels = firing[0].Labels,
        };
    }

    private static LabelSet Labels(string name, params (string Name, string Value)[] labels) => LabelSet.From([("alertname", name), .. labels]);
}
