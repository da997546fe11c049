using IncidentBot.Alerts;
using IncidentBot.Graph;
using Xunit;

namespace IncidentBot.Runbooks;

public sealed class RunbookResolverTests
{
    private static readonly RunbookNaming Naming = new(["docs/runbooks", "runbooks"], [new Uri("https://runbooks.example.org/"), new Uri("http://bot.home/ops/")]);

    private static readonly RunbookSet Set = Of(
        ("infrastructure/node-down", "---\ntitle: Node down\nalerts: [NodeDown, NodeNotReady#kubelet]\naliases: [old/where-it-was, host-down]\n---\n## Kubelet\n\n## Node not ready\n"),
        ("media/KubePodCrashLooping", "# A pod restarts\n"),
        ("kubernetes/pods", "---\nalerts: [PodNotReady]\n---\n## 🔥 PodStuck\n\n## Mitigation — now\n\n### Alert Name: KubePodCrashing\n"),
        ("security/k2", "---\ntitle: K2 Brute Force\nalerts: [AuthBruteForce]\n---\n"));

    [Theory]
    [InlineData("NodeDown", "infrastructure/node-down", null)]
    [InlineData("nodedown", "infrastructure/node-down", null)]
    [InlineData("node-down", "infrastructure/node-down", null)]
    [InlineData("NodeNotReady", "infrastructure/node-down", "kubelet")]
    [InlineData("HostDown", "infrastructure/node-down", null)]
    [InlineData("kubepodcrashlooping", "media/KubePodCrashLooping", null)]
    [InlineData("PodStuck", "kubernetes/pods", "-podstuck")]
    [InlineData("K2BruteForce", "security/k2", null)]
    public void Without_an_annotation_the_pages_decide(string alertname, string path, string? anchor)
    {
        var found = new RunbookResolver(Set, Naming).Resolve(alertname);

        Assert.Equal((path, anchor, "front-matter"), (found.Runbook?.Path, found.Anchor, found.SourceWord));
        Assert.NotEmpty(found.Steps);
    }

    [Theory]
    [InlineData("https://runbooks.example.org/node-down", "infrastructure/node-down", null)]
    [InlineData("https://RUNBOOKS.example.org/NodeDown", "infrastructure/node-down", null)]
    [InlineData("https://runbooks.example.org/host-down/", "infrastructure/node-down", null)]
    [InlineData("https://runbooks.example.org/runbooks/infrastructure/node-down", "infrastructure/node-down", null)]
    [InlineData("https://runbooks.example.org/runbooks/Infrastructure/Node-Down#Kubelet", "infrastructure/node-down", "kubelet")]
    [InlineData("https://runbooks.example.org/runbooks/old/where-it-was", "infrastructure/node-down", null)]
    [InlineData("https://runbooks.example.org/runbooks/for/NodeNotReady", "infrastructure/node-down", null)]
    [InlineData("http://bot.home/ops/runbooks/kubernetes/pods#mitigation-now", "kubernetes/pods", "mitigation--now")]
    [InlineData("docs/runbooks/kubernetes/pods.md#mitigation--now", "kubernetes/pods", "mitigation--now")]
    [InlineData("docs/runbooks/kubernetes/pods.md#mitigation-now", "kubernetes/pods", "mitigation--now")]
    [InlineData("docs/runbooks/kubernetes/pods.md#alert-name-kubepodcrashing", "kubernetes/pods", "alert-name-kubepodcrashing")]
    [InlineData("/srv/git/cluster/docs/runbooks/kubernetes/pods.md", "kubernetes/pods", null)]
    [InlineData("runbooks/kubernetes/pods.md", "kubernetes/pods", null)]
    [InlineData("kubernetes/pods.md", "kubernetes/pods", null)]
    [InlineData("../../elsewhere/pods.md", "kubernetes/pods", null)]
    [InlineData("https://github.com/me/cluster/blob/main/docs/runbooks/kubernetes/pods.md#podstuck", "kubernetes/pods", "-podstuck")]
    public void An_annotation_that_names_a_page_comes_first(string annotation, string path, string? anchor)
    {
        var found = new RunbookResolver(Set, Naming).Resolve("AuthBruteForce", null, LabelSet.From(("runbook_url", annotation)));

        Assert.Equal((path, anchor, "annotation"), (found.Runbook?.Path, found.Anchor, found.SourceWord));
    }

    [Theory]
    [InlineData("https://runbooks.prometheus-operator.dev/runbooks/kubernetes/kubepodnotready")]
    [InlineData("https://example.org/runbook.md#alert-name-kubepodcrashlooping")]
    [InlineData("http://runbooks.example.org:9999/node-down")]
    public void An_address_elsewhere_is_told_as_it_is(string annotation)
    {
        var found = new RunbookResolver(Set, Naming).Resolve("NodeDown", null, LabelSet.From(("runbook_url", annotation)));

        Assert.Equal((null, annotation, "annotation"), (found.Runbook, found.Elsewhere?.AbsoluteUri, found.SourceWord));
        Assert.Null(found.Local());
    }

    [Theory]
    [InlineData("https://runbooks.example.org/no-such-page")]
    [InlineData("docs/runbooks/gone.md")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://user:password@elsewhere.example/x")]
    [InlineData("   ")]
    public void An_annotation_that_leads_nowhere_leaves_the_decision_to_the_pages(string annotation)
    {
        var found = new RunbookResolver(Set, Naming).Resolve("NodeDown", null, LabelSet.From(("runbook_url", annotation)));

        Assert.Equal(("infrastructure/node-down", "front-matter"), (found.Runbook?.Path, found.SourceWord));
    }

    [Fact]
    public void The_graph_comes_before_everything_and_its_most_specific_link_that_leads_somewhere()
    {
        var graph = new ServiceGraph([], [],
        [
            new ResolvedBy("NodeDown", "/runbooks/security/k2", ""),
            Link("gone", ("cluster", "b")),
            Link("https://runbooks.example.org/runbooks/kubernetes/pods", ("cluster", "c"), ("node", "=~k8s-.*")),
            Link("https://wiki.example.org/x", ("cluster", "c")),
        ]);
        var resolver = new RunbookResolver(Set, Naming, graph);
        var annotations = LabelSet.From(("runbook_url", "docs/runbooks/infrastructure/node-down.md"));

        Assert.Equal(("security/k2", "graph"), Pick(resolver.Resolve("NodeDown", null, annotations)));
        Assert.Equal(("security/k2", "graph"), Pick(resolver.Resolve("NodeDown", LabelSet.From(("cluster", "b")), annotations)));
        Assert.Equal(("kubernetes/pods", "graph"), Pick(resolver.Resolve("NodeDown", LabelSet.From(("cluster", "c"), ("node", "k8s-1")), annotations)));
        Assert.Equal("https://wiki.example.org/x", resolver.Resolve("NodeDown", LabelSet.From(("cluster", "c")), annotations).Elsewhere?.AbsoluteUri);
        Assert.Equal(("infrastructure/node-down", "annotation"), Pick(resolver.Resolve("Other", null, annotations)));

        static (string?, string) Pick(Resolution found) => (found.Runbook?.Path, found.SourceWord);
        static ResolvedBy Link(string path, params (string Label, string Text)[] match) =>
            new("NodeDown", path, "") { Match = LabelConditions.Of(match.ToDictionary(pair => pair.Label, pair => pair.Text, StringComparer.Ordinal)) };
    }

    [Fact]
    public void What_front_matter_says_is_the_embedded_graph_and_the_annotation_may_name_the_place_in_the_page()
    {
        var resolver = new RunbookResolver(Set, Naming, Set.Graph);
        var elsewhere = LabelSet.From(("runbook_url", "https://runbooks.prometheus-operator.dev/runbooks/node/nodedown"));
        var place = LabelSet.From(("runbook_url", "docs/runbooks/kubernetes/pods.md#mitigation-now"));

        Assert.Equal(("infrastructure/node-down", "graph"), Pick(resolver.Resolve("NodeDown", null, elsewhere)));
        Assert.Equal("kubelet", resolver.Resolve("NodeNotReady", null, elsewhere).Anchor);
        Assert.Equal("mitigation--now", resolver.Resolve("PodNotReady", null, place).Anchor);
        Assert.Equal(("kubernetes/pods", "front-matter"), Pick(resolver.Resolve("PodStuck")));

        static (string?, string) Pick(Resolution found) => (found.Runbook?.Path, found.SourceWord);
    }

    [Theory]
    [InlineData("NoSuchAlert")]
    [InlineData("")]
    [InlineData("🔥")]
    public void What_has_no_page_says_what_was_looked_at(string alertname)
    {
        var found = new RunbookResolver(Set, Naming).Resolve(alertname);

        Assert.Equal((null, "none", 2), (found.Runbook, found.SourceWord, found.Steps.Count));
    }

    [Fact]
    public void The_other_annotation_name_is_read_too() => Assert.Equal("kubernetes/pods",
        new RunbookResolver(Set, Naming).Resolve("X", null, LabelSet.From(("runbook", "docs/runbooks/kubernetes/pods.md"))).Runbook?.Path);

    internal static RunbookSet Of(params (string Path, string Text)[] pages) => new(
        pages.Select(page => RunbookReader.Read(page.Text, page.Path, $"runbooks/{page.Path}.md")),
        System.Collections.Frozen.FrozenDictionary<string, RunbookPicture>.Empty, []);
}
