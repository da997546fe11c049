using System.Text.RegularExpressions;
using IncidentBot.Cli;
using IncidentBot.Settings;
using IncidentBot.Support;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace IncidentBot.Readme;

/// <summary>What the README says is so.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Text = File.ReadAllText(Repository.PathOf("README.md"));

    [Fact]
    public void Every_configuration_in_it_is_accepted()
    {
        var samples = Fences.Of("README.md", "yaml incidentbot");
        Assert.NotEmpty(samples);
        var folder = Directory.CreateTempSubdirectory("incidentbot-readme-");
        try
        {
            foreach (var sample in samples)
            {
                foreach (Match secret in SecretFile().Matches(sample))
                {
                    File.WriteAllText(Path.Combine(folder.FullName, secret.Groups["name"].Value), "a secret\n");
                }

                var file = Path.Combine(folder.FullName, "incidentbot.yml");
                File.WriteAllText(file, sample.Replace("/run/secrets", folder.FullName, StringComparison.Ordinal));
                var loaded = SettingsCatalog.Load(file, new Dictionary<string, string>(StringComparer.Ordinal));
                Assert.Empty(loaded.Complaints);
                Assert.Empty(loaded.Options!.NotYetActive);
                Assert.Empty(loaded.Options!.Warnings);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Every_command_in_it_exists()
    {
        var commands = Fences.Of("README.md", "sh").SelectMany(block => block.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.Contains("dotnet run --project src/IncidentBot -- demo", commands);
        Assert.Contains("./tests/run", commands);
        foreach (var words in commands.Select(command => command.Split(' ')))
        {
            if (words[0] != "dotnet")
            {
                Assert.True(File.Exists(Repository.PathOf(words[0])), words[0]);
                continue;
            }

            Assert.Equal(["dotnet", "run", "--project"], words[..3]);
            Assert.True(File.Exists(Repository.PathOf(words[3], "IncidentBot.csproj")), words[3]);
            Assert.Equal(ExitCode.Success, await RunAsync(words[(Array.IndexOf(words, "--") + 1)..]));
        }
    }

    [Fact]
    public void Every_file_that_it_links_to_exists()
    {
        var links = new[] { "README.md", "CONTRIBUTING.md", "CHANGELOG.md" }.SelectMany(file => Link().Matches(File.ReadAllText(Repository.PathOf(file))))
            .Select(match => match.Groups["to"].Value).Where(to => !to.StartsWith("http", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(links);
        Report.None(links.Where(to => !File.Exists(Repository.PathOf(to.Split('/')))).Select(to => $"{to} is linked to and does not exist"));
    }

    [Fact]
    public void Every_test_that_it_names_exists()
    {
        var tests = Repository.Files("tests", ".cs").Select(file => Path.GetFileNameWithoutExtension(file)!).ToList();
        var promises = Text[Text.IndexOf("## What is promised", StringComparison.Ordinal)..Text.IndexOf("## Adding things", StringComparison.Ordinal)];
        var named = Filter().Matches(promises).Select(match => match.Groups["name"].Value).ToList();
        Assert.Contains("Scenarios", named);
        Assert.Contains("FlappingTests", named);
        Report.None(named.Where(name => !tests.Exists(test => test.EndsWith(name, StringComparison.Ordinal))).Select(name => $"there are no {name}"));
    }

    [Fact]
    public void It_names_every_metric_and_none_that_is_not_there()
    {
        var known = Repository.Files("src/IncidentBot", ".cs")
            .Select(file => (Name: file, Text: File.ReadAllText(Repository.PathOf(file))))
            .Where(file => file.Name.EndsWith("Metrics.cs", StringComparison.Ordinal) || file.Text.Contains(" IMetricSource", StringComparison.Ordinal))
            .SelectMany(file => Metric().Matches(file.Text))
            .Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var named = MetricInText().Matches(Text).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        Assert.Equal(known, named);
    }

    [Fact]
    public async Task It_names_only_paths_that_are_served()
    {
        await using var app = Program.Build(new CurrentSettings(new BotOptions()));
        var served = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>().Select(endpoint => "/" + endpoint.RoutePattern.RawText!.Trim('/').Replace("{documentName}", "v1", StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
        var named = ServedPath().Matches(Text[Text.IndexOf("## HTTP", StringComparison.Ordinal)..Text.IndexOf("## Metrics", StringComparison.Ordinal)])
            .Select(match => match.Groups["path"].Value).ToList();
        Assert.True(named.Count > 8, string.Join(' ', named));
        Report.None(named.Where(path => !served.Contains(path) && !served.Any(one => one.StartsWith(path + "/", StringComparison.Ordinal))).Select(path => $"{path} is not among {string.Join(' ', served)}"));
    }

    [Fact]
    public void It_names_only_packages_that_are_used()
    {
        var used = File.ReadAllText(Repository.PathOf("Directory.Packages.props"));
        var table = Text[Text.IndexOf("| used | for |", StringComparison.Ordinal)..Text.IndexOf("Written by hand", StringComparison.Ordinal)];
        var named = table.Split('\n').Skip(2).Where(line => line.StartsWith('|')).SelectMany(line => line.Split('|')[1].Split(','))
            .Select(cell => cell.Trim().Split(' ')).ToList();
        Assert.NotEmpty(named);
        foreach (var package in named)
        {
            Assert.Contains($"Include=\"{package[0]}\"", used, StringComparison.Ordinal);
            Assert.Contains(package.Length == 1 ? "" : $"Include=\"{package[0]}\" Version=\"{package[1]}\"", used, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_image_copies_only_what_exists()
    {
        var copied = File.ReadLines(Repository.PathOf("Dockerfile"))
            .Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ')[1..^1]).ToList();
        Assert.NotEmpty(copied);
        Report.None(copied.Where(path => !Path.Exists(Repository.PathOf(path))).Select(path => $"{path} is copied and does not exist"));
    }

    private static async Task<int> RunAsync(string[] arguments)
    {
        // check-config would look for the file of the sample; that it is a command is what counts here.
        string[] words = arguments[0] == "check-config" ? ["check-config", "--help"] : arguments;
        using var error = new StringWriter();
        using var output = new StringWriter();
        var code = await CommandLine.RunAsync(
            words, new CliActions((_, _) => Success(), _ => Success(), (_, _, _, _) => Success()),
            new CliConsole(output, error, new Dictionary<string, string>(StringComparer.Ordinal)));
        Assert.Equal("", error.ToString());
        return code;
    }

    private static Task<int> Success() => Task.FromResult(ExitCode.Success);

    [GeneratedRegex("/run/secrets/(?<name>[a-z-]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SecretFile();

    [GeneratedRegex(@"\]\((?<to>[^)#]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();

    [GeneratedRegex("`(\\./tests/run (--fast )?--filter )?(?<name>\\w*(Tests|Scenarios))`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Filter();

    [GeneratedRegex("\"(?<name>(incidentbot|process)_[a-z_]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Metric();

    [GeneratedRegex("(?<name>\\b(incidentbot|process)_[a-z_]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MetricInText();

    [GeneratedRegex("`(GET |POST )?(?<path>/[^` ?]*)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ServedPath();
}
