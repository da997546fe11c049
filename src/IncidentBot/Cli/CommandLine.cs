using System.CommandLine;

namespace IncidentBot.Cli;

/// <summary>The command line: one file for each command, all of them named here.</summary>
internal static class CommandLine
{
    /// <summary>Runs what the arguments say; <c>serve</c> when they name no command. Returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] args, CliActions actions, CliConsole console,
        CancellationToken cancellationToken = default)
    {
        var parsed = Build(actions, console).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await console.Error.WriteLineAsync($"incidentbot: {error.Message}");
            }

            await console.Error.WriteLineAsync("Try: incidentbot --help");
            return ExitCode.Usage;
        }

        // The web server stops gracefully by itself, and may take longer than the two seconds that commands are given otherwise.
        var invocation = new InvocationConfiguration { Output = console.Output, Error = console.Error, ProcessTerminationTimeout = null };
        return await parsed.InvokeAsync(invocation, cancellationToken);
    }

    private static RootCommand Build(CliActions actions, CliConsole console)
    {
        var configFile = new ConfigFileOption();
        var root = new RootCommand("Stands between Alertmanager and people: one live message per incident and room.")
        {
            configFile,
            ServeCommand.Create(actions, configFile),
            DemoCommand.Create(actions, configFile),
            CheckConfigCommand.Create(console, configFile),
            SendTestCommand.Create(actions, configFile),
            RunbooksCommand.Create(console, configFile),
            GraphCommand.Create(console, configFile),
            ProbeCommand.Create(console, configFile),
            BackupCommand.Create(console, configFile),
            HealthCommand.Create(console, configFile),
        };
        root.SetAction((parsed, cancellationToken) => actions.Serve(configFile.Of(parsed), cancellationToken));
        foreach (var version in root.Options.OfType<VersionOption>())
        {
            version.Action = new PrintVersion();
        }

        return root;
    }
}
