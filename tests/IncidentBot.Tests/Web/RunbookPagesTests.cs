using System.Net;
using System.Text.Json.Nodes;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Web;

public sealed class RunbookPagesTests : IDisposable
{
    private static readonly DateTimeOffset Now = StoreStub.Start;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("incidentbot-pages-");

    public RunbookPagesTests()
    {
        Write("infrastructure/node-down.md", """
            ---
            title: Node down
            alerts: [NodeDown, NodeNotReady#kubelet]
            services: [node]
            owner: platform
            reviewed: 2026-09-01
            aliases: [host-down]
            ---

            ## Meaning

            `{{ $labels.instance }}` does not answer. ![Plan](plan.svg)

            ## Kubelet

            ```bash
            df {{ $labels.mountpoint }}
            ping {{ $labels.instance }}
            ```
            """);
        Write("infrastructure/plan.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>");
        Write("infrastructure/notes.txt", "secret");
        Write("media/broken.md", "---\ntitle: [\n---\nText\n");
        Write("services.yml", "services: [{ name: node, tier: 1, title: Nodes }]\n");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("/node-down", "/runbooks/infrastructure/node-down")]
    [InlineData("/NodeDown", "/runbooks/infrastructure/node-down")]
    [InlineData("/host-down?incident=41", "/runbooks/infrastructure/node-down?incident=41")]
    [InlineData("/NodeNotReady", "/runbooks/infrastructure/node-down#kubelet")]
    [InlineData("/runbooks/for/nodedown", "/runbooks/infrastructure/node-down?for=nodedown")]
    [InlineData("/runbooks/for/NodeNotReady?incident=3", "/runbooks/infrastructure/node-down?incident=3&for=NodeNotReady#kubelet")]
    [InlineData("/runbooks/infrastructure", "/runbooks#infrastructure")]
    public async Task Short_ways_lead_to_the_page(string from, string to)
    {
        await using var host = await StartAsync();

        using var answer = await host.Client.GetAsync(new Uri(from, UriKind.Relative));

        Assert.Equal((HttpStatusCode.Redirect, to), (answer.StatusCode, answer.Headers.Location?.OriginalString));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/deliveries")]
    [InlineData("/sign-in")]
    public async Task A_short_link_hides_no_other_page(string path)
    {
        Write("deliveries.md", "# Deliveries\n");
        Write("sign-in.md", "# Sign in\n");
        await using var host = await StartAsync();

        using var answer = await host.Client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("/NodeDwon", "Node down")]
    [InlineData("/runbooks/for/NodeDwon", "Node down")]
    [InlineData("/runbooks/infrastructure/node-dwon", "Node down")]
    [InlineData("/runbooks/for/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "&lt;script&gt;")]
    public async Task Where_there_is_none_the_page_helps(string path, string shown)
    {
        await using var host = await StartAsync();

        using var answer = await host.Client.GetAsync(new Uri(path, UriKind.Relative));
        var html = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains(shown, html, StringComparison.Ordinal);
        Assert.Contains("## Mitigation", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_shows_what_burns_what_was_and_whose_it_is()
    {
        await using var host = await StartAsync();
        host.Put(Scenes.NodeDown(41, Now.AddMinutes(-14)));
        host.Put(Old(7));

        var html = await host.GetAsync("/runbooks/infrastructure/node-down");

        Assert.Contains("Burning now", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/incidents/41\"", html, StringComparison.Ordinal);
        Assert.Contains("lasted 12 min", html, StringComparison.Ordinal);
        Assert.Contains("<dd>platform</dd>", html, StringComparison.Ordinal);
        Assert.Contains("1 September 2026", html, StringComparison.Ordinal);
        Assert.Contains("Nodes (tier 1)", html, StringComparison.Ordinal);
        Assert.Contains("<code>NodeNotReady</code>", html, StringComparison.Ordinal);
        Assert.Contains("class=\"placeholder\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"filled\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_of_the_incidents_shows_at_once_although_pages_are_kept()
    {
        await using var host = await StartAsync();
        Assert.DoesNotContain("Burning now", await host.GetAsync("/runbooks/infrastructure/node-down"), StringComparison.Ordinal);

        host.Put(Scenes.NodeDown(41, Now.AddMinutes(-14)));

        Assert.Contains("Burning now", await host.GetAsync("/runbooks/infrastructure/node-down"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_incident_fills_a_page_in_by_the_alert_that_is_chosen()
    {
        await using var host = await StartAsync();
        var detail = host.Store.Put(Scenes.NodeDown(41, Now.AddMinutes(-14)));
        var other = detail.Incident.Alerts.Values.Single(alert => alert.Labels["instance"] == "node-4:9100");

        var first = await host.GetAsync("/runbooks/infrastructure/node-down?incident=41");
        var chosen = await host.GetAsync($"/runbooks/infrastructure/node-down?incident=41&alert={other.Fingerprint}");

        Assert.Equal(3, first.Split("<option").Length - 1);
        Assert.Contains("ping <mark class=\"filled\" title=\"label instance of this alert, filled in\">node-4:9100</mark>", chosen, StringComparison.Ordinal);
        Assert.Contains($"<option value=\"{other.Fingerprint}\" selected", chosen, StringComparison.Ordinal);
        Assert.Contains("this alert has no label mountpoint", chosen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_said_why_the_reader_was_led_here()
    {
        await using var host = await StartAsync();

        var html = await host.GetAsync("/runbooks/infrastructure/node-down?for=NodeDown");

        Assert.Contains("You came here for the alert", html, StringComparison.Ordinal);
        Assert.Contains("The graph links this alert to the page, as its front matter says.", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_are_read_also_while_the_store_is_down()
    {
        await using var host = await StartAsync();
        host.Store.Unavailable = "disk full";

        var html = await host.GetAsync("/runbooks/infrastructure/node-down?incident=41");

        Assert.Contains("does not answer", html, StringComparison.Ordinal);
        Assert.Contains("disk full", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_is_served_shut_in_and_nothing_else_is()
    {
        await using var host = await StartAsync();

        using var picture = await host.Client.GetAsync(new Uri("/runbooks/infrastructure/plan.svg", UriKind.Relative));
        Assert.Equal((HttpStatusCode.OK, "image/svg+xml"), (picture.StatusCode, picture.Content.Headers.ContentType?.MediaType));
        Assert.Contains("sandbox", Assert.Single(picture.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(picture.Headers.GetValues("X-Content-Type-Options")));
        foreach (var path in new[] { "infrastructure/notes.txt", "services.yml", "../secret", "%2e%2e/%2e%2e/etc/passwd", "infrastructure/node-down.md" })
        {
            using var answer = await host.Client.GetAsync(new Uri($"/runbooks/{path}", UriKind.Relative));
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task The_index_lists_by_category_and_searches()
    {
        await using var host = await StartAsync();

        var index = await host.GetAsync("/runbooks");
        var search = await host.GetAsync("/runbooks?q=answer");
        var hostile = await host.GetAsync("/runbooks?q=%3Cscript%3Ealert(1)");

        Assert.Contains("id=\"infrastructure\"", index, StringComparison.Ordinal);
        Assert.Contains("broken", index, StringComparison.Ordinal);
        Assert.Contains("<mark>answer</mark>", search, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", hostile, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_incident_shows_its_runbook_filled_in()
    {
        await using var host = await StartAsync();
        host.Put(Scenes.NodeDown(41, Now.AddMinutes(-14)));

        var html = await host.GetAsync("/incidents/41");

        Assert.Contains("href=\"/runbooks/infrastructure/node-down?incident=41\"", html, StringComparison.Ordinal);
        Assert.Contains("id=\"runbook.meaning\"", html, StringComparison.Ordinal);
        Assert.Contains("class=\"filled\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_incidents_of_the_api_name_the_page_that_people_are_shown()
    {
        await using var host = await StartAsync();
        host.Put(new IncidentBuilder(7, Now).Fires(default, Scenes.Labels(("alertname", "NodeDown"), ("instance", "node-1:9100"))));
        host.Put(new IncidentBuilder(8, Now).Fires(default, Scenes.Labels(("alertname", "Odd")), Scenes.Labels(("runbook_url", "https://elsewhere.example/odd"))));
        host.Put(new IncidentBuilder(9, Now).Fires(default, Scenes.Labels(("alertname", "Unknown"))));

        var listed = JsonNode.Parse(await host.GetAsync("/api/v1/incidents"))!["incidents"]!.AsArray();
        var alone = JsonNode.Parse(await host.GetAsync("/api/v1/incidents/7"));

        const string Page = "https://runbooks.example.org/runbooks/infrastructure/node-down?incident=7";
        Assert.Equal([null, "https://elsewhere.example/odd", Page], listed.Select(incident => (string?)incident!["runbook_url"]));
        Assert.Equal(Page, (string?)alone!["runbook_url"]);
    }

    [Theory]
    [InlineData("alertname=NodeDown", "{\"runbook\":\"infrastructure/node-down\",\"url\":\"https://runbooks.example.org/runbooks/infrastructure/node-down\",\"source\":\"graph\"}")]
    [InlineData("alertname=X&runbook_url=docs/runbooks/infrastructure/node-down.md%23kubelet", "{\"runbook\":\"infrastructure/node-down\",\"url\":\"https://runbooks.example.org/runbooks/infrastructure/node-down#kubelet\",\"source\":\"annotation\"}")]
    [InlineData("alertname=X&runbook_url=https://elsewhere.example/x", "{\"runbook\":null,\"url\":\"https://elsewhere.example/x\",\"source\":\"annotation\"}")]
    [InlineData("alertname=X", "{\"runbook\":null,\"url\":null,\"source\":\"none\"}")]
    public async Task Programs_are_told_the_same(string query, string expected)
    {
        await using var host = await StartAsync();

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(await host.GetAsync($"/api/v1/runbooks/resolve?{query}"))));
        using var bad = await host.Client.GetAsync(new Uri("/api/v1/runbooks/resolve", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
    }

    private static IncidentBuilder Old(long number)
    {
        var labels = Scenes.Labels(("alertname", "NodeDown"), ("severity", "critical"), ("instance", "node-1:9100"));
        return new IncidentBuilder(number, Now.AddDays(-3)).Lane("critical").Fires(default, labels).Ends(TimeSpan.FromMinutes(12), labels);
    }

    private Task<PagesHost> StartAsync() =>
        PagesHost.StartAsync(time: new StillClock(Now), externalUrl: new Uri("https://runbooks.example.org/"), runbooks: _folder.FullName);

    private void Write(string path, string text)
    {
        var file = Path.Combine(_folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
