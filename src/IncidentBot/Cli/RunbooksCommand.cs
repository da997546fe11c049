using System.CommandLine;
using System.Text.Json;
using IncidentBot.Runbooks;
using IncidentBot.Runbooks.Lint;
using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Web;

namespace IncidentBot.Cli;

/// <summary><c>incidentbot runbooks lint</c>: looks through runbooks and rules for what would fail somebody at night.</summary>
internal static class RunbooksCommand
{
    public static Command Create(CliConsole console, ConfigFileOption configFile)
    {
        var rules = new Option<string[]>("--rules")
        {
            Description = "Rule files of Prometheus or Loki, PrometheusRule resources, or folders of them.",
            HelpName = "FILE",
            AllowMultipleArgumentsPerToken = true,
        };
        var folders = new Option<string[]>("--runbooks")
        {
            Description = "Folders of runbooks, instead of runbooks.path of the configuration.",
            HelpName = "FOLDER",
            AllowMultipleArgumentsPerToken = true,
        };
        var urls = new Option<string[]>("--url")
        {
            Description = "An address under which rules know these pages, beside server.external_url and runbooks.urls.",
            HelpName = "URL",
        };
        var json = new Option<bool>("--json") { Description = "Write the report as JSON." };
        var lint = new Command("lint",
            "Look for alerts without a runbook, runbooks without an alert, dead links, old reviews. Exit code 0: nothing, 1: findings, 2: could not run.")
        {
            rules, folders, urls, json,
        };
        lint.SetAction(parsed =>
        {
            var loaded = SettingsCatalog.Load(configFile.Of(parsed), console.Environment, readSecrets: false);
            if (loaded.Options is not { } options)
            {
                SettingsReport.WriteComplaints(loaded, console.Error);
                return ExitCode.Usage;
            }

            if ((parsed.GetValue(urls) ?? []).FirstOrDefault(url => Address(url) is null) is { } wrong)
            {
                console.Error.WriteLine(
                    $"incidentbot: --url {wrong}: an address begins with https:// or http://, such as https://{wrong.TrimStart('/')}");
                return ExitCode.Usage;
            }

            var paths = parsed.GetValue(folders) is { Length: > 0 } chosen ? chosen : [.. options.Runbooks.Path];
            var run = new LintRun(paths, parsed.GetValue(rules) ?? [], Naming(options, parsed.GetValue(urls) ?? []),
                options.Runbooks.ReviewedWithin, PageCatalog.Names);
            return Write(run, parsed.GetValue(json), console);
        });
        return new Command("runbooks", "What can be done with runbooks.") { lint };
    }

    private static RunbookNaming Naming(BotOptions options, string[] urls) => new(
        options.Runbooks.RepositoryPrefix,
        [
            .. options.Server.ExternalUrl is { } own ? [own] : Array.Empty<Uri>(),
            .. options.Runbooks.Urls,
            .. urls.Select(Address).OfType<Uri>(),
        ]);

    private static Uri? Address(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.Host.Length > 0 ? address
            : null;

    private static int Write(LintRun run, bool json, CliConsole console)
    {
        var (report, problems) = run.Run(DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().DateTime));
        foreach (var problem in problems)
        {
            console.Error.WriteLine($"incidentbot: {problem}");
        }

        if (problems.Count > 0)
        {
            return ExitCode.Usage;
        }

        console.Output.WriteLine(json ? JsonSerializer.Serialize(report, LintJson.Default.LintReport) : LintTable.Of(report));
        return report.Findings.Count == 0 ? ExitCode.Success : ExitCode.Failure;
    }
}
