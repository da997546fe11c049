using System.Net;
using System.Text.RegularExpressions;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Web;

/// <summary>The map of services, and the page of one.</summary>
public sealed class GraphPagesTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 3, 12, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("incidentbot-map-");

    private static readonly Alerts.LabelSet Traefik = Scenes.Labels(("alertname", "TraefikDown"), ("service", "traefik"), ("severity", "critical"));

    public GraphPagesTests()
    {
        File.Copy(Repository.PathOf("runbooks", "services.yml"), Path.Combine(_folder.FullName, "services.yml"));
        File.WriteAllText(Path.Combine(_folder.FullName, "traefik.md"), "---\nalerts: [TraefikDown]\nservices: [traefik]\n---\n# Traefik is down\n");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_is_on_fire_is_named_first_with_its_neighbourhood_and_the_whole_map_on_request()
    {
        await using var host = await StartAsync();

        var html = await host.GetAsync("/graph");

        Assert.Matches(@"2 services are failing\. [0-9]+ more need what is failing\.", Text(html));
        Assert.Matches("graph-causes.*traefik.*#7", Regex.Replace(html, @"\s+", " ", RegexOptions.None, TimeSpan.FromSeconds(5)));
        Assert.Equal(["authentik", "external-access", "immich", "ingress", "vaultwarden"], Boxes(html, "warning").Concat(Boxes(html, "critical")).Where(name => name is not "traefik").Order(StringComparer.Ordinal));
        Assert.DoesNotContain("plex-mcp", html, StringComparison.Ordinal);
        Assert.Contains("needs 1 service that is failing, tier 2", html, StringComparison.Ordinal);
        Assert.Contains("⚠ 1", html, StringComparison.Ordinal);
        Assert.Matches("tier 1 · [0-9]+ more<", html);
        Assert.Contains("href=\"/graph?all\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_whole_map_draws_every_service_and_every_need()
    {
        await using var host = await StartAsync();
        var graph = new Runbooks.RunbookLoader().Load([_folder.FullName]).Graph;

        var html = await host.GetAsync("/graph?all");

        Assert.Equal(graph.Services.Count, Regex.Count(html, "<a class=\"box "));
        Assert.Equal(graph.Services.Sum(service => service.DependsOn.Sum(need => need.AnyOf.Count)), Regex.Count(html, "<path class=\"needs"));
        Assert.All(graph.Services, service => Assert.Contains($"href=\"/services/{service.Name}\"", html, StringComparison.Ordinal));
        Assert.DoesNotMatch("tier [0-9] · [0-9]+ more<", html);
        Assert.Contains(">or<", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_says_what_it_needs_who_needs_it_its_alerts_runbooks_and_incidents()
    {
        await using var host = await StartAsync();
        host.Put(new IncidentBuilder(3, Now.AddHours(-72)).Fires(default, Traefik).Ends(TimeSpan.FromHours(1), Traefik));

        var html = await host.GetAsync("/services/Traefik");

        Assert.Contains("Traefik reverse proxy", html, StringComparison.Ordinal);
        foreach (var words in new[] { "href=\"/services/prod-cluster\"", "href=\"/services/immich\"", "href=\"/incidents/7\"", "href=\"/incidents/3\"", "href=\"/runbooks/traefik\"", "/runbooks/for/TraefikDown" })
        {
            Assert.Contains(words, html, StringComparison.Ordinal);
        }

        Assert.Contains("99.82 %", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_stay_text_and_a_service_that_is_not_there_is_said_to_be_missing()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "services.yml"), "services: [{ name: '<b>&\"x', tier: 1, title: '<script>alert(1)</script>', owner: '<i>' }]\n");
        await using var host = await StartAsync();

        foreach (var path in new[] { "/graph", "/services/%3Cb%3E%26%22x" })
        {
            var html = await host.GetAsync(path);
            Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
            Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
            Assert.DoesNotContain("<i>", html, StringComparison.Ordinal);
        }

        using var missing = await host.Client.GetAsync(new Uri("/services/nowhere", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task Without_services_it_is_said_how_to_list_them()
    {
        File.Delete(Path.Combine(_folder.FullName, "services.yml"));
        await using var host = await StartAsync();

        Assert.Contains("services.yml", await host.GetAsync("/graph"), StringComparison.Ordinal);
    }

    private async Task<PagesHost> StartAsync()
    {
        var host = await PagesHost.StartAsync(time: new StillClock(Now), runbooks: _folder.FullName);
        host.Put(new IncidentBuilder(7, Now.AddMinutes(-14)).Fires(default, Scenes.Labels(("alertname", "TraefikDown"), ("service", "traefik"), ("severity", "critical"))));
        host.Put(new IncidentBuilder(8, Now.AddMinutes(-10)).Fires(default, Scenes.Labels(("alertname", "ImmichSearchProbeFailing"), ("service", "immich"), ("severity", "warning"))));
        return host;
    }

    private static IEnumerable<string> Boxes(string html, string kind) =>
        Regex.Matches(html, $"<a class=\"box {kind}\" href=\"/services/(?<name>[^\"]+)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Select(match => match.Groups["name"].Value);

    private static string Text(string html) => Regex.Replace(Regex.Replace(html, "<[^>]+>", "", RegexOptions.None, TimeSpan.FromSeconds(5)), @"\s+", " ", RegexOptions.None, TimeSpan.FromSeconds(5));
}
