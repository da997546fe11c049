using System.CommandLine;

namespace IncidentBot.Cli;

/// <summary><c>incidentbot check-config</c>: says everything that is wrong with the configuration, or what it is made of.</summary>
internal static class CheckConfigCommand
{
    public static Command Create(CliConsole console, ConfigFileOption configFile)
    {
        var noSecrets = new Option<bool>("--no-secrets") { Description = "Leave the files of secrets alone: they are on another machine." };
        var command = new Command("check-config",
            "Check the configuration with its secret files and the environment, and change nothing.") { noSecrets };
        command.SetAction(parsed =>
        {
            var loaded = SettingsCatalog.Load(configFile.Of(parsed), console.Environment, readSecrets: !parsed.GetValue(noSecrets));
            if (loaded.Options is not { } options)
            {
                SettingsReport.WriteComplaints(loaded, console.Error);
                return ExitCode.Failure;
            }

            SettingsReport.WriteSummary(loaded, options, console.Output);
            if (parsed.GetValue(noSecrets))
            {
                console.Output.WriteLine("Files of secrets were not read.");
            }

            SettingsReport.WriteRemarks(options, console.Output);
            return ExitCode.Success;
        });
        return command;
    }
}
