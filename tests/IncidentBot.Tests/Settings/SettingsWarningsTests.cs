using Xunit;

namespace IncidentBot.Settings;

/// <summary>What is allowed and hardly meant: of which a person is warned, and of which not.</summary>
public sealed class SettingsWarningsTests : IDisposable
{
    private const string Lanes = "\nlanes: [{ name: all, match: {} }]\n";
    private const string Slack = "channels: { slack: { bot_token: abc } }\n";
    private const string Open = "server: { listen: '0.0.0.0:8080', webhook_auth: none";

    private readonly Place _place = new();

    [Theory]
    [InlineData(Open + ", api_token: abc }" + Lanes, "server.external_url: missing, while other machines can reach 0.0.0.0:8080;")]
    [InlineData("server: { listen: ':8080', webhook_auth: none, api_token: abc }" + Lanes, "server.external_url: missing, while other machines can reach *:8080;")]
    [InlineData(Open + ", external_url: 'https://a.example' }" + Lanes, "server.api_token: missing, so nobody can acknowledge, send again or reload while")]
    [InlineData("", "incidentbot.yml: the file holds nothing, so all that follows are defaults;")]
    [InlineData("# lanes: []\n", "incidentbot.yml: the file holds nothing, so all that follows are defaults;")]
    [InlineData("lanes: []\n", "lanes: none, so no chat is told of anything")]
    [InlineData(Slack, "lanes: none, so no chat is told of anything")]
    [InlineData("channels: { slack: { bot_token: xapp-1-hidden } }" + Lanes, "channels.slack.bot_token: this is an app-level token (xapp-…)")]
    [InlineData("channels: { slack: { bot_token: '\"xoxb-hidden\"' } }" + Lanes, "channels.slack.bot_token: the secret is in quotes")]
    [InlineData("channels: { slack: { bot_token: '${HIDDEN}' } }" + Lanes, "channels.slack.bot_token: the secret looks like the name of a variable")]
    [InlineData("channels: { slack: { bot_token: '${HIDDEN:-hidden}' } }" + Lanes, "channels.slack.bot_token: the secret looks like the name of a variable")]
    [InlineData("server: { api_token: $HIDDEN_2 }" + Lanes, "server.api_token: the secret looks like the name of a variable")]
    [InlineData("channels: { telegram: { bot_token: 'a:b', mode: send-only } }\nlanes: [{ name: all, match: {}, rooms: ['telegram:1001234567890'] }]",
        "lanes[0].rooms[0]: \"telegram:1001234567890\": the number of a group or channel has a minus before it: telegram:-1001234567890")]
    [InlineData("channels: { telegram: { bot_token: 'a:b', mode: send-only } }\nlanes: [{ name: all, match: {}, escalate: [{ after: 5m, rooms: ['telegram:1001234567890/45'] }] }]",
        "lanes[0].escalate[0].rooms[0]: \"telegram:1001234567890/45\": the number of a group or channel has a minus before it: telegram:-1001234567890/45")]
    [InlineData("channels: { telegram: { bot_token: 'a:b', mode: send-only } }\nlanes: [{ name: all, match: {}, rooms: ['telegram:-100123/1'] }]",
        "lanes[0].rooms[0]: \"telegram:-100123/1\": topic 1 is General, which is the group itself: telegram:-100123 is the same room; leave /1 away")]
    [InlineData("lanes: [{ name: a, match: { severity: critical|page } }, { name: b, match: {} }]",
        "lanes[0].match.severity: \"critical|page\" is compared as it is written; a regular expression begins with =~, as in \"=~critical|page\"")]
    [InlineData("lanes: [{ name: a, match: { pod: 'db-.*' } }, { name: b, match: {} }]", "lanes[0].match.pod: \"db-.*\" is compared as it is written;")]
    [InlineData("inhibit: [{ source: { alertname: NodeDown|HostDown }, target: { a: b } }]" + Lanes, "inhibit[0].source.alertname: \"NodeDown|HostDown\" is compared")]
    [InlineData("lanes: [{ name: a, match: { Severity: critical } }, { name: b, match: {} }]",
        "lanes[0].match.Severity: names of labels are told apart by their case, and alerts have \"severity\"")]
    public void What_is_hardly_meant_is_warned_of(string text, string warning)
    {
        var found = Assert.Single(Warnings(text));
        Assert.StartsWith(warning, found, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", found, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(Open + ", api_token: abc, external_url: 'https://a.example' }" + Lanes)]
    [InlineData("server: { listen: '192.168.1.5:8080', webhook_auth: none, api_token: abc }" + Lanes)]
    [InlineData("server: { listen: 'localhost:8080' }" + Lanes)]
    [InlineData("channels: { slack: { bot_token: xoxb-1 } }" + Lanes)]
    [InlineData("server: { api_token: '$ecret' }" + Lanes)]
    [InlineData("server: { api_token: '\"a' }" + Lanes)]
    [InlineData("channels: { telegram: { bot_token: 'a:b', mode: send-only } }\nlanes: [{ name: all, match: {}, rooms: ['telegram:-1001234567890', 'telegram:8123456789'] }]")]
    [InlineData("lanes: [{ name: a, match: { severity: '=~critical|page', team: '!=a|b' } }, { name: b, match: { severity: P1 } }, { name: c, match: {} }]")]
    public void What_may_well_be_meant_is_not(string text) => Assert.Empty(Warnings(text));

    [Fact]
    public void Without_a_file_nothing_is_warned_of() => Assert.Empty(SettingsCatalog.Load(null, Place.NoVariables).Options!.Warnings);

    public void Dispose() => _place.Dispose();

    private IEnumerable<string> Warnings(string text)
    {
        var (result, complaints) = _place.Load(text);
        Assert.Empty(complaints);
        return result.Options!.Warnings.Select(warning => warning.Replace(_place.Folder + "/", "", StringComparison.Ordinal));
    }
}
