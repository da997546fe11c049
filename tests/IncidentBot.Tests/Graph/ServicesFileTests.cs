using System.Text;
using FsCheck;
using FsCheck.Fluent;
using IncidentBot.Yaml;
using Xunit;

namespace IncidentBot.Graph;

/// <summary>How a list of services is read.</summary>
public sealed class ServicesFileTests
{
    [Fact]
    public void A_service_says_its_tier_owner_needs_and_what_names_it()
    {
        var (list, complaints) = Read("""
            services:
              - name: traefik
                tier: tier-1
                title: Traefik reverse proxy
                owner: platform
                depends_on: [kubernetes, { any_of: [dns-1, dns-2, DNS-1] }, kubernetes]
                alerts: TraefikDown
                match: [{ alertname: HTTP5xx, job: traefik }, { namespace: "=~ingress-.*" }]
              - { name: node-1, tier: 2, carries: { node: node-1 }, local_alerts: [DiskFilling, { lane: security }] }
            """);

        Assert.Empty(complaints);
        var (traefik, node) = (list.Services[0], list.Services[1]);
        Assert.Equal(("traefik", 1, "Traefik reverse proxy", "platform"), (traefik.Name, traefik.Tier, traefik.Title, traefik.Owner));
        Assert.Equal(["kubernetes", "dns-1 or dns-2"], traefik.DependsOn.Select(need => need.ToString()));
        Assert.Equal(("node-1", "", "node=node-1"), (node.Title, node.Owner, Assert.Single(node.Carries).ToString()));
        Assert.Equal(["alertname=DiskFilling", "lane=security"], node.LocalAlerts.Select(match => match.ToString()));
        Assert.Equal(
            [("TraefikDown", "traefik", ""), ("HTTP5xx", "traefik", "job=traefik"), ("", "traefik", "namespace=~ingress-.*")],
            list.Watches.Select(watch => (watch.Alert, watch.Service, watch.Match.ToString())));
    }

    [Theory]
    [InlineData("", "list.yml:1: services: is missing. Allowed: a list of services, each with a name and a tier.")]
    [InlineData("services: traefik", "list.yml:1: services: found a single value. Allowed: a list of services, each with a name and a tier.")]
    [InlineData("services: [{ name: a, tier: 1 }]\nservice: []", "list.yml:2: service: an unknown key. Allowed: services.")]
    [InlineData("services: [{ tier: 1 }]", "list.yml:1: services[0].name: is missing. Allowed: a name, by which alerts and other services mean it.")]
    [InlineData("services: [{ name: a, tier: 5 }]", "list.yml:1: services[0].tier: found \"5\". Allowed: 1 for what must not fail, to 4 for what may.")]
    [InlineData("services: [{ name: a, tier: 1, needs: b }]", "list.yml:1: services[0].needs: an unknown key. Allowed: name, tier, title, owner, depends_on, alerts, match, local_alerts, carries.")]
    [InlineData("services:\n  - { name: a, tier: 1 }\n  - { name: A, tier: 2 }", "list.yml:3: services[1].name: there is a service \"A\" above. Allowed: each name once.")]
    [InlineData("services: [{ name: a, tier: 1, depends_on: [{ all_of: [b] }] }]", "list.yml:1: services[0].depends_on[0]: found a mapping. Allowed: the name of a service, or { any_of: [a, b] } of which one is enough.")]
    [InlineData("services: [{ name: a, tier: 1, depends_on: [{ any_of: [] }] }]", "list.yml:1: services[0].depends_on[0].any_of: no names. Allowed: services of which one is enough.")]
    [InlineData("services: [{ name: a, tier: 1, match: { b: \"=~(\" } }]", "list.yml:1: services[0].match.b: not a regular expression: insufficient closing parentheses at character 1. Allowed: what a label must be, as in a lane's match.")]
    [InlineData("services: [{ name: a, tier: 1, match: [x] }]", "list.yml:1: services[0].match[0]: found a single value. Allowed: labels, such as { namespace: immich }.")]
    [InlineData("services: [{ name: a, tier: 1, alerts: [{}] }]", "list.yml:1: services[0].alerts[0]: found a mapping. Allowed: a text of 1 to 200 characters in one line.")]
    public void What_is_wrong_is_said_with_its_path(string text, string complaint) => Assert.Equal([complaint], Read(text).Complaints);

    [Fact]
    public void A_match_that_lacks_one_of_its_conditions_means_no_alert_instead_of_more_alerts()
    {
        var (list, complaints) = Read("services: [{ name: a, tier: 1, match: { job: b, node: \"=~(\" } }]");

        Assert.Single(complaints);
        Assert.Empty(list.Watches);
        Assert.Single(list.Services);
    }

    [Fact]
    public void Ten_thousand_services_are_read()
    {
        var text = new StringBuilder("services:\n");
        for (var i = 0; i < 10_000; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"  - {{ name: service-{i}, tier: 3, title: Service {i}, depends_on: [service-{i / 2}], alerts: [Alert{i}], match: {{ app: s{i}, cluster: a }} }}\n");
        }

        var (list, complaints) = Read(text.ToString());

        Assert.Empty(complaints);
        Assert.Equal((10_000, 20_000), (list.Services.Count, list.Watches.Count));
    }

    [Fact]
    public void Whatever_the_bytes_are_reading_never_throws()
    {
        const string Text = "services: [{ name: a, tier: 1, depends_on: [b, { any_of: [c] }], match: { d: e }, carries: [{ f: g }], alerts: h }]";
        Prop.ForAll(Gen.Choose(0, Text.Length - 1).Two().Select(pair => (pair.Item1, pair.Item2)).ToArbitrary(), place =>
        {
            // Any two characters exchanged, and the end cut off.
            var characters = Text.ToCharArray();
            (characters[place.Item1], characters[place.Item2]) = (characters[place.Item2], characters[place.Item1]);
            ServicesFile.Read(Encoding.UTF8.GetBytes(characters), "list.yml", []);
            ServicesFile.Read(Encoding.UTF8.GetBytes(Text[..place.Item1]), "list.yml", []);
        }).QuickCheckThrowOnFailure();
    }

    internal static (ServiceList List, IReadOnlyList<string> Complaints) Read(string text)
    {
        var complaints = new List<Complaint>();
        return (ServicesFile.Read(Encoding.UTF8.GetBytes(text), "list.yml", complaints), complaints.ConvertAll(complaint => complaint.ToString()));
    }
}
