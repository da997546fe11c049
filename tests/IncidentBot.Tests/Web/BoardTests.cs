using System.IO.Compression;
using System.Net;
using IncidentBot.Incidents;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Web;

/// <summary>The first page tells the truth at a glance: what needs somebody, what is quiet, and whether silence can be believed.</summary>
public sealed class BoardTests
{
    private static readonly DateTimeOffset Now = StoreStub.Start;

    [Fact]
    public async Task A_new_installation_that_heard_nobody_is_not_green()
    {
        await using var host = await PagesHost.StartAsync(time: new StillClock(Now), heard: false);

        var html = await host.GetAsync("/");

        Assert.DoesNotContain("Nothing is on fire", html, StringComparison.Ordinal);
        Assert.DoesNotContain("hero calm", html, StringComparison.Ordinal);
        Assert.DoesNotContain("calm.", html, StringComparison.Ordinal);
        Assert.Contains("No Alertmanager has been heard since the start", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_a_sender_is_turned_away_nothing_says_that_nothing_is_on_fire()
    {
        await using var host = await PagesHost.StartAsync(time: new StillClock(Now));
        host.Heard.Refusals.WrongCredentials(IPAddress.Parse("10.0.0.5"), "Alertmanager/0.34.2");
        host.Heard.Refusals.Refused("edge", IPAddress.Parse("10.0.0.6"), "alerts[0].labels: <b>odd</b>");

        var html = await host.GetAsync("/");

        Assert.DoesNotContain("Nothing is on fire", html, StringComparison.Ordinal);
        Assert.DoesNotContain("hero calm", html, StringComparison.Ordinal);
        Assert.Contains("Alertmanager at <bdi>10.0.0.5</bdi> uses a wrong token since", html, StringComparison.Ordinal);
        Assert.Contains(">03:12 UTC</time>", html, StringComparison.Ordinal);
        Assert.Contains("1 notification", html, StringComparison.Ordinal);
        Assert.Contains("alerts[0].labels: &lt;b&gt;odd", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_every_source_was_heard_lately_and_nothing_fires_the_page_is_green_and_says_who_was_heard()
    {
        await using var host = await PagesHost.StartAsync(time: new StillClock(Now));

        var html = await host.GetAsync("/");

        Assert.Contains("Nothing is on fire", html, StringComparison.Ordinal);
        Assert.Contains("hero calm", html, StringComparison.Ordinal);
        Assert.Matches("<bdi>home</bdi>:\\s*heard <time", html);
    }

    [Fact]
    public async Task What_nobody_is_told_of_is_quiet_and_counts_as_no_fire()
    {
        await using var host = await PagesHost.StartAsync(time: new StillClock(Now));
        var labels = Scenes.Labels(("alertname", "ProxmoxVMStopped"), ("severity", "critical"));
        host.Put(new IncidentBuilder(1, Now.AddMinutes(-5)).Fires(default, labels)
            .Suppressed(new Suppression(SuppressionKind.Silenced, "grace", "new disks", Now.AddHours(2))));
        host.Put(new IncidentBuilder(2, Now.AddMinutes(-5)).Fires(default, labels).ExplainedBy(9, "#9 NodeDown"));

        var html = await host.GetAsync("/");

        Assert.Contains("Nothing is on fire", html, StringComparison.Ordinal);
        Assert.Contains("Quiet <span class=\"count\">2</span>", html, StringComparison.Ordinal);
        Assert.Contains("silenced by <bdi>grace</bdi> until", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"/incidents/9\">#9</a>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"incident critical\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silence_that_has_ended_keeps_nothing_quiet()
    {
        await using var host = await PagesHost.StartAsync(time: new StillClock(Now));
        host.Put(new IncidentBuilder(1, Now.AddMinutes(-5))
            .Fires(default, Scenes.Labels(("alertname", "NodeDown"), ("severity", "critical")))
            .Suppressed(new Suppression(SuppressionKind.Silenced, "grace", "", Now.AddSeconds(-1))));

        Assert.Contains("<strong>1</strong> needs somebody", await host.GetAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_somebody_is_on_stands_apart_and_needs_nobody()
    {
        await using var host = await PagesHost.StartAsync(time: new StillClock(Now));
        host.Put(Scenes.NodeDown(1, Now.AddMinutes(-20)).Acknowledged(TimeSpan.FromMinutes(10), "Ada"));
        host.Put(Scenes.NodeDown(2, Now.AddMinutes(-12)));
        host.Put(Scenes.NodeDown(3, Now.AddMinutes(-30)));

        var html = await host.GetAsync("/");

        Assert.Contains("<strong>2</strong> need somebody", html, StringComparison.Ordinal);
        Assert.Contains("<bdi>Ada</bdi> is on it", html, StringComparison.Ordinal);
        var places = new[] { "id=\"incident-3\"", "id=\"incident-2\"", "id=\"taken\"", "id=\"incident-1\"" }
            .Select(text => html.IndexOf(text, StringComparison.Ordinal)).ToList();
        Assert.Equal(places.Order(), places);
        Assert.True(places[0] > 0);
    }

    [Fact]
    public async Task Twenty_of_one_name_are_one_row_that_says_what_they_share()
    {
        await using var host = await PagesHost.StartAsync(time: new StillClock(Now));
        for (var number = 1; number <= 20; number++)
        {
            host.Put(new IncidentBuilder(number, Now.AddMinutes(-number)).Fires(default, Scenes.Labels(
                ("alertname", "PodNotReady"), ("severity", "critical"), ("node", "<n1>"), ("pod", $"pod-{number}"))));
        }

        host.Put(Scenes.NodeDown(21, Now.AddMinutes(-50)));
        var html = await host.GetAsync("/");

        Assert.Contains("<bdi>PodNotReady</bdi></strong> × 20", html, StringComparison.Ordinal);
        Assert.Contains("<bdi>node=&lt;n1&gt;", html, StringComparison.Ordinal);
        Assert.Contains("id=\"all-untaken-PodNotReady\"", html, StringComparison.Ordinal);
        Assert.Contains("<strong>21</strong> need somebody", html, StringComparison.Ordinal);
        Assert.True(html.IndexOf("id=\"incident-21\"", StringComparison.Ordinal) < html.IndexOf("<details id=\"all-untaken-", StringComparison.Ordinal));
        Assert.All(Enumerable.Range(1, 21), number => Assert.Contains($"id=\"incident-{number}\"", html, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_label_leads_to_those_that_have_it_and_from_there_to_those_that_have_not()
    {
        await using var host = await PagesHost.StartAsync(time: new StillClock(Now));
        host.Put(new IncidentBuilder(1, Now).Fires(default, Scenes.Labels(("alertname", "A"), ("severity", "critical"), ("namespace", "a b"))));
        host.Put(new IncidentBuilder(2, Now).Fires(default, Scenes.Labels(("alertname", "B"), ("severity", "critical"), ("namespace", "c"))));

        Assert.Contains("class=\"label\" href=\"/?q=%22namespace%3Da%20b%22\"", await host.GetAsync("/"), StringComparison.Ordinal);
        var only = await host.GetAsync("/?q=%22namespace%3Da%20b%22");
        Assert.Contains("id=\"incident-1\"", only, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"incident-2\"", only, StringComparison.Ordinal);
        Assert.Contains("href=\"/?q=-%22namespace%3Da%20b%22\"", only, StringComparison.Ordinal);
        var others = await host.GetAsync("/?q=-%22namespace%3Da%20b%22&wall");
        Assert.Contains("id=\"incident-2\"", others, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"incident-1\"", others, StringComparison.Ordinal);
        Assert.Contains("class=\"list wall\"", others, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_stale_is_not_green()
    {
        await using var host = await PagesHost.StartAsync(time: new StillClock(Now));
        host.Put(Scenes.NodeDown(1, Now.AddDays(-1)).GoesStale(TimeSpan.FromHours(9)));

        Assert.DoesNotContain("hero calm", await host.GetAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_head_of_a_quiet_incident_says_who_keeps_it_quiet_until_when_and_no_time_of_escalation()
    {
        await using var host = await PagesHost.StartAsync(time: new StillClock(Now));
        host.Put(Scenes.NodeDown(1, Now.AddMinutes(-20)).Suppressed(new Suppression(SuppressionKind.Silenced, "grace", "new disks", Now.AddHours(2))));

        var html = await host.GetAsync("/incidents/1");

        Assert.Contains("silenced by <bdi>grace</bdi> until", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Escalates", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Nobody is on it", html, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"head critical\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_head_has_summary_description_and_value_and_says_that_nobody_is_on_it()
    {
        await using var host = await PagesHost.StartAsync(time: new StillClock(Now));
        host.Put(new IncidentBuilder(1, Now.AddMinutes(-5)).Fires(default, Scenes.Labels(("alertname", "Hot"), ("severity", "critical")),
            Scenes.Labels(("summary", "It is hot"), ("description", "Limit 95 °C <b>"), ("value", "97 °C"))));

        var html = await host.GetAsync("/incidents/1");

        Assert.Contains("<p class=\"description\"><bdi>Limit 95 &#xB0;C &lt;b&gt;</bdi>", html, StringComparison.Ordinal);
        Assert.Contains("Value</span> <bdi>97", html, StringComparison.Ordinal);
        Assert.Contains("Nobody is on it", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip, deflate", "gzip")]
    [InlineData("gzip, br;q=0", "gzip")]
    [InlineData("identity", null)]
    public async Task A_page_is_compressed_for_who_takes_it_so(string accepted, string? expected)
    {
        await using var host = await PagesHost.StartAsync(time: new StillClock(Now));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);

        using var answer = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var content = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        using var reader = new StreamReader(expected switch
        {
            "br" => new BrotliStream(content, CompressionMode.Decompress),
            "gzip" => new GZipStream(content, CompressionMode.Decompress),
            _ => content,
        });

        Assert.Equal(expected, answer.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.EndsWith("</html>", (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/silenced")]
    [InlineData("/incident/3")]
    [InlineData("/a/b/c")]
    public async Task An_unknown_address_is_said_to_be_one(string path)
    {
        await using var host = await PagesHost.StartAsync();

        using var answer = await host.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("There is no such page", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stale_incident_has_no_sign_of_peace()
    {
        await using var host = await PagesHost.StartAsync(time: new StillClock(Now));
        host.Put(Scenes.NodeDown(1, Now.AddDays(-1)).GoesStale(TimeSpan.FromHours(9)));

        Assert.DoesNotContain("assets/calm.", await host.GetAsync("/incidents/1"), StringComparison.Ordinal);
    }
}
