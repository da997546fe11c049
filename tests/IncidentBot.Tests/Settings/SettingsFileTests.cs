using System.Text.RegularExpressions;
using IncidentBot.Alerts;
using IncidentBot.Channels;
using IncidentBot.Channels.Matrix;
using IncidentBot.Channels.Slack;
using IncidentBot.Channels.Telegram;
using IncidentBot.Lanes;
using IncidentBot.Probes;
using IncidentBot.Rooms;
using IncidentBot.Runbooks;
using IncidentBot.Server;
using IncidentBot.Sources;
using IncidentBot.Storage;
using IncidentBot.Yaml;
using Xunit;

namespace IncidentBot.Settings;

public sealed partial class SettingsFileTests : IDisposable
{
    private readonly Place _place = new();

    public static TheoryData<string> Samples => ["incidentbot.yml", "incidentbot.minimal.yml"];

    [Fact]
    public void Without_a_file_the_defaults_of_the_contract_hold()
    {
        var nowhere = Path.Combine(_place.Folder, "incidentbot.yml");
        Assert.False(File.Exists(SettingsFile.DefaultName), "the tests must run where no configuration is");

        var result = SettingsCatalog.Load(null, Place.NoVariables);

        Assert.False(result.Found);
        Assert.Equal("localhost:8080", result.Options!.Server.Listen);
        Assert.Equal("data/incidentbot.db", result.Options!.Store.Sqlite);
        Assert.Equal(["runbooks"], result.Options!.Runbooks.Path);
        Assert.Empty(result.Options!.Lanes);
        Assert.Empty(result.Options!.NotYetActive);
        Assert.Null(result.Options!.Channels.Slack ?? (object?)result.Options!.Channels.Telegram ?? result.Options!.Channels.Matrix);

        var named = SettingsCatalog.Load(nowhere, Place.NoVariables);
        Assert.Null(named.Options);
        Assert.Equal($"{nowhere}: there is no such file as {Path.GetFullPath(nowhere)}. Allowed: the path of a readable configuration file.", Assert.Single(named.Complaints).ToString());
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void The_samples_under_deploy_are_accepted(string name)
    {
        var text = File.ReadAllText(Path.Combine(Place.Repository, "deploy", name));

        var (result, complaints) = _place.Load(WithSecrets(text));

        Assert.Empty(complaints);
        Assert.Empty(result.Options!.Warnings);
        Assert.Equal("0.0.0.0:8080", result.Options!.Server.Listen);
        Assert.Equal("secret of webhook-token", result.Options!.Alertmanagers[0].WebhookToken!.Reveal());
        Assert.Equal("secret of slack-bot", result.Options!.Channels.Slack!.BotToken!.Reveal());
    }

    [Fact]
    public void Topics_public_names_and_people_are_rooms_too()
    {
        var (result, complaints) = _place.Load("""
            channels: { slack: { bot_token: abc }, telegram: { bot_token: "123:abc", mode: send-only } }
            lanes: [{ name: all, match: {}, rooms: ["telegram:-1001234567890/45", "telegram:@alerts/7", slack:U024BE7LH], mention: "telegram:@oncall" }]
            """);

        Assert.Empty(complaints);
        Assert.Equal("-1001234567890/45", result.Options!.Lanes[0].Rooms[0].Id);
    }

    [Fact]
    public void The_sample_of_the_contract_means_what_it_says()
    {
        var (result, _) = _place.Load(WithSecrets(File.ReadAllText(Path.Combine(Place.Repository, "deploy", "incidentbot.yml"))));

        var options = result.Options!;
        Assert.Equal("Europe/Sofia", options.Server.TimeZone.Id);
        Assert.Equal(new Uri("https://runbooks.example.org"), options.Server.ExternalUrl);
        Assert.Equal([new Uri("http://alertmanager-0:9093"), new Uri("http://alertmanager-1:9093")], options.Alertmanagers[0].Urls);
        Assert.Equal(["critical", "security", "warning", "apps", "info"], options.Lanes.Select(lane => lane.Name));
        Assert.Equal([new Room("slack", "C01"), new Room("telegram", "-100123")], options.Lanes[0].Rooms);
        Assert.Equal("critical", options.Lanes[0].Match["severity"]);
        Assert.Equal(["everyone"], options.Lanes[0].Mention);
        Assert.Equal(TimeSpan.FromMinutes(5), options.Lanes[0].Escalate![0].After);
        Assert.Equal([new Room("matrix", "!oncall:example.org")], options.Lanes[0].Escalate![0].Rooms);
        Assert.True(options.Lanes[^1].Quiet);
        Assert.Equal(TimeSpan.FromHours(1), options.Lanes[^1].Digest);
        Assert.Equal(new Person("matrix", "@me:example.org"), options.People.Operators[2]);
        Assert.Equal(TimeSpan.FromMinutes(15), ProbeCatalog.Kinds.Single(kind => kind.Name == "registry-integrity").In(options.Probes!)[0].Every);
        Assert.Empty(options.NotYetActive);
    }

    [Theory]
    [InlineData("critical", "critical", "")]
    [InlineData("security", "warning", "security")]
    [InlineData("critical", "critical", "security")]
    [InlineData("warning", "minor", "")]
    [InlineData("info", "info", "")]
    public void The_lanes_of_the_sample_take_what_they_are_named_after(string lane, string severity, string label)
    {
        var (result, _) = _place.Load(WithSecrets(File.ReadAllText(Path.Combine(Place.Repository, "deploy", "incidentbot.yml"))));
        var book = LaneBook.Of(result.Options!.Lanes, result.Options!.Server.TimeZone);
        var labels = LabelSet.From(("alertname", "LoginFailures"), ("severity", severity), ("lane", label));

        Assert.Equal(lane, book.Lanes.First(candidate => candidate.Takes(labels)).Name);
        Assert.Equal("Europe/Sofia", Assert.Single(book.Lanes[2].QuietHours).Zone.Id);
        Assert.Equal(TimeSpan.FromHours(1), book.Lanes[^1].Digest!.Every);
    }

    [Fact]
    public void Json_is_taken_too()
    {
        const string Json = "{\n\t\"server\": {\n\t\t\"listen\": \"127.0.0.1:0\", \"max_body_bytes\": 4096\n\t},\n\t\"lanes\": [\n\t\t{\"name\": \"all\", \"match\": {\"team\": \"\\u00e9\\/\"}, \"quiet\": true, \"rooms\": [\"inbox:web\"]}\n\t]\n}\n";

        var (result, complaints) = _place.Load(Json);

        Assert.Empty(complaints);
        Assert.Equal(4096, result.Options!.Server.MaxBodyBytes);
        Assert.Equal("é/", result.Options!.Lanes[0].Match["team"]);
    }

    [Fact]
    public void Sections_whose_keys_are_all_commented_out_are_the_defaults()
    {
        var (result, complaints) = _place.Load("server:\n  # listen: 0.0.0.0:8080\nstore:\nlanes:\nprobes:\nalertmanagers: []\n");

        Assert.Empty(complaints);
        Assert.Equal("localhost:8080", result.Options!.Server.Listen);
    }

    [Fact]
    public void A_number_in_a_match_is_the_text_that_the_label_has()
    {
        var (result, _) = _place.Load("lanes:\n  - { name: one, match: { tier: 1, page: true, zone: 'null' } }\n");

        Assert.Equal(["1", "true", "null"], result.Options!.Lanes[0].Match.Values);
    }

    [Fact]
    public void An_alias_repeats_what_its_anchor_names()
    {
        var (result, complaints) = _place.Load(
            "lanes:\n  - { name: one, match: { a: b }, rooms: &rooms [inbox:web] }\n  - { name: two, match: {}, rooms: *rooms }\n");

        Assert.Empty(complaints);
        Assert.Equal([Room.Inbox], result.Options!.Lanes[1].Rooms);
    }

    [Theory]
    [InlineData("token", "token")]
    [InlineData("token\n", "token")]
    [InlineData("token\r\n", "token")]
    [InlineData("two words", "two words")]
    public void One_line_end_is_taken_off_the_secret_in_a_file(string content, string secret)
    {
        var file = _place.Write("token", content);

        var (result, _) = _place.Load($"server: {{ api_token_file: {file} }}");

        Assert.Equal(secret, result.Options!.Server.ApiToken!.Reveal());
    }

    [Theory]
    [InlineData("token\n\n")]
    [InlineData("one\ntwo\n")]
    [InlineData(" token")]
    [InlineData("\n")]
    public void A_secret_that_could_not_stand_in_a_header_is_refused(string content)
    {
        var file = _place.Write("token", content);

        var (result, complaints) = _place.Load($"server: {{ api_token_file: {file} }}");

        Assert.Null(result.Options);
        Assert.StartsWith("incidentbot.yml:1: server.api_token_file: the secret in the file ", Assert.Single(complaints), StringComparison.Ordinal);
    }

    [Fact]
    public void A_huge_file_is_refused_without_being_read_whole()
    {
        var (result, complaints) = _place.Load(new string('#', YamlReader.LargestFile + 10));

        Assert.Null(result.Options);
        Assert.Equal("incidentbot.yml: the file is larger than 1 MiB. Allowed: at most 1 MiB.", Assert.Single(complaints));
        Assert.Null(SettingsCatalog.Load("/dev/zero", Place.NoVariables).Options);
    }

    [Fact]
    public void A_folder_is_not_a_configuration()
    {
        var result = SettingsCatalog.Load(_place.Folder, Place.NoVariables);

        Assert.Null(result.Options);
        Assert.Contains("this is a folder", Assert.Single(result.Complaints).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("server: { listen: '0.0.0.0:8080' }\nalertmanagers: [{ source: home, webhook_token: abc }]")]
    [InlineData("server: { listen: '0.0.0.0:8080', webhook_auth: none }")]
    [InlineData("server: { listen: '[::1]:8080' }\nalertmanagers: [{ source: home }, { source: away }]")]
    [InlineData("server: { listen: '127.0.0.1:8080' }")]
    public void Webhooks_need_a_token_only_where_other_machines_reach_the_server(string text) =>
        Assert.Empty(_place.Load(text).Complaints);

    public void Dispose() => _place.Dispose();

    /// <summary>The sample with its secret files in the test's folder.</summary>
    private string WithSecrets(string text)
    {
        foreach (var name in SecretFiles().Matches(text).Select(match => match.Groups["name"].Value))
        {
            _place.Write(name, name switch
            {
                "telegram-bot" => "123:abc\n",
                "heartbeat-url" => "https://kuma.example.org/api/push/abc?status=up\n",
                _ => $"secret of {name}\n",
            });
        }

        return text.Replace("/run/secrets/", _place.Folder + "/", StringComparison.Ordinal);
    }

    [GeneratedRegex("/run/secrets/(?<name>[a-z0-9-]+)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex SecretFiles();
}
