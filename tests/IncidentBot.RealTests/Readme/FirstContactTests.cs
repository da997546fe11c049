using System.Globalization;
using System.Text.RegularExpressions;
using IncidentBot.Line;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.Readme;

/// <summary>What somebody does who has just cloned the repository: the README's commands as they are written, and the image's build.</summary>
public sealed partial class FirstContactTests
{
    private const int Nobody = 65534;

    private static readonly Dictionary<string, string> AnyPort = new(StringComparer.Ordinal) { ["INCIDENTBOT_SERVER__LISTEN"] = "127.0.0.1:0" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_command_of_the_readme_works_as_written_from_the_root_of_a_fresh_clone()
    {
        using var clone = new SourceCopy();
        using var secrets = new TemporaryFolder();
        await using var vendors = await Vendors.StartAsync();
        clone.Write("incidentbot.yml", Sample(secrets, vendors.Slack.ApiUrl));
        var commands = Fences.Of("README.md", "sh").SelectMany(block => block.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Where(line => line != "./tests/run").ToList();
        Assert.Equal(["demo", "check-config", "send-test", "serve"], commands.Select(Command));
        foreach (var configuration in new[] { "Debug", "Release" })
        {
            // "dotnet run" would build too, for longer than a server is waited for.
            await using var built = await clone.RunAsync("dotnet", ["build", "src/IncidentBot", "--configuration", configuration, "--verbosity", "quiet"], Stop);
        }

        foreach (var command in commands)
        {
            var words = command.Split(' ');
            switch (Command(command))
            {
                case "demo":
                    await DemoAsync(clone, words);
                    break;
                case "serve":
                    await ServeAsync(clone, words);
                    break;
                case "send-test":
                    await using (await clone.RunAsync(words[0], words[1..], Stop))
                    {
                        Assert.Contains(vendors.Slack.Requests, request => request.Room == "C024BE91L");
                    }

                    break;
                default:
                    await using (var check = await clone.RunAsync(words[0], words[1..], Stop))
                    {
                        Assert.Contains("incidentbot.yml: ok, 2 lanes, 1 channel", check.LogTail, StringComparison.Ordinal);
                    }

                    break;
            }
        }

        Assert.True(File.Exists(Path.Combine(clone.Path, "data", "incidentbot.db")), "data/ is not in the root");
        Assert.False(Directory.Exists(Path.Combine(clone.Path, "src", "IncidentBot", "data")), "data/ is beside the sources");
    }

    [Fact]
    public async Task What_the_image_holds_runs_as_an_unprivileged_user_on_a_tree_that_it_cannot_write_to()
    {
        using var clone = new SourceCopy();
        using var place = new TemporaryFolder();
        var app = Path.Combine(clone.Path, "app");
        var build = Regex.Match(await File.ReadAllTextAsync(Repository.PathOf("Dockerfile"), Stop), "^RUN (?<line>dotnet restore.*?[^\\\\])$",
            RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["line"].Value;
        await using (await clone.RunAsync("bash", ["-c", build.Replace("--output /app", $"--output {app}", StringComparison.Ordinal)], Stop))
        {
            Assert.Contains(Directory.EnumerateFiles(app), file => file.EndsWith("libe_sqlite3.so", StringComparison.Ordinal));
        }

        var asRoot = string.Equals(Environment.UserName, "root", StringComparison.Ordinal);
        await using (await clone.RunAsync("chmod", ["-R", "a-w,a+rX", clone.Path, place.Path], Stop))
        {
        }

        var data = Directory.CreateTempSubdirectory("incidentbot-data-");
        try
        {
            if (asRoot)
            {
                await using var owned = await clone.RunAsync("chown", [Nobody.ToString(CultureInfo.InvariantCulture), data.FullName], Stop);
            }

            string[] unprivileged = ["--reuid", $"{Nobody}", "--regid", $"{Nobody}", "--clear-groups", "--no-new-privs", "dotnet"];
            var environment = new Dictionary<string, string>(AnyPort, StringComparer.Ordinal) { ["INCIDENTBOT_STORE__SQLITE"] = Path.Combine(data.FullName, "bot.db"), ["HOME"] = "/nonexistent" };
            await using var bot = ServerProcess.Start(
                asRoot ? "setpriv" : "dotnet", [.. asRoot ? unprivileged : [], Path.Combine(app, "incidentbot.dll"), "serve"], clone.Path, environment);
            var address = new Uri(Address().Match(await bot.UntilPrintedAsync("listening on http", Stop)).Value);
            await bot.UntilAnswersAsync(new Uri(address, "/-/ready"), Stop);
            Assert.Contains("Node", await Loopback.Client.GetStringAsync(new Uri(address, "/runbooks"), Stop), StringComparison.Ordinal);
            Assert.Equal(0, await bot.TerminateAsync(Stop));
            Assert.DoesNotContain("warn", bot.LogTail, StringComparison.Ordinal);
        }
        finally
        {
            data.Delete(recursive: true);
            await using var writable = await clone.RunAsync("chmod", ["-R", "u+w", clone.Path, place.Path], Stop);
        }
    }

    private static string Command(string line) => line.Split(" -- ")[1].Split(' ')[0];

    /// <summary>The README's own configuration, with secret files that are there and a Slack that is not the real one.</summary>
    private static string Sample(TemporaryFolder secrets, Uri slack)
    {
        var sample = Fences.Of("README.md", "yaml incidentbot")[0];
        foreach (var name in SecretFile().Matches(sample).Select(match => match.Groups["name"].Value))
        {
            secrets.Write(name, name is "slack-bot" ? SlackServer.Token : $"secret-of-{name}");
        }

        return sample.Replace("/run/secrets", secrets.Path, StringComparison.Ordinal).Replace("slack: {", $"slack: {{ api_url: \"{slack}\",", StringComparison.Ordinal);
    }

    private static async Task DemoAsync(SourceCopy clone, string[] words)
    {
        await using var demo = ServerProcess.Start(words[0], words[1..], clone.Path, AnyPort);
        var address = new Uri(Address().Match(await demo.UntilPrintedAsync("listening on http", Stop)).Value);
        await demo.UntilPrintedAsync("1/9", Stop);
        var page = await Loopback.Client.GetStringAsync(new Uri(address, "/runbooks"), Stop);
        Assert.Contains("/runbooks/infrastructure/node-down", page, StringComparison.Ordinal);
        Assert.Equal(0, await demo.TerminateAsync(Stop));
        Assert.False(Directory.Exists(Path.Combine(clone.Path, "data")), "the demo left data behind");
    }

    private static async Task ServeAsync(SourceCopy clone, string[] words)
    {
        await using var bot = ServerProcess.Start(words[0], words[1..], clone.Path, AnyPort);
        var address = new Uri(Address().Match(await bot.UntilPrintedAsync("listening on http", Stop)).Value);
        await bot.UntilAnswersAsync(new Uri(address, "/-/ready"), Stop);
        Assert.Equal(0, await bot.TerminateAsync(Stop));
    }

    [GeneratedRegex("/run/secrets/(?<name>[a-z-]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SecretFile();

    [GeneratedRegex("http://[0-9A-Za-z.:\\[\\]]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
