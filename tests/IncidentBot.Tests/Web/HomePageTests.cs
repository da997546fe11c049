using System.Net;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Web;

public sealed class HomePageTests
{
    private static readonly DateTimeOffset Now = StoreStub.Start;

    [Fact]
    public async Task Firing_stale_and_recently_resolved_incidents_are_grouped_with_sign_and_word()
    {
        await using var host = await EveningAsync();

        var html = await host.GetAsync("/");

        Assert.Contains("<strong>2</strong> need somebody", html, StringComparison.Ordinal);
        Assert.True(Place(html, "id=\"untaken\"") < Place(html, "id=\"stale\""));
        Assert.True(Place(html, "id=\"stale\"") < Place(html, "id=\"recent\""));
        Assert.True(Place(html, "id=\"incident-41\"") < Place(html, "id=\"incident-39\""), "criticals come before warnings");
        Assert.Contains("class=\"incident critical\"", html, StringComparison.Ordinal);
        Assert.Contains("<bdi class=\"word\">critical</bdi>", html, StringComparison.Ordinal);
        Assert.Contains("2 firing, 1 resolved", html, StringComparison.Ordinal);
        Assert.Contains("came back once", html, StringComparison.Ordinal);
        Assert.Contains("refused by <bdi>slack:C024BE91L</bdi>", html, StringComparison.Ordinal);
        Assert.Contains(">14 min</time>", html, StringComparison.Ordinal);
        Assert.Contains(">02:58 UTC</time>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/?severity=warning", "36,39,22")]
    [InlineData("/?lane=info", "35")]
    [InlineData("/?q=NAS", "40,35")]
    [InlineData("/?severity=critical&q=node", "41")]
    [InlineData("/?status=resolved", "38,37,34")]
    [InlineData("/?q=nowhere", "")]
    public async Task Filters_work_by_address_alone(string path, string expected)
    {
        await using var host = await EveningAsync();

        var html = await host.GetAsync(path);

        var list = html[Place(html, "id=\"list\"")..];
        var recent = list.IndexOf("id=\"recent\"", StringComparison.Ordinal);
        var main = recent < 0 ? list : list[..recent];
        Assert.Equal(expected, string.Join(',', Numbers(main)));
        Assert.Equal(expected.Length == 0, html.Contains("No incident matches", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_filter_stays_in_its_form_and_is_inert_there()
    {
        await using var host = await EveningAsync();

        var html = await host.GetAsync($"/?q={Uri.EscapeDataString("\"><script>x</script>")}&lane=%3Cb%3E");

        Assert.Contains("value=\"&quot;&gt;&lt;script&gt;x&lt;/script&gt;\"", html, StringComparison.Ordinal);
        Assert.Contains("<option value=\"&lt;b&gt;\" selected>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>x", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Before_the_first_incident_the_page_says_how_to_point_Alertmanager_here()
    {
        await using var host = await PagesHost.StartAsync(externalUrl: new Uri("https://incidents.example.org/"));

        var html = await host.GetAsync("/");

        Assert.Contains("Nothing is on fire", html, StringComparison.Ordinal);
        Assert.Contains("url: https://incidents.example.org/webhooks/alertmanager", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_all_is_over_the_page_is_calm_and_names_the_last_incident()
    {
        await using var host = await PagesHost.StartAsync(time: new StillClock(Now));
        var labels = Scenes.Labels(("alertname", "DnsSlow"), ("severity", "warning"));
        host.Put(new IncidentBuilder(7, Now.AddDays(-3)).Fires(default, labels).Ends(TimeSpan.FromMinutes(5), labels));

        var html = await host.GetAsync("/");

        Assert.Contains("Nothing is on fire", html, StringComparison.Ordinal);
        Assert.Contains("<bdi>DnsSlow</bdi></a>, ended", html, StringComparison.Ordinal);
        Assert.DoesNotContain("No incident has ever come in", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_incidents_a_page_shows_two_hundred_and_says_how_many_there_are_beside()
    {
        await using var host = await PagesHost.StartAsync(time: new StillClock(Now));
        for (var number = 1; number <= 450; number++)
        {
            host.Store.Put(new IncidentBuilder(number, Now.AddMinutes(-number))
                .Fires(default, Scenes.Labels(("alertname", $"A{number}"), ("severity", number == 450 ? "critical" : "info"))));
        }

        var first = await host.GetAsync("/");
        var last = await host.GetAsync("/?page=3");

        Assert.Equal(200, Numbers(first).Count);
        Assert.Equal(450, Numbers(first)[0]);
        Assert.Contains("250 more incidents", first, StringComparison.Ordinal);
        Assert.Contains("href=\"/?page=2\"", first, StringComparison.Ordinal);
        Assert.Equal(50, Numbers(last).Count);
        Assert.DoesNotContain("rel=\"next\"", last, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/incidents/1")]
    [InlineData("/deliveries")]
    public async Task Without_a_store_the_page_says_why_and_what_to_do(string path)
    {
        await using var host = await PagesHost.StartAsync();
        host.Store.Unavailable = "database or disk is full <b>";

        using var answer = await host.Client.GetAsync(new Uri(path, UriKind.Relative));
        var html = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("database or disk is full &lt;b&gt;", html, StringComparison.Ordinal);
        Assert.Contains("Is there space on the disk", html, StringComparison.Ordinal);
    }

    private static async Task<PagesHost> EveningAsync()
    {
        var host = await PagesHost.StartAsync(time: new StillClock(Now));
        foreach (var incident in Scenes.Evening(Now))
        {
            host.Put(incident);
        }

        return host;
    }

    private static int Place(string html, string text)
    {
        var place = html.IndexOf(text, StringComparison.Ordinal);
        Assert.True(place >= 0, $"{text} is not in the page");
        return place;
    }

    private static List<int> Numbers(string html) =>
    [
        .. System.Text.RegularExpressions.Regex.Matches(html, "<li id=\"incident-(?<number>[0-9]+)\"",
                System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5))
            .Select(match => int.Parse(match.Groups["number"].Value, System.Globalization.CultureInfo.InvariantCulture)),
    ];
}
