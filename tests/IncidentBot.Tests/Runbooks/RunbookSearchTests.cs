using Xunit;

namespace IncidentBot.Runbooks;

public sealed class RunbookSearchTests
{
    private static readonly RunbookSet Set = RunbookResolverTests.Of(
        ("infrastructure/node-down", "---\ntitle: Node down\nalerts: [NodeDown, KubeNodeNotReady]\n---\nThe kubelet does not answer. Look at the switch.\n\nThen restart the kubelet."),
        ("kubernetes/crash", "---\ntitle: A pod restarts\nalerts: [KubePodCrashLooping]\nservices: [immich]\n---\nRead the logs of the container with kubectl. Memory is often the cause."),
        ("media/immich", "---\ntitle: Immich is slow\nalerts: [ImmichSearchSlow]\n---\nThe search warms up its memory. " + "Words without meaning. Words without meaning. Words without meaning. Words without meaning. The needle stands here. More words."),
        ("security/ssh", "---\ntitle: SSH brute force\nalerts: [SshBruteForce]\n---\nNever mind the kubelet."));

    [Theory]
    [InlineData("NodeDown", "infrastructure/node-down")]
    [InlineData("nodedown", "infrastructure/node-down")]
    [InlineData("node down", "infrastructure/node-down")]
    [InlineData("immich", "media/immich")]
    [InlineData("kubel switch", "infrastructure/node-down")]
    [InlineData("brute", "security/ssh")]
    [InlineData("crash looping", "kubernetes/crash")]
    [InlineData("needle", "media/immich")]
    public void Words_and_their_beginnings_are_found(string query, string path) => Assert.Equal(path, Set.Search.Find(query)[0].Page.Path);

    [Theory]
    [InlineData("NodeDwon", "infrastructure/node-down")]
    [InlineData("KubePodCrashLoping", "kubernetes/crash")]
    [InlineData("kubepodcrashloopng", "kubernetes/crash")]
    [InlineData("KubePodsCrashLooping", "kubernetes/crash")]
    [InlineData("ImichSearchSlow", "media/immich")]
    [InlineData("ssh-brut-force", "security/ssh")]
    [InlineData("KubeNodeNotRedy", "infrastructure/node-down")]
    public void A_misspelled_alert_is_found(string query, string path) => Assert.Equal(path, Set.Search.Find(query)[0].Page.Path);

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("zzzzqqqq")]
    [InlineData("<script>")]
    public void Nothing_is_found_for_what_nothing_is_like(string query) => Assert.Empty(Set.Search.Find(query));

    [Fact]
    public void The_extract_shows_where_it_stands()
    {
        var extract = Set.Search.Find("needle")[0].Extract;

        Assert.Equal("needle", Assert.Single(extract, piece => piece.Match).Text);
        Assert.Equal("… ", extract[0].Text);
        Assert.True(extract.Sum(piece => piece.Text.Length) < 260);
    }

    [Fact]
    public void A_page_with_all_the_words_comes_before_one_with_some()
    {
        var hits = Set.Search.Find("kubelet switch restart");

        Assert.Equal("infrastructure/node-down", hits[0].Page.Path);
        Assert.Contains(hits, hit => hit.Page.Path == "security/ssh");
    }

    [Fact]
    public void Names_that_somebody_may_have_meant_are_offered() =>
        Assert.Equal("media/immich", Set.Search.Near("ImmichSearchSlwo")[0].Path);

    [Fact]
    public void No_query_makes_it_fail()
    {
        var random = new Random(7);
        for (var i = 0; i < 2000; i++)
        {
            var query = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => (char)random.Next(0, random.Next(2) == 0 ? 128 : 0xFFFF)));
            Assert.NotNull(Set.Search.Find(query));
        }
    }
}
