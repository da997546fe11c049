using System.CommandLine;

namespace IncidentBot.Cli;

/// <summary><c>incidentbot demo</c>: shows the product without anything to configure.</summary>
internal static class DemoCommand
{
    public static Command Create(CliActions actions, ConfigFileOption configFile)
    {
        var command = new Command("demo",
            "Play recorded alerts at a speed that can be watched, on http://localhost:8080. Needs no configuration.");
        command.Validators.Add(result =>
        {
            if (result.GetResult(configFile) is { Implicit: false })
            {
                result.AddError("demo has a configuration of its own and takes no --config.file; serve takes one.");
            }
        });
        command.SetAction((_, cancellationToken) => actions.Demo(cancellationToken));
        return command;
    }
}
