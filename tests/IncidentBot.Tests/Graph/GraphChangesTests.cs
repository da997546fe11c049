using IncidentBot.Graph.Neo4j;
using Xunit;

namespace IncidentBot.Graph;

public sealed class GraphChangesTests
{
    private static readonly GraphPicture Wanted = GraphPicture.Of(new ServiceGraph(
        [new Service("Traefik", 1) { DependsOn = [new DependsOn(["dns-1", "dns-2"]), new DependsOn("TRAEFIK-HOST")] }, new Service("traefik-host", 2)],
        [new Watches("TraefikDown", "traefik"), new Watches("", "traefik") { Match = LabelConditions.Of(new Dictionary<string, string>(StringComparer.Ordinal) { ["job"] = "x" }) }],
        [new ResolvedBy("TraefikDown", "network/traefik", "Traefik")]));

    [Fact]
    public void Names_are_spelled_as_the_list_of_services_does_and_pages_as_their_addresses()
    {
        Assert.Equal(
            ["AlertRule TraefikDown {}", "Runbook /runbooks/network/traefik {\"title\":\"Traefik\"}", "Service Traefik {\"tier\":1,\"title\":\"Traefik\"}",
                "Service dns-1 {}", "Service dns-2 {}", "Service traefik-host {\"tier\":2,\"title\":\"traefik-host\"}"],
            Wanted.Nodes.Select(node => $"{node.Key.Label} {node.Key.Name} {node.Value}").Order(StringComparer.Ordinal));
        Assert.Equal(
            ["DEPENDS_ON Traefik>dns-1 dns-1, dns-2", "DEPENDS_ON Traefik>dns-2 dns-1, dns-2", "DEPENDS_ON Traefik>traefik-host ",
                "RESOLVED_BY TraefikDown>/runbooks/network/traefik ", "WATCHES TraefikDown>Traefik "],
            Wanted.Edges.Keys.Select(edge => $"{edge.Type} {edge.From}>{edge.To} {edge.Condition}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_there_as_wanted_is_no_change() => Assert.Equal(0, GraphChanges.Of(Wanted, Found(Wanted)).Count);

    [Fact]
    public void What_others_have_is_never_changed_or_deleted()
    {
        var theirs = Wanted.Nodes.ToDictionary(node => node.Key, _ => (false, "{\"tier\":4}"));
        theirs[new NodeKey("Service", "theirs")] = (false, "{}");
        var changes = GraphChanges.Of(Wanted, new FoundGraph(theirs, new Dictionary<EdgeKey, string>(), Wanted.Edges.Keys.ToHashSet(), new HashSet<NodeKey>()));
        Assert.Equal(0, changes.Count);
    }

    [Fact]
    public void Ours_that_is_not_wanted_goes_unless_others_hold_on_to_it_or_files_are_broken()
    {
        var linked = new HashSet<NodeKey> { new("Service", "dns-1") };
        var nothing = new GraphPicture(new Dictionary<NodeKey, string>(), new Dictionary<EdgeKey, string>());
        var changes = GraphChanges.Of(nothing, Found(Wanted) with { Linked = linked });
        Assert.Equal((5, 1, 5), (changes.OldNodes.Count, changes.KeptNodes.Count, changes.OldEdges.Count));
        Assert.Contains(changes.Lines(), line => line == "= (:Service \"dns-1\") is not ours any more and stays: others have relationships to it");
        Assert.Equal((0, 10), (changes.Sparing().Count, changes.Sparing().Spared));
    }

    [Fact]
    public void A_long_list_is_cut_and_says_so()
    {
        var many = new ServiceGraph([.. Enumerable.Range(0, 50).Select(i => new Service($"s\n{i}", 1))], [], []);
        var lines = GraphChanges.Of(GraphPicture.Of(many), Found(new GraphPicture(new Dictionary<NodeKey, string>(), new Dictionary<EdgeKey, string>()))).Lines().ToList();
        Assert.Equal((21, "+ and 30 more"), (lines.Count, lines[^1]));
        Assert.DoesNotContain(lines, line => line.Contains('\n'));
    }

    private static FoundGraph Found(GraphPicture picture) => new(picture.Nodes.ToDictionary(node => node.Key, node => (true, node.Value)),
        picture.Edges, new HashSet<EdgeKey>(), new HashSet<NodeKey>());
}
