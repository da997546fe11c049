using System.Diagnostics;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Web;

/// <summary>A page stays what its reader came for, while alerts join, pages change and odd addresses are asked for.</summary>
public sealed class RunbookReadingTests : IDisposable
{
    private static readonly DateTimeOffset Now = StoreStub.Start;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("incidentbot-reading-");

    public RunbookReadingTests() => Write("infrastructure/node-down.md", """
        ---
        title: Node down
        alerts: [NodeDown]
        reviewed: 2026-09-01
        ---

        `{{ $labels.instance }}` does not answer.
        """);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_alert_that_joins_takes_the_place_of_the_one_that_is_filled_in_only_when_it_is_worse()
    {
        await using var host = await StartAsync();
        host.Put(Node(7, "node-a").Fires(TimeSpan.FromMinutes(1), Labels("node-b")));

        Assert.Contains(">node-a</mark>", await host.GetAsync("/runbooks/infrastructure/node-down?incident=7"), StringComparison.Ordinal);
        Assert.Contains(">node-a</mark>", await host.GetAsync("/incidents/7"), StringComparison.Ordinal);

        host.Put(Node(7, "node-a", "warning").Fires(TimeSpan.FromMinutes(1), Labels("node-b")));

        Assert.Contains(">node-b</mark>", await host.GetAsync("/runbooks/infrastructure/node-down?incident=7"), StringComparison.Ordinal);
        Assert.Contains(">node-b</mark>", await host.GetAsync("/incidents/7"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_filled_in_stays_that_alert_when_worse_ones_join()
    {
        await using var host = await StartAsync();
        host.Put(Node(7, "node-a", "warning"));
        var first = await host.GetAsync("/runbooks/infrastructure/node-down?incident=7");
        var pinned = Pinned(first);
        var inline = Pinned(await host.GetAsync("/incidents/7"));

        host.Put(Node(7, "node-a", "warning").Fires(TimeSpan.FromMinutes(1), Labels("node-b")));

        Assert.Equal(pinned, inline);
        Assert.Contains(">node-b</mark>", await host.GetAsync("/runbooks/infrastructure/node-down?incident=7"), StringComparison.Ordinal);
        foreach (var path in new[] { $"/runbooks/infrastructure/node-down?incident=7&alert={pinned}", $"/incidents/7?alert={pinned}" })
        {
            var html = await host.GetAsync(path);
            Assert.Contains(">node-a</mark>", html, StringComparison.Ordinal);
            Assert.DoesNotContain(">node-b</mark>", html, StringComparison.Ordinal);
            Assert.Contains("<b><bdi>NodeDown instance=node-a</bdi></b>", html, StringComparison.Ordinal);
            Assert.Equal(2, html.Split("<option").Length - 1);
        }
    }

    [Theory]
    [InlineData("/runbooks/infrastructure/node-down?incident=7&alert=0123456789abcdef")]
    [InlineData("/incidents/7?alert=0123456789abcdef")]
    [InlineData("/incidents/7?alert=%3Cscript%3Ealert(1)")]
    public async Task An_alert_that_is_not_there_fills_nothing_in_and_the_page_says_so(string path)
    {
        await using var host = await StartAsync();
        host.Put(Node(7, "node-a"));

        var html = await host.GetAsync(path);

        Assert.DoesNotContain("<mark class=\"filled\"", html, StringComparison.Ordinal);
        Assert.Contains("The alert that was chosen is not in", html, StringComparison.Ordinal);
        Assert.Contains("Choose an alert</option>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alert_behind_two_hundred_others_can_be_chosen()
    {
        await using var host = await StartAsync();
        var many = Node(7, "node-000");
        for (var i = 1; i < 230; i++)
        {
            many.Fires(TimeSpan.FromSeconds(i), Labels(FormattableString.Invariant($"node-{i:D3}")));
        }

        var last = host.Store.Put(many).Incident.Alerts.Values.Single(alert => alert.Labels["instance"] == "node-000");

        Assert.Contains(">node-000</mark>", await host.GetAsync($"/runbooks/infrastructure/node-down?incident=7&alert={last.Fingerprint}"), StringComparison.Ordinal);
        Assert.Contains(">node-000</mark>", await host.GetAsync($"/incidents/7?alert={last.Fingerprint}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_a_repository_leads_to_the_page_also_from_lists()
    {
        Write("logs/loki.md", "# Loki\n\n## Too many lines\n\nText\n");
        await using var host = await StartAsync();
        host.Put(new IncidentBuilder(9, Now).Lane("critical").Fires(default, Scenes.Labels(("alertname", "LokiX"), ("severity", "critical")), Scenes.Labels(("runbook", "docs/runbooks/logs/loki.md#too-many-lines"))));

        using var answer = await host.Client.GetAsync(new Uri("/runbooks/for/LokiX", UriKind.Relative));

        Assert.Equal("/runbooks/logs/loki?for=LokiX#too-many-lines", answer.Headers.Location?.OriginalString);
        Assert.Contains("Burning now", await host.GetAsync("/runbooks/logs/loki"), StringComparison.Ordinal);
        Assert.Contains("<code>LokiX</code>", await host.GetAsync("/runbooks/logs/loki"), StringComparison.Ordinal);
        Assert.Contains("href=\"/runbooks/logs/loki?incident=9#too-many-lines\"", await host.GetAsync("/"), StringComparison.Ordinal);
        Assert.Contains("/runbooks/logs/loki?incident=9#too-many-lines\"", await host.GetAsync("/api/v1/incidents"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_without_front_matter_knows_what_happened_before()
    {
        Write("media/high-memory-usage.md", "# Memory\n");
        await using var host = await StartAsync();
        host.Put(new IncidentBuilder(5, Now.AddDays(-3)).Lane("critical").Fires(default, Memory()).Ends(TimeSpan.FromMinutes(9), Memory()));

        var html = await host.GetAsync("/runbooks/media/high-memory-usage");

        Assert.Contains("lasted 9 min", html, StringComparison.Ordinal);
        Assert.Contains("<code>HighMemoryUsage</code>", html, StringComparison.Ordinal);

        static Alerts.LabelSet Memory() => Scenes.Labels(("alertname", "HighMemoryUsage"), ("severity", "critical"), ("instance", "a"));
    }

    [Fact]
    public async Task What_burns_is_found_behind_two_hundred_worse_incidents()
    {
        await using var host = await StartAsync();
        for (var i = 100; i < 320; i++)
        {
            host.Store.Put(new IncidentBuilder(i, Now).Lane("critical").Fires(default, Scenes.Labels(("alertname", "Other"), ("severity", "critical"), ("instance", $"{i}"))));
        }

        host.Put(new IncidentBuilder(3, Now).Lane("info").Fires(default, Scenes.Labels(("alertname", "NodeDown"), ("severity", "info"), ("instance", "a"))));

        Assert.Contains("href=\"/incidents/3\"", await host.GetAsync("/runbooks/infrastructure/node-down"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_heading_is_no_short_link_and_a_name_counts_more_than_an_alert()
    {
        Write("media/a.md", "---\nalerts: [Plex]\n---\n# A\n\n## Impact\n");
        Write("media/plex.md", "# Plex\n\n## Impact\n\n## Only here\n");
        await using var host = await StartAsync();

        Assert.Equal("/runbooks/media/plex", await LeadsAsync("/plex"));
        Assert.Equal("/runbooks/media/plex?for=X", await LeadsAsync("/runbooks/for/X?incident=", ("runbook_url", "https://runbooks.example.org/plex")));
        Assert.Null(await LeadsAsync("/impact"));
        Assert.Null(await LeadsAsync("/runbooks/for/Impact"));
        Assert.Null(await LeadsAsync("/only-here"));

        async Task<string?> LeadsAsync(string path, (string, string)? annotation = null)
        {
            if (annotation is { } one)
            {
                host.Put(new IncidentBuilder(8, Now).Fires(default, Scenes.Labels(("alertname", "X")), Scenes.Labels(one)));
            }

            using var answer = await host.Client.GetAsync(new Uri(path, UriKind.Relative));
            return answer.Headers.Location?.OriginalString;
        }
    }

    [Fact]
    public async Task Headings_and_folders_may_be_called_like_parts_of_the_page()
    {
        Write("general/main.md", "# Main\n\n## Connection\n\n## Live\n\n## Alert\n\n## Filled in\n\n## Text\n");
        Write("main/q.md", "# Q\n");
        Write("rootpage.md", "# Root\n");
        await using var host = await StartAsync();
        host.Put(Node(7, "node-a"));
        host.Put(new IncidentBuilder(8, Now).Fires(default, Scenes.Labels(("alertname", "Main"))));

        foreach (var path in new[] { "/runbooks", "/runbooks/general/main?incident=7", "/runbooks?q=main", "/incidents/8", "/runbooks/infrastructure/node-down?incident=7" })
        {
            var ids = HtmlScan.Tags(await host.GetAsync(path)).SelectMany(tag => tag.Attributes).Where(attribute => attribute.Name == "id").Select(attribute => attribute.Value).ToList();
            Assert.Empty(ids.GroupBy(id => id, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key));
        }
    }

    [Fact]
    public async Task A_review_that_is_too_old_is_said_first()
    {
        Write("media/old.md", "---\nreviewed: 2024-01-01\n---\n# Old\n");
        await using var host = await StartAsync();

        Assert.Contains("Nobody has reviewed this page since January 2024", await host.GetAsync("/runbooks/media/old"), StringComparison.Ordinal);
        Assert.DoesNotContain("Nobody has reviewed", await host.GetAsync("/runbooks/infrastructure/node-down"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_elsewhere_says_how_it_was_found()
    {
        await using var host = await StartAsync();
        host.Put(new IncidentBuilder(8, Now).Fires(default, Scenes.Labels(("alertname", "X")), Scenes.Labels(("runbook_url", "https://elsewhere.example/x"))));

        Assert.Contains("annotation names a page elsewhere, on elsewhere.example", await host.GetAsync("/runbooks/for/X"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_runbook_is_told_to_open_pages_within_a_second()
    {
        await using var host = await PagesHost.StartAsync(runbooks: _folder.FullName);
        using var stream = new StreamReader(await host.Client.GetStreamAsync(new Uri("/api/v1/events", UriKind.Relative)));
        while (await stream.ReadLineAsync() is not "data: {}")
        {
            // The greeting.
        }

        var begin = Stopwatch.GetTimestamp();
        Write("infrastructure/node-down.md", "# Node down\n\nQuite another text\n");
        string? line;
        do
        {
            line = await stream.ReadLineAsync();
        }
        while (line?.StartsWith("data:", StringComparison.Ordinal) == false);

        var took = Stopwatch.GetElapsedTime(begin);
        Assert.Equal("""data: {"incidents":[],"missed":true}""", line);
        Assert.Contains("Quite another text", await host.GetAsync("/runbooks/infrastructure/node-down"), StringComparison.Ordinal);
        Assert.True(took < TimeSpan.FromSeconds(3), $"{took}");
    }

    private static string Pinned(string html) => html.Split("data-pin-alert=\"")[1].Split('"')[0];

    private static Alerts.LabelSet Labels(string instance, string severity = "critical") =>
        Scenes.Labels(("alertname", "NodeDown"), ("severity", severity), ("instance", instance));

    private static IncidentBuilder Node(long number, string instance, string severity = "critical") =>
        new IncidentBuilder(number, Now.AddMinutes(-5)).Lane("critical").Fires(default, Labels(instance, severity));

    private Task<PagesHost> StartAsync() =>
        PagesHost.StartAsync(time: new StillClock(Now), externalUrl: new Uri("https://runbooks.example.org/"), runbooks: _folder.FullName);

    private void Write(string path, string text)
    {
        var file = Path.Combine(_folder.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
