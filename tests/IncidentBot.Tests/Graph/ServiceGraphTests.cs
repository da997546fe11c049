using FsCheck;
using FsCheck.Fluent;
using IncidentBot.Alerts;
using Xunit;
using static IncidentBot.Graph.ServicesFileTests;

namespace IncidentBot.Graph;

/// <summary>Which services an alert speaks of, and what is wrong with a graph as a whole.</summary>
public sealed class ServiceGraphTests
{
    private static readonly ServiceGraph Home = Of("""
        services:
          - { name: traefik, tier: 1, depends_on: [kubernetes], alerts: [TraefikDown, HTTP5xx] }
          - { name: immich, tier: 3, depends_on: [traefik], match: [{ namespace: immich }, { namespace: immich, pod: "=~immich-ml-.*" }] }
          - { name: kubernetes, tier: 1, depends_on: [nodes], local_alerts: [PodNotReady] }
          - { name: nodes, tier: 2, depends_on: [] }
          - { name: node-1, tier: 2, depends_on: [nodes], match: { service: nodes, node: node-1 }, carries: [{ node: node-1 }, { instance: "=~node-1(:.*)?" }] }
        """);

    [Theory]
    [InlineData("alertname=TraefikDown", "traefik", "")]
    [InlineData("alertname=Other,service=Traefik", "traefik", "")]
    [InlineData("alertname=Other,service=unknown,app=traefik", "traefik", "")]
    [InlineData("alertname=TraefikDown,service=immich", "immich", "")]
    [InlineData("alertname=TraefikDown,namespace=immich", "immich", "")]
    [InlineData("alertname=NodeDown,service=nodes,node=node-1", "node-1", "")]
    [InlineData("alertname=NodeDown,service=nodes,node=node-2", "nodes", "")]
    [InlineData("alertname=PodNotReady,service=kubernetes,node=node-1", "kubernetes", "node-1")]
    [InlineData("alertname=Disk,instance=node-1:9100", "", "node-1")]
    [InlineData("alertname=PodPending", "pods", "")]
    [InlineData("alertname=Unknown", "", "")]
    public void What_is_most_specific_says_which_service_an_alert_speaks_of(string labels, string services, string carriers)
    {
        var graph = new ServiceGraph([.. Home.Services, new Service("pods", 3)], [.. Home.Watches,
            new Watches("PodPending", "pods") { ByRunbook = true }, new Watches("TraefikDown", "pods") { ByRunbook = true }, new Watches("Unknown", "gone")], []);
        var stand = graph.Dependencies.Stand(Labels(labels));

        Assert.Equal((services, carriers), (Names(stand.Services), Names(stand.Carriers)));

        string Names(int[] places) => string.Join(",", places.Select(place => graph.Services[place].Name));
    }

    [Fact]
    public void An_alert_about_a_part_of_a_service_is_known_as_such()
    {
        Assert.True(Home.Dependencies.Stand(Labels("alertname=PodNotReady,service=kubernetes")).IsLocal);
        Assert.False(Home.Dependencies.Stand(Labels("alertname=PodNotReady,namespace=immich")).IsLocal);
        Assert.False(Home.Dependencies.Stand(Labels("alertname=ApiServerDown,service=kubernetes")).IsLocal);
    }

    [Theory]
    [InlineData("alertname=TraefikDown", 1)]
    [InlineData("alertname=TraefikDown,tier=3", 3)]
    [InlineData("alertname=X,namespace=immich,tier=gold", 3)]
    [InlineData("alertname=X", null)]
    public void The_tier_is_what_an_alert_says_or_that_of_its_service(string labels, int? tier) => Assert.Equal(tier, Home.Tier(Labels(labels)));

    [Fact]
    public void Names_that_are_nowhere_are_found_and_count_for_nothing()
    {
        var graph = Of("services: [{ name: a, tier: 1, depends_on: [b, a, { any_of: [c, B] }] }, { name: b, tier: 1 }]");

        Assert.Equal([("a", "c")], GraphProblems.Missing(graph).Select(missing => (missing.Service.Name, missing.Missing)));
        Assert.Equal("1;1", string.Join(";", graph.Dependencies.Needs(0).ToArray().Select(need => string.Join(",", need))));
    }

    [Theory]
    [InlineData("a:b b:c c:", "")]
    [InlineData("b:c c:b", "b → c → b")]
    [InlineData("a:a", "a → a")]
    [InlineData("a:b,c b:d c:d d:", "")]
    [InlineData("c:a a:b b:c,d d:a", "a → b → c → a; a → b → d → a")]
    public void Circles_are_named(string needs, string cycles)
    {
        var services = needs.Split(' ').Select(text => text.Split(':')).Select(pair =>
            new Service(pair[0], 1) { DependsOn = [.. pair[1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name => new DependsOn(name))] });

        Assert.Equal(cycles, string.Join("; ", GraphProblems.Cycles(new ServiceGraph([.. services], [], [])).Select(way => string.Join(" → ", way)).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void A_graph_has_a_circle_exactly_when_some_service_reaches_itself()
    {
        var edges = Gen.Choose(0, 6).Two().ListOf();
        Prop.ForAll(edges.ToArbitrary(), list =>
        {
            var services = Enumerable.Range(0, 7).Select(place => new Service($"s{place}", 1)
            {
                DependsOn = [.. list.Where(edge => edge.Item1 == place).Select(edge => new DependsOn($"s{edge.Item2}"))],
            });
            var reaches = new bool[7, 7];
            foreach (var (from, to) in list)
            {
                reaches[from, to] = true;
            }

            for (var by = 0; by < 7; by++)
            {
                for (var from = 0; from < 7; from++)
                {
                    for (var to = 0; to < 7; to++)
                    {
                        reaches[from, to] |= reaches[from, by] && reaches[by, to];
                    }
                }
            }

            var cycles = GraphProblems.Cycles(new ServiceGraph([.. services], [], []));
            return cycles.Count > 0 == Enumerable.Range(0, 7).Any(place => reaches[place, place]);
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(500));
    }

    [Fact]
    public void Graphs_that_say_the_same_have_one_identity()
    {
        Assert.Equal(Home.Dependencies.Identity, new ServiceGraph([.. Home.Services], [.. Home.Watches], [new ResolvedBy("A", "b", "")]).Dependencies.Identity);
        Assert.NotEqual(Home.Dependencies.Identity, new ServiceGraph([.. Home.Services.Skip(1)], [.. Home.Watches], []).Dependencies.Identity);
    }

    internal static ServiceGraph Of(string text)
    {
        var (list, complaints) = Read(text);
        Assert.Empty(complaints);
        return new ServiceGraph(list.Services, list.Watches, []);
    }

    internal static LabelSet Labels(string text) =>
        LabelSet.From([.. text.Split(',').Select(pair => pair.Split('=', 2)).Select(pair => new Label(pair[0], pair[1]))]);
}
