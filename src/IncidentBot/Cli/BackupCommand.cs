using System.CommandLine;
using System.Globalization;
using IncidentBot.Storage;

namespace IncidentBot.Cli;

/// <summary><c>incidentbot backup FILE</c>: a whole copy of the database, also while the server runs.</summary>
internal static class BackupCommand
{
    public static Command Create(CliConsole console, ConfigFileOption configFile)
    {
        var file = new Argument<string>("FILE") { Description = "Where the copy goes. Must not exist yet." };
        var command = new Command("backup", "Copy the database into FILE while the server runs, and check the copy.") { file };
        command.SetAction(parsed =>
        {
            var loaded = SettingsCatalog.Load(configFile.Of(parsed), console.Environment, readSecrets: false);
            if (loaded.Options is not { } options)
            {
                SettingsReport.WriteComplaints(loaded, console.Error);
                return ExitCode.Failure;
            }

            try
            {
                var target = parsed.GetValue(file)!;
                var copy = StoreCatalog.BackUp(options.Store, target);
                console.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{target}: whole, {copy.Bytes} bytes, {copy.Incidents} incidents ({copy.Open} open), {copy.Posts} posts, schema {copy.Schema}"));
                return ExitCode.Success;
            }
            catch (StoreRefusedException refused)
            {
                console.Error.WriteLine($"incidentbot: {refused.Message}");
                return ExitCode.Failure;
            }
        });
        return command;
    }
}
