using IncidentBot.Runbooks;
using IncidentBot.Server;
using IncidentBot.Storage;
using Xunit;

namespace IncidentBot.Settings;

/// <summary>Where relative paths begin: in the folder of the configuration file, or in the current directory when they come from elsewhere.</summary>
public sealed class RelativePathTests : IDisposable
{
    private readonly Place _place = new();

    [Fact]
    public void Paths_in_a_file_and_defaults_begin_in_its_folder()
    {
        _place.Write("token", "abc\n");

        var (result, complaints) = _place.Load("server: { api_token_file: token }\nrunbooks: { path: [pages, /srv/pages] }\nstore: { sqlite: ../other.db }");

        Assert.Empty(complaints);
        Assert.Equal("abc", result.Options!.Server.ApiToken!.Reveal());
        Assert.Equal([Path.Combine(_place.Folder, "pages"), "/srv/pages"], result.Options!.Runbooks.Path);
        Assert.Equal(Path.Combine(_place.Folder, "../other.db"), result.Options!.Store.Sqlite);
        Assert.Equal(Path.Combine(_place.Folder, "data/incidentbot.db"), _place.Load("").Result.Options!.Store.Sqlite);
        Assert.Equal([Path.Combine(_place.Folder, "runbooks")], _place.Load("").Result.Options!.Runbooks.Path);
    }

    [Fact]
    public void Paths_in_variables_begin_in_the_current_directory()
    {
        var (result, complaints) = _place.Load("store: { sqlite: file.db }", new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["INCIDENTBOT_STORE__SQLITE"] = "variable.db",
            ["INCIDENTBOT_RUNBOOKS__PATH"] = "pages",
        });

        Assert.Empty(complaints);
        Assert.Equal("variable.db", result.Options!.Store.Sqlite);
        Assert.Equal(["pages"], result.Options!.Runbooks.Path);
    }

    [Fact]
    public void A_secret_file_that_is_not_there_is_named_with_its_whole_path()
    {
        Directory.CreateDirectory(Path.Combine(_place.Folder, "secrets"));

        var result = SettingsCatalog.Load(_place.Write("incidentbot.yml", "server: { api_token_file: secrets/api }"), Place.NoVariables);

        Assert.Contains($"the file \"{Path.Combine(_place.Folder, "secrets/api")}\" does not exist", Assert.Single(result.Complaints).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_that_stays_in_the_current_directory_is_warned_of()
    {
        // The only place that relative paths of all tests share; the name is of this test alone.
        var old = $"moved-{Guid.NewGuid():N}.db";
        File.WriteAllText(old, "");
        try
        {
            var text = $"store: {{ sqlite: {old} }}\nlanes: [{{ name: all, match: {{}} }}]";
            var warning = Assert.Single(_place.Load(text).Result.Options!.Warnings);
            Assert.StartsWith($"store.sqlite: relative paths begin in the folder of the configuration file, so this is \"{_place.Folder}", warning, StringComparison.Ordinal);

            _place.Write(old, "");
            Assert.Empty(_place.Load(text).Result.Options!.Warnings);
        }
        finally
        {
            File.Delete(old);
        }
    }

    [Fact]
    public void A_file_that_is_not_there_is_named_with_its_whole_path()
    {
        var complaint = Assert.Single(SettingsCatalog.Load("no-such.yml", Place.NoVariables).Complaints).ToString();

        Assert.Equal(
            $"no-such.yml: there is no such file as {Path.GetFullPath("no-such.yml")}. Allowed: the path of a readable configuration file.", complaint);
    }

    [Fact]
    public void Files_of_secrets_can_be_left_alone()
    {
        var text = """
            server: { listen: '0.0.0.0:8080', external_url: 'https://a.example', api_token_file: /run/secrets/none/api }
            alertmanagers: [{ source: a, webhook_token_file: /run/secrets/none/a }, { source: b, webhook_token_file: /run/secrets/none/b }]
            channels: { slack: { bot_token_file: /run/secrets/none/slack }, telegram: { bot_token_file: none, mode: webhook, secret_token_file: none } }
            heartbeat: { url_file: none }
            lanes: [{ name: all, match: {} }]
            """;
        var file = _place.Write("incidentbot.yml", text);

        Assert.Equal(7, SettingsCatalog.Load(file, Place.NoVariables).Complaints.Count);
        var result = SettingsCatalog.Load(file, Place.NoVariables, readSecrets: false);

        Assert.Empty(result.Complaints);
        Assert.Empty(result.Options!.Warnings);
        Assert.False(result.Options!.Server.ApiToken!.Is(""));
    }

    public void Dispose() => _place.Dispose();
}
