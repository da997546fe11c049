using System.Net;
using System.Text.RegularExpressions;
using IncidentBot.Incidents;
using IncidentBot.Posts;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Web;

public sealed class IncidentPageTests
{
    private static readonly DateTimeOffset Now = StoreStub.Start;

    [Fact]
    public async Task One_incident_shows_its_alerts_history_rooms_and_links()
    {
        await using var host = await PagesHost.StartAsync(time: new StillClock(Now));
        host.Put(Scenes.NodeDown(41, Now.AddMinutes(-14)));

        var html = await host.GetAsync("/incidents/41");

        Assert.Contains("<h1><bdi>NodeDown</bdi></h1>", html, StringComparison.Ordinal);
        Assert.Contains("Opened with 1 alert", html, StringComparison.Ordinal);
        Assert.Contains(">1 alert resolved<", html, StringComparison.Ordinal);
        Assert.Contains("429: rate limited, try again in 12 s", html, StringComparison.Ordinal);
        Assert.Contains("href=\"https://runbooks.example.org/node-down\"", html, StringComparison.Ordinal);
        Assert.Contains("href=\"http://prometheus.example.org:9090/graph?g0.expr=up\"", html, StringComparison.Ordinal);
        Assert.Contains(
            "href=\"http://alertmanager.example.org:9093/#/silences/new?filter=%7Balertname%3D%22NodeDown%22%2C%20cluster%3D%22prod%22",
            html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/incidents/999", "999")]
    [InlineData("/incidents/%3Cscript%3E", "&lt;script&gt;")]
    [InlineData("/incidents/99999999999999999999999", "99999999999999999999999")]
    public async Task A_number_that_nothing_has_leads_to_a_helpful_page(string path, string shown)
    {
        await using var host = await PagesHost.StartAsync();

        using var answer = await host.Client.GetAsync(new Uri(path, UriKind.Relative));
        var html = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains(shown, html, StringComparison.Ordinal);
        Assert.Contains("href=\"/?status=all\"", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/incidents/1")]
    [InlineData("/deliveries")]
    public async Task Text_from_outside_is_inert_everywhere(string path)
    {
        await using var host = await PagesHost.StartAsync(time: new StillClock(Now));
        host.Put(new IncidentBuilder(1, Now).Lane(Scenes.Hostile).ExternalUrl("javascript:alert(4)")
            .Fires(default,
                Scenes.Labels(("alertname", Scenes.Hostile), ("severity", Scenes.Hostile), ("instance", Scenes.Hostile), (Scenes.Hostile, "x")),
                Scenes.Labels(("summary", Scenes.Hostile), ("runbook_url", "javascript:alert(5)"), ("dashboard", "data:text/html,<script>x</script>")),
                graph: "vbscript:x")
            .Post("slack:\"><script>alert(6)</script>", PostState.Refused, Scenes.Hostile));

        var html = await host.GetAsync(path);

        Assert.DoesNotContain("<script>", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img src=x", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch(new Regex("href=\"(javascript|data|vbscript)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)), html);
        // Inside of quotes everything is a value.
        var unquoted = Regex.Replace(html, "\"[^\"]*\"", "\"\"", RegexOptions.None, TimeSpan.FromSeconds(5));
        Assert.DoesNotMatch(new Regex("<[^>]*\\s(on[a-z]+|style)=", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)), unquoted);
    }

    [Fact]
    public async Task Of_five_thousand_alerts_the_worst_that_fire_come_first_and_the_rest_is_counted()
    {
        await using var host = await PagesHost.StartAsync(time: new StillClock(Now));
        host.Put(new IncidentBuilder(1, Now.AddMinutes(-5)).Fire(Enumerable.Range(0, 5000).Select(index =>
            Scenes.Labels(("alertname", "PodDown"), ("pod", $"pod-{index}"), ("severity", index == 4321 ? "critical" : "warning")))));

        var first = await host.GetAsync("/incidents/1");
        var last = await host.GetAsync("/incidents/1?alerts=25");
        var beyond = await host.GetAsync("/incidents/1?alerts=4000");

        Assert.Equal(200, Rows(first));
        Assert.Contains("4,800 more alerts, of which 4,800 fire", first, StringComparison.Ordinal);
        Assert.True(first.IndexOf("pod-4321", StringComparison.Ordinal) < first.IndexOf("id=\"alert-", first.IndexOf("id=\"alert-", StringComparison.Ordinal) + 1, StringComparison.Ordinal));
        Assert.Equal(200, Rows(last));
        Assert.DoesNotContain("id=\"more-alerts\"", last, StringComparison.Ordinal);
        Assert.Equal(200, Rows(beyond));
    }

    [Theory]
    [InlineData("https://example.org/a?b=c", "https://example.org/a?b=c")]
    [InlineData("HTTP://example.org", "http://example.org/")]
    [InlineData("javascript:alert(1)", null)]
    [InlineData("//example.org", null)]
    [InlineData("/incidents/1", null)]
    [InlineData("https://user:secret@example.org/", null)]
    [InlineData("file:///etc/passwd", null)]
    [InlineData(" ", null)]
    public void Only_http_addresses_are_links(string text, string? expected) => Assert.Equal(expected, WebAddress.Parse(text)?.AbsoluteUri);

    [Theory]
    [InlineData("/deliveries", "/deliveries")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("/a\r\nSet-Cookie: x", "/")]
    [InlineData(null, "/")]
    public void The_way_back_never_leaves_this_site(string? path, string expected) => Assert.Equal(expected, SitePath.Local(path));

    private static int Rows(string html) => html.Split("<tr id=\"alert-").Length - 1;
}
