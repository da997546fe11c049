using IncidentBot.Settings;
using Xunit;

namespace IncidentBot.Cli;

public sealed class GraphCommandTests : IDisposable
{
    private readonly Place _place = new();

    public GraphCommandTests()
    {
        Directory.CreateDirectory(Path.Combine(_place.Folder, "runbooks", "network"));
        _place.Write("runbooks/network/traefik.md", "---\nalerts: [TraefikDown]\n---\n# Traefik \"down\"\n");
    }

    [Theory]
    [InlineData("check")]
    [InlineData("sync")]
    public async Task Without_a_server_it_says_how_to_configure_one_and_ends_with_2(string command)
    {
        var (code, output, error) = await RunAsync("graph", command);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("set graph.neo4j.url", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_export_asks_no_server_and_writes_names_as_literals()
    {
        var (code, output, error) = await RunAsync("graph", "export");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("CREATE CONSTRAINT incidentbot_alertrule_name IF NOT EXISTS FOR (n:AlertRule) REQUIRE n.name IS UNIQUE;\n", output, StringComparison.Ordinal);
        Assert.Contains("{name: \"/runbooks/network/traefik\", set: {title: \"Traefik \\\"down\\\"\"}}", output, StringComparison.Ordinal);
        Assert.Contains("{from: \"TraefikDown\", to: \"/runbooks/network/traefik\", condition: \"\", set: {}}", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_and_a_folder_that_is_not_there_are_told_apart()
    {
        _place.Write("incidentbot.yml", "graph: { neo4j: { url: \"http://127.0.0.1:1\" } }\n");
        var (code, _, error) = await RunAsync("graph", "sync");
        Assert.Equal(1, code);
        Assert.Contains("Neo4j at http://127.0.0.1:1 cannot be reached", error, StringComparison.Ordinal);

        _place.Write("incidentbot.yml", "runbooks: { path: nowhere }\ngraph: { neo4j: { url: \"http://127.0.0.1:1\" } }\n");
        (code, _, error) = await RunAsync("graph", "sync");
        Assert.Equal(2, code);
        Assert.Contains("there is no such folder of runbooks", error, StringComparison.Ordinal);
    }

    public void Dispose() => _place.Dispose();

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        if (!File.Exists(Path.Combine(_place.Folder, "incidentbot.yml")))
        {
            _place.Write("incidentbot.yml", "runbooks: { path: runbooks }\n");
        }

        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var console = new CliConsole(output, error, new Dictionary<string, string>(StringComparer.Ordinal));
        var actions = new CliActions((_, _) => Task.FromResult(9), _ => Task.FromResult(9), (_, _, _, _) => Task.FromResult(9));
        var code = await CommandLine.RunAsync([.. arguments, $"--config.file={Path.Combine(_place.Folder, "incidentbot.yml")}"], actions, console, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
