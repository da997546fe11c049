using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace IncidentBot.Graph;

/// <summary>How services are put above what they need.</summary>
public sealed class ServiceLayersTests
{
    [Fact]
    public void What_people_use_is_on_top_and_hardware_at_the_bottom()
    {
        var graph = ServiceGraphTests.Of("services: [{ name: mail, tier: 1, depends_on: [cluster] }, { name: photos, tier: 2, depends_on: [proxy] }, "
            + "{ name: proxy, tier: 1, depends_on: [cluster] }, { name: cluster, tier: 1, depends_on: [machine] }, { name: machine, tier: 1 }]");

        Assert.Equal("photos / mail proxy / cluster / machine", Words(graph, Enumerable.Range(0, 5).ToHashSet()));
        Assert.Equal("photos / proxy", Words(graph, new HashSet<int> { 1, 2 }));
    }

    [Fact]
    public void Every_service_is_drawn_once_and_above_all_it_needs_unless_they_run_in_a_circle()
    {
        Prop.ForAll(Gen.Choose(0, 9).Two().ListOf().ToArbitrary(), Gen.Elements(true, false).ToArbitrary(), (edges, circles) =>
        {
            var services = Enumerable.Range(0, 10).Select(place => new Service($"s{place}", 1)
            {
                DependsOn = [.. edges.Where(edge => edge.Item1 == place && (circles || edge.Item1 < edge.Item2)).Select(edge => new DependsOn($"s{edge.Item2}"))],
            });
            var graph = new ServiceGraph([.. services], [], []);
            var layers = ServiceLayers.Of(graph, Enumerable.Range(0, 10).ToHashSet());
            var row = layers.Index().SelectMany(layer => layer.Item.Select(place => (place, layer.Index))).ToDictionary(pair => pair.place, pair => pair.Index);
            return row.Count == 10 && layers.Sum(layer => layer.Count) == 10
                && (circles || row.Keys.All(place => graph.Dependencies.Needs(place).ToArray().SelectMany(any => any).All(need => row[need] > row[place])));
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(300));
    }

    private static string Words(ServiceGraph graph, IReadOnlySet<int> shown) => string.Join(" / ", ServiceLayers.Of(graph, shown)
        .Select(layer => string.Join(" ", layer.Select(place => graph.Services[place].Name).Order(StringComparer.Ordinal))));
}
