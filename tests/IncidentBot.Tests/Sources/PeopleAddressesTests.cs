using IncidentBot.Incidents;
using IncidentBot.Support;
using Xunit;
using static IncidentBot.Support.BotFixture;

namespace IncidentBot.Sources;

/// <summary>Links lead to where people reach Alertmanager and Prometheus, however these name themselves.</summary>
public sealed class PeopleAddressesTests
{
    [Theory]
    [InlineData("http://prometheus-0:9090/graph?g0.expr=up", "https://prometheus.example.org/graph?g0.expr=up")]
    [InlineData("http://prometheus-0:9090", "https://prometheus.example.org")]
    [InlineData("HTTP://Prometheus-0:9090/graph", "https://prometheus.example.org/graph")]
    [InlineData("http://prometheus-0:90900/graph", "http://prometheus-0:90900/graph")]
    [InlineData("http://vmalert-0:8880/vmalert/alert?id=1", "https://vm.example.org/a/alert?id=1")]
    [InlineData("not an address", "not an address")]
    public void The_first_beginning_that_matches_is_exchanged(string told, string reached)
    {
        var map = PeopleAddresses.Of(new Settings.BotOptions
        {
            GeneratorUrls =
            {
                new GeneratorUrlOptions { From = new Uri("http://prometheus-0:9090"), To = new Uri("https://prometheus.example.org/") },
                new GeneratorUrlOptions { From = new Uri("http://vmalert-0:8880/vmalert/"), To = new Uri("https://vm.example.org/a") },
            },
        });
        var group = Say.Group(Say.Firing("plex-0") with { GeneratorUrl = told });
        var incident = new Incident { Key = IncidentKey.Of(group) }.Apply(group.Alerts, group, Say.Noon).Incident;

        Assert.Equal(reached, Assert.Single(map.Map(incident).Alerts.Values).GeneratorUrl);
        Assert.Equal("http://alertmanager.example:9093", map.Map(incident).ExternalUrl);
        Assert.Same(incident, PeopleAddresses.AsTold.Map(incident));
    }

    [Fact]
    public async Task Messages_and_pages_link_to_where_people_reach_them()
    {
        await using var bot = await BotFixture.StartAsync(options =>
        {
            options.Alertmanagers[0].ExternalUrl = new Uri("https://alertmanager.example.org/am/");
            options.GeneratorUrls.Add(new GeneratorUrlOptions { From = new Uri("http://prometheus-0:9090"), To = new Uri("https://prometheus.example.org") });
        });
        await bot.PostAsync(Say.Firing("plex-0") with { GeneratorUrl = "http://prometheus-0:9090/graph?g0.expr=up" });
        await bot.RunUntilIdleAsync();

        var page = await bot.Client.GetStringAsync(new Uri("incidents/1", UriKind.Relative));
        foreach (var text in new[] { bot.Expect(InMatrix).Versions[0].ToJsonString(), page })
        {
            Assert.Contains("https://alertmanager.example.org/am/#/silences/new", text, StringComparison.Ordinal);
            Assert.Contains("https://prometheus.example.org/graph?g0.expr=up", text, StringComparison.Ordinal);
            Assert.DoesNotContain("prometheus-0", text, StringComparison.Ordinal);
        }
    }
}
