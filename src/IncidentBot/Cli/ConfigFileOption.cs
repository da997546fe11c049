using System.CommandLine;
using IncidentBot.Settings;

namespace IncidentBot.Cli;

/// <summary><c>--config.file</c>, spelled as Prometheus' own programs spell it; every command takes it that has a configuration.</summary>
internal sealed class ConfigFileOption : Option<string>
{
    public ConfigFileOption()
        : base("--config.file")
    {
        Description = $"The configuration file. Without it: {SettingsFile.DefaultName} here if there is one, else the defaults.";
        HelpName = SettingsFile.DefaultName;
        Recursive = true;
        Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && result.Tokens[0].Value.Length == 0)
            {
                result.AddError($"--config.file names no file. Write --config.file={SettingsFile.DefaultName}, or leave it out.");
            }
        });
    }

    /// <summary>Null when it was not given.</summary>
    public string? Of(ParseResult parsed) => parsed.GetValue(this);
}
