using IncidentBot.Settings;
using Xunit;

namespace IncidentBot.Cli;

public sealed class CommandLineTests : IDisposable
{
    private readonly Place _place = new();
    private readonly List<string> _calls = [];
    private readonly Dictionary<string, string> _environment = [];

    [Theory]
    [InlineData("", "serve (default)")]
    [InlineData("serve", "serve (default)")]
    [InlineData("--config.file=a.yml", "serve a.yml")]
    [InlineData("--config.file a.yml", "serve a.yml")]
    [InlineData("serve --config.file=a.yml", "serve a.yml")]
    [InlineData("--config.file=a.yml serve", "serve a.yml")]
    [InlineData("demo", "demo")]
    [InlineData("send-test --lane critical", "send-test (default) critical")]
    [InlineData("send-test --lane=critical --config.file=a.yml", "send-test a.yml critical")]
    [InlineData("send-test --lane critical --buttons", "send-test (default) critical with buttons")]
    public async Task A_command_does_what_it_is_named_for(string line, string call)
    {
        var (code, output, error) = await RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal((7, "", ""), (code, output, error));
        Assert.Equal([call], _calls);
    }

    [Fact]
    public async Task The_version_is_printed_with_the_name() =>
        Assert.Equal((0, "incidentbot 0.1.0\n", ""), await RunAsync("--version"));

    [Theory]
    [InlineData("send-test", "--lane")]
    [InlineData("serv", "serv")]
    [InlineData("--config.fil=a.yml", "--config.fil")]
    [InlineData("--config.file", "--config.file")]
    [InlineData("--config.file=", "--config.file")]
    [InlineData("demo now", "now")]
    [InlineData("demo --config.file=a.yml", "--config.file")]
    [InlineData("--config.file=a.yml demo", "--config.file")]
    public async Task A_wrong_command_line_is_named_and_ends_with_2(string line, string named)
    {
        var (code, output, error) = await RunAsync(line.Split(' '));

        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.Empty(_calls);
        Assert.StartsWith("incidentbot: ", error, StringComparison.Ordinal);
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.EndsWith("Try: incidentbot --help\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_names_every_command_and_the_configuration_file()
    {
        var (code, output, _) = await RunAsync("--help");

        Assert.Equal(0, code);
        Assert.All(["serve", "demo", "check-config", "send-test", "--config.file <incidentbot.yml>", "--version"], word => Assert.Contains(word, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_good_configuration_is_counted_and_what_has_no_effect_yet_is_named()
    {
        var file = _place.Write("good.yml", "lanes: [{ name: a, match: {} }]\nstore: { postgres: { connection_string: abc } }\nchannels: { slack: { bot_token: abc } }\nalertmanagers: [{ source: home }]\n");

        var (code, output, error) = await RunAsync("check-config", $"--config.file={file}");

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(
            $"""
            {file}: ok, 1 lane, 1 channel beside the web page, 1 Alertmanager source, listening on localhost:8080
            Understood, but not acted on by this version:
              store.postgres: incidents are kept in the SQLite file

            """,
            output);
    }

    [Fact]
    public async Task What_is_allowed_and_hardly_meant_is_warned_of_and_ends_with_0()
    {
        var file = _place.Write("odd.yml", "lanes: [{ name: a, match: { team: db }, quiet_hours: { from: \"22:00\", to: \"07:00\", posts: held } }]\n");

        var (code, output, error) = await RunAsync("check-config", $"--config.file={file}");

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(
            $"""
            {file}: ok, 1 lane, 0 channels beside the web page, 0 Alertmanager sources, listening on localhost:8080
            Allowed, but hardly meant so:
              lanes: none takes everything, so what matches none reaches no room and is on the page only; a last lane with match: {"{}"} takes the rest
              lanes[0] "a": a critical alert can come here, and waits for the end of quiet hours (posts: held); a lane for severity: critical before it would take it

            """,
            output);
    }

    [Fact]
    public async Task Without_the_files_of_secrets_the_rest_can_be_checked_and_runbooks_looked_through()
    {
        Directory.CreateDirectory(Path.Combine(_place.Folder, "runbooks"));
        var file = _place.Write("good.yml", "lanes: [{ name: a, match: {} }]\nserver: { api_token_file: /run/secrets/none/api }\n");

        Assert.Equal(1, (await RunAsync("check-config", $"--config.file={file}")).Code);
        var (code, output, error) = await RunAsync("check-config", "--no-secrets", $"--config.file={file}");
        Assert.Equal((0, ""), (code, error));
        Assert.EndsWith("listening on localhost:8080\nFiles of secrets were not read.\n", output, StringComparison.Ordinal);

        var (_, _, problems) = await RunAsync("runbooks", "lint", $"--config.file={file}");
        Assert.Equal("", problems);
    }

    [Fact]
    public async Task A_bad_configuration_is_complained_about_and_ends_with_1()
    {
        var file = _place.Write("bad.yml", "lanes: wrong\nservr: {}\n");

        var (code, output, error) = await RunAsync("check-config", "--config.file", file);

        Assert.Equal((1, ""), (code, output));
        Assert.Equal(
            $"""
            {file}:1: lanes: a single value where a list belongs. Allowed: a list: - one, - another; or [one, another].
            {file}:2: servr: unknown key; did you mean server? Allowed: server, store, incidents, alertmanagers, generator_urls, runbooks, graph, channels, people, lanes, inhibit, storm, probes, heartbeat.
            {file}: 2 things to correct; then try: incidentbot check-config --config.file={file}

            """,
            error);
    }

    [Fact]
    public async Task A_file_that_is_named_must_exist_and_the_default_one_need_not()
    {
        var (code, _, error) = await RunAsync("check-config", "--config.file=/tmp/incidentbot-there-is-no-such-file.yml");
        Assert.Equal(1, code);
        Assert.Contains("there is no such file", error, StringComparison.Ordinal);

        var (defaultCode, output, _) = await RunAsync("check-config");
        Assert.Equal(0, defaultCode);
        Assert.Equal("no incidentbot.yml here, so the defaults: ok, 0 lanes, 0 channels beside the web page, 0 Alertmanager sources, listening on localhost:8080\n", output);
    }

    [Fact]
    public async Task The_environment_is_checked_with_the_file()
    {
        _environment["INCIDENTBOT_SERVER__LISTN"] = "localhost:8080";

        var (code, _, error) = await RunAsync("check-config");

        Assert.Equal(1, code);
        Assert.StartsWith("INCIDENTBOT_SERVER__LISTN: no setting has this variable; did you mean INCIDENTBOT_SERVER__LISTEN?\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_says_what_is_wrong_with_its_address()
    {
        _environment["INCIDENTBOT_SERVER__LISTEN"] = "somewhere";
        using var output = new StringWriter();
        using var error = new StringWriter { NewLine = "\n" };
        var console = new CliConsole(output, error, _environment);

        var code = await CommandLine.RunAsync(["demo"], BotCommands.Actions(console), console, TestContext.Current.CancellationToken);

        Assert.Equal((1, ""), (code, output.ToString()));
        Assert.StartsWith("INCIDENTBOT_SERVER__LISTEN: found \"somewhere\". Allowed: host:port", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hundreds_of_complaints_are_cut()
    {
        var file = _place.Write("bad.yml", string.Concat(Enumerable.Range(0, 250).Select(i => $"key{i}: 1\n")));

        var (_, _, error) = await RunAsync("check-config", "--config.file", file);

        Assert.Equal(102, error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("… and 150 more.\n", error, StringComparison.Ordinal);
    }

    public void Dispose() => _place.Dispose();

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var actions = new CliActions(
            (file, _) => Call($"serve {file ?? "(default)"}"),
            _ => Call("demo"),
            (file, lane, buttons, _) => Call($"send-test {file ?? "(default)"} {lane}{(buttons ? " with buttons" : "")}"));
        var code = await CommandLine.RunAsync(args, actions, new CliConsole(output, error, _environment));
        return (code, output.ToString(), error.ToString());

        Task<int> Call(string call)
        {
            _calls.Add(call);
            return Task.FromResult(7);
        }
    }
}
