using IncidentBot.Incidents;
using IncidentBot.Lanes;
using IncidentBot.Probes;
using IncidentBot.Rooms;
using IncidentBot.Server;
using IncidentBot.Sources;
using Xunit;

namespace IncidentBot.Settings;

public sealed class EnvironmentOverridesTests : IDisposable
{
    private readonly Place _place = new();

    [Fact]
    public void A_variable_wins_over_the_file()
    {
        var options = Load("server: { listen: 'localhost:1' }", ("INCIDENTBOT_SERVER__LISTEN", "localhost:2"), ("INCIDENTBOT_SERVER__EXTERNAL_URL", "https://a.example.org"));

        Assert.Equal("localhost:2", options.Server.Listen);
        Assert.Equal(new Uri("https://a.example.org"), options.Server.ExternalUrl);
    }

    [Fact]
    public void Elements_of_lists_are_set_and_appended_by_their_index()
    {
        var options = Load(
            "alertmanagers: [{ source: home }]\nlanes: [{ name: all, match: {} }]",
            ("INCIDENTBOT_ALERTMANAGERS__0__WEBHOOK_TOKEN", "abc"),
            ("INCIDENTBOT_ALERTMANAGERS__1__SOURCE", "away"),
            ("INCIDENTBOT_ALERTMANAGERS__1__URLS__0", "http://away:9093"),
            ("INCIDENTBOT_LANES__0__ROOMS__0", "inbox:web"),
            ("INCIDENTBOT_LANES__0__MATCH__SEVERITY", "critical"),
            ("INCIDENTBOT_LANES__0__MENTION", "everyone"));

        Assert.Equal(["home", "away"], options.Alertmanagers.Select(source => source.Source));
        Assert.Equal("abc", options.Alertmanagers[0].WebhookToken!.Reveal());
        Assert.Equal([new Uri("http://away:9093")], options.Alertmanagers[1].Urls);
        Assert.Equal([Room.Inbox], options.Lanes[0].Rooms);
        Assert.Equal("critical", options.Lanes[0].Match["severity"]);
        Assert.Equal(["everyone"], options.Lanes[0].Mention);
    }

    [Fact]
    public void A_list_of_more_than_ten_is_made_from_nothing()
    {
        var variables = Enumerable.Range(0, 12).Select(i => ($"INCIDENTBOT_INCIDENTS__IGNORED_LABELS__{i}", $"label_{i}")).ToArray();

        // The default list is no part of the file, so it is replaced.
        Assert.Equal(variables.Select(variable => variable.Item2), Load("", variables).Incidents.IgnoredLabels);
    }

    [Fact]
    public void A_secret_from_the_environment_replaces_the_file_that_the_configuration_names()
    {
        var options = Load("server: { api_token_file: /run/secrets/there-is-none }", ("INCIDENTBOT_SERVER__API_TOKEN", "abc"));

        Assert.Equal("abc", options.Server.ApiToken!.Reveal());
    }

    [Fact]
    public void A_hyphen_of_a_key_is_an_underscore_of_its_variable()
    {
        var options = Load("", ("INCIDENTBOT_PROBES__EMAIL_ROUNDTRIP__EVERY", "10m"), ("INCIDENTBOT_PROBES__EMAIL_ROUNDTRIP__IMAP__HOST", "mail"),
            ("INCIDENTBOT_PROBES__EMAIL_ROUNDTRIP__FROM", "a@b.example"), ("INCIDENTBOT_PROBES__EMAIL_ROUNDTRIP__TO", "c@d.example"), ("INCIDENTBOT_PROBES__EMAIL_ROUNDTRIP__SMTP__HOST", "mail"));

        Assert.Equal(TimeSpan.FromMinutes(10), ProbeCatalog.Kinds.Single(kind => kind.Name == "email-roundtrip").In(options.Probes!)[0].Every);
    }

    [Fact]
    public void An_alias_does_not_spread_an_override()
    {
        var options = Load(
            "lanes:\n  - { name: a, match: { a: b }, rooms: &rooms [inbox:web] }\n  - { name: b, match: {}, rooms: *rooms }\nchannels: { slack: { bot_token: abc } }",
            ("INCIDENTBOT_LANES__1__ROOMS__0", "slack:C01"));

        Assert.Equal([Room.Inbox], options.Lanes[0].Rooms);
        Assert.Equal([new Room("slack", "C01")], options.Lanes[1].Rooms);
    }

    [Fact]
    public void What_kubernetes_says_of_a_service_named_incidentbot_is_no_setting()
    {
        Load(
            "",
            ("INCIDENTBOT_SERVICE_HOST", "10.0.0.1"),
            ("INCIDENTBOT_SERVICE_PORT", "8080"),
            ("INCIDENTBOT_SERVICE_PORT_HTTP", "8080"),
            ("INCIDENTBOT_WEB_SERVICE_HOST", "10.0.0.1"),
            ("INCIDENTBOT_PORT", "tcp://10.0.0.1:8080"),
            ("INCIDENTBOT_PORT_8080_TCP", "tcp://10.0.0.1:8080"),
            ("INCIDENTBOT_PORT_8080_TCP_PROTO", "tcp"),
            ("INCIDENTBOT_PORT_8080_TCP_PORT", "8080"),
            ("INCIDENTBOT_PORT_8080_TCP_ADDR", "10.0.0.1"));
    }

    public void Dispose() => _place.Dispose();

    private BotOptions Load(string text, params (string Name, string Value)[] variables)
    {
        var (result, complaints) = _place.Load(text, variables.ToDictionary(variable => variable.Name, variable => variable.Value));
        Assert.Empty(complaints);
        return result.Options!;
    }
}
