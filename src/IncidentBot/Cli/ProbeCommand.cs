using System.CommandLine;
using IncidentBot.ProbeRuns;
using IncidentBot.Probes;
using IncidentBot.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace IncidentBot.Cli;

/// <summary>
/// <c>incidentbot probe list</c> and <c>probe run NAME</c>: one run without a server, for a CronJob and for looking by hand. It needs only
/// its
/// own part of the configuration.
/// </summary>
internal static class ProbeCommand
{
    private const int CouldNotRun = 2;
    private const int PushAttempts = 3;

    private static readonly TimeSpan PauseOfPushes = TimeSpan.FromSeconds(2);

    public static Command Create(CliConsole console, ConfigFileOption configFile)
    {
        var name = new Argument<string>("NAME") { Description = "The name of a probe, or of its kind when it has none." };
        var push = new Option<bool>("--push") { Description = "Push the result to the Pushgateway of the configuration." };
        var verbose = new Option<bool>("-v", "--verbose") { Description = "Print the whole conversation while it goes on." };
        var run = new Command("run",
            "Run a probe once. The result is JSON on stdout, the log goes to stderr. Exit code 0: healthy, 1: unhealthy, 2: could not run.")
        {
            name, push, verbose,
        };
        run.SetAction((parsed, cancellationToken) => RunAsync(configFile.Of(parsed), parsed.GetRequiredValue(name), parsed.GetValue(push),
            parsed.GetValue(verbose), console, cancellationToken));
        var list = new Command("list", "List the probes of the configuration, and groups in the Pushgateway that none of them owns.");
        list.SetAction((parsed, cancellationToken) => ListAsync(configFile.Of(parsed), console, cancellationToken));
        return new Command("probe", "Look at something once, or list what is looked at.") { list, run };
    }

    private static async Task<int> RunAsync(
        string? file, string name, bool push, bool verbose, CliConsole console, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> names = [];
        var loaded = SettingsCatalog.Load(file, console.Environment, part: root =>
        {
            names = ProbePart.Names(root);
            return ProbePart.Of(root, name);
        });
        if (loaded.Options is not { } options)
        {
            SettingsReport.WriteComplaints(loaded, console.Error);
            return CouldNotRun;
        }

        if (options.Probes is not { } probes || probes.All.FirstOrDefault() is not { } probe)
        {
            await console.Error.WriteLineAsync(names.Count == 0 ? $"incidentbot: {loaded.Name} has no probes"
                : names.Contains(name, StringComparer.Ordinal) ? $"incidentbot: this version cannot run {name} yet"
                : $"incidentbot: there is no probe {Requirements.Quote(name)}; there are {string.Join(", ", names)}");
            return CouldNotRun;
        }

        if (push && probes.Pushgateway is null)
        {
            await console.Error.WriteLineAsync("incidentbot: --push needs probes.pushgateway, the address of a Pushgateway");
            return CouldNotRun;
        }

        await using var services = new ServiceCollection().AddLogging().AddProbeClients().BuildServiceProvider();
        var http = services.GetRequiredService<IHttpClientFactory>();
        try
        {
            var runner = new ProbeRunner(TimeProvider.System, new Random(), http, NullLogger<ProbeRunner>.Instance);
            var report = await runner.RunAsync(probe, null, probes.OwnNetwork, verbose ? console.Error.WriteLine : null, static _ => { },
                cancellationToken);
            var pushed = push ? await PushAsync(new Pushgateway(http, TimeProvider.System), probes.Pushgateway!, report, console,
                cancellationToken) : null;
            await console.Output.WriteLineAsync(ReportJson.Write(report, pushed));
            await console.Error.WriteLineAsync($"{probe.Name} is {ReportJson.Word(report.Run.Outcome)}: {report.Run.Words}");
            return report.Run.Outcome switch
            {
                RunOutcome.Unhealthy => ExitCode.Failure,
                RunOutcome.Healthy when pushed is null or "" => ExitCode.Success,
                _ => CouldNotRun,
            };
        }
        catch (OperationCanceledException)
        {
            await console.Error.WriteLineAsync($"incidentbot: the run of {name} was stopped before it ended, so it says nothing");
            return CouldNotRun;
        }
    }

    /// <summary>Empty when it was taken, else why not.</summary>
    private static async Task<string> PushAsync(Pushgateway gateway, PushgatewayOptions options, ProbeReport report, CliConsole console,
        CancellationToken cancellationToken)
    {
        var path = Pushgateway.Path(report.Probe.Group);
        for (var attempt = 1; ; attempt++)
        {
            if (await gateway.PushAsync(options, path, RunMetrics.Of(report.Probe, report), cancellationToken) is not { } failure)
            {
                return "";
            }

            await console.Error.WriteLineAsync($"incidentbot: the Pushgateway does not take it: {failure}");
            if (attempt == PushAttempts)
            {
                return failure;
            }

            await Task.Delay(PauseOfPushes, TimeProvider.System, cancellationToken);
        }
    }

    private static async Task<int> ListAsync(string? file, CliConsole console, CancellationToken cancellationToken)
    {
        var loaded = SettingsCatalog.Load(file, console.Environment, readSecrets: false,
            part: ProbePart.All);
        if (loaded.Options is not { } options)
        {
            SettingsReport.WriteComplaints(loaded, console.Error);
            return CouldNotRun;
        }

        var probes = options.Probes ?? new ProbesOptions();
        foreach (var probe in probes.All)
        {
            var when = probe.Options.Cron is { } cron ? $"cron {cron}" : $"every {Duration.Format(probe.Options.Every ?? TimeSpan.Zero)}";
            await console.Output.WriteLineAsync($"{probe.Name}\t{probe.Kind.Name}\t{when}\t{probe.Kind.Target(probe.Options)}");
        }

        return probes.Pushgateway is null ? ExitCode.Success : await ListGroupsAsync(file, probes, console, cancellationToken);
    }

    private static async Task<int> ListGroupsAsync(
        string? file, ProbesOptions probes, CliConsole console, CancellationToken cancellationToken)
    {
        // Read once more, with its password and no other secret.
        var loaded = SettingsCatalog.Load(file, console.Environment, part: root => ProbePart.Of(root, null));
        if (loaded.Options?.Probes?.Pushgateway is not { } gateway)
        {
            SettingsReport.WriteComplaints(loaded, console.Error);
            return CouldNotRun;
        }

        await using var services = new ServiceCollection().AddLogging().AddProbeClients().BuildServiceProvider();
        var client = new Pushgateway(services.GetRequiredService<IHttpClientFactory>(), TimeProvider.System);
        var (groups, failure) = await client.GroupsAsync(gateway, cancellationToken);
        if (failure is not null)
        {
            await console.Error.WriteLineAsync($"incidentbot: what stands in the Pushgateway cannot be read: {failure}");
            return CouldNotRun;
        }

        foreach (var path in GroupOwners.Unowned(groups, probes))
        {
            await console.Output.WriteLineAsync($"no probe owns the group {path}; to delete it: curl -X DELETE {gateway.Url!.AbsoluteUri.TrimEnd('/')}{path}");
        }

        return ExitCode.Success;
    }
}
