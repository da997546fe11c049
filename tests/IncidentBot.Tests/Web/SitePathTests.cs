using System.Net;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Web;

/// <summary>The pages below a path of their host, as a proxy passes it on or takes it off.</summary>
public sealed class SitePathTests
{
    private const string Token = "correct-horse-battery-staple";
    private static readonly HashSet<string> Own = new(["", "incidents", "runbooks", "api", "assets", "{slug}"], StringComparer.OrdinalIgnoreCase);

    [Theory]
    [InlineData("/bot", "/bot", "/")]
    [InlineData("/bot/", "/bot", "/")]
    [InlineData("/BOT/deliveries", "/bot", "/deliveries")]
    [InlineData("/bot/node-down", "/bot", "/node-down")]
    [InlineData("/a/b/incidents/7", "/a/b", "/incidents/7")]
    [InlineData("/bots/incidents/7", "/bot", null)]
    [InlineData("/incidents/7", "/bot", null)]
    [InlineData("/", "/bot", null)]
    [InlineData("/incidents", "/incidents", "/")]
    [InlineData("/incidents/", "/incidents", "/")]
    [InlineData("/incidents/7", "/incidents", null)]
    [InlineData("/incidents/7/acknowledge", "/incidents", null)]
    [InlineData("/incidents/incidents/7", "/incidents", "/incidents/7")]
    [InlineData("/incidents/api/v1/events", "/incidents", "/api/v1/events")]
    [InlineData("/incidents/node-down", "/incidents", "/node-down")]
    [InlineData("/runbooks/node-down", "/runbooks", null)]
    [InlineData("/runbooks/infrastructure/node-down", "/runbooks", null)]
    [InlineData("/runbooks/runbooks/infrastructure/node-down", "/runbooks", "/runbooks/infrastructure/node-down")]
    public void A_path_is_told_from_one_that_stands_as_it_is(string path, string prefix, string? below) =>
        Assert.Equal(below, SitePath.Below(path, prefix, Own));

    [Theory]
    [InlineData("""<a href="/x">""", """<a href="/p/x">""")]
    [InlineData("""<a class="b" href="/">""", """<a class="b" href="/p/">""")]
    [InlineData("""<img src="/assets/a.svg" /><form method="post" action="/sign-out">""", """<img src="/p/assets/a.svg" /><form method="post" action="/p/sign-out">""")]
    [InlineData("""<a href="//elsewhere.example">""", """<a href="//elsewhere.example">""")]
    [InlineData("""<a href="https://elsewhere.example/x">""", """<a href="https://elsewhere.example/x">""")]
    [InlineData("""<a href="#part">""", """<a href="#part">""")]
    [InlineData("""<input name="return" value="/incidents/7" />""", """<input name="return" value="/incidents/7" />""")]
    [InlineData("""<p data-href="/x">=&quot;/</p>""", """<p data-href="/x">=&quot;/</p>""")]
    [InlineData("", "")]
    public void The_path_is_put_before_links_to_this_site_and_nothing_else(string html, string expected) =>
        Assert.Equal(expected, SitePath.Prefix(html, "/p"));

    [Theory]
    [InlineData("https://example.org/incidents/", true)]
    [InlineData("https://example.org/incidents/", false)]
    [InlineData("https://example.org/incidents", false)]
    [InlineData("https://example.org/runbooks/", true)]
    [InlineData("https://example.org/runbooks/", false)]
    [InlineData("https://example.org/ops/b%C3%BCro/bot", true)]
    [InlineData("https://example.org/ops/b%C3%BCro/bot", false)]
    public async Task Every_link_of_every_page_leads_to_a_page_whether_a_proxy_passes_the_path_on_or_takes_it_off(string external, bool takesOff)
    {
        var address = new Uri(external);
        var prefix = address.AbsolutePath.TrimEnd('/');
        await using var host = await PagesHost.StartAsync(Token, onLoopback: false, externalUrl: address, runbooks: Repository.PathOf("runbooks"));
        host.Put(Scenes.NodeDown(7, TimeProvider.System.GetUtcNow()));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<string>([$"{prefix}/", $"{prefix}/deliveries", $"{prefix}/incidents/7", $"{prefix}/runbooks", $"{prefix}/node-down", $"{prefix}/runbooks/for/NodeDown"]);
        while (waiting.TryDequeue(out var path) && seen.Count < 60)
        {
            if (!seen.Add(path))
            {
                continue;
            }

            Assert.StartsWith(prefix + "/", path, StringComparison.Ordinal);
            using var answer = await host.Client.GetAsync(new Uri(takesOff ? path[prefix.Length..] : path, UriKind.Relative));
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Found, $"{path}: {answer.StatusCode}");
            if (answer.Headers.Location is { } location)
            {
                waiting.Enqueue(location.ToString().Split('#')[0]);
            }
            else if (answer.Content.Headers.ContentType?.MediaType == "text/html")
            {
                foreach (var link in Links(await answer.Content.ReadAsStringAsync()))
                {
                    waiting.Enqueue(link);
                }
            }
        }

        Assert.Contains($"{prefix}/incidents/7", seen);
        Assert.Contains(seen, path => path.StartsWith($"{prefix}/assets/site.", StringComparison.Ordinal));
        Assert.Contains(seen, path => path.StartsWith($"{prefix}/runbooks/infrastructure/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Signing_in_and_acting_stay_below_the_path()
    {
        await using var host = await PagesHost.StartAsync(Token, onLoopback: false, externalUrl: new Uri("https://example.org/bot/"));
        const string Origin = "https://example.org";

        using var signedIn = await host.PostAsync("/bot/sign-in", [new("token", Token), new("return", "/deliveries")], Origin);
        var cookie = Assert.Single(signedIn.Headers.GetValues("Set-Cookie"));
        using var sent = await host.PostAsync("/bot/deliveries/send-again", [new("room", "slack:C01")], Origin, cookie: cookie.Split(';')[0]);
        using var direct = await host.PostAsync("/deliveries/send-again", [new("room", "slack:C01")], Origin, cookie: cookie.Split(';')[0]);
        using var signedOut = await host.PostAsync("/bot/sign-out", [], Origin, cookie: cookie.Split(';')[0]);

        Assert.Equal("/bot/deliveries", signedIn.Headers.Location?.ToString());
        Assert.Contains("; path=/bot;", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("/bot/deliveries?sent=2", sent.Headers.Location?.ToString());
        Assert.Equal("/bot/deliveries?sent=2", direct.Headers.Location?.ToString());
        Assert.Equal("/bot/", signedOut.Headers.Location?.ToString());
        Assert.Contains("; path=/bot;", Assert.Single(signedOut.Headers.GetValues("Set-Cookie")) + ";", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>What a browser would ask of this host.</summary>
    private static IEnumerable<string> Links(string html) => HtmlScan.Tags(html)
        .SelectMany(tag => tag.Attributes)
        .Where(attribute => attribute.Name is "href" or "src" or "action" or "data-mermaid" && attribute.Value.StartsWith('/'))
        .Select(attribute => attribute.Value.Split('#')[0])
        .Where(link => !link.EndsWith("/acknowledge", StringComparison.Ordinal) && !link.Contains("/send-again", StringComparison.Ordinal)
            && !link.EndsWith("/sign-out", StringComparison.Ordinal) && !link.EndsWith("/-/ready", StringComparison.Ordinal));
}
