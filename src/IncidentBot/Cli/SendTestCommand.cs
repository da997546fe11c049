using System.CommandLine;

namespace IncidentBot.Cli;

/// <summary><c>incidentbot send-test --lane L</c>: shows whether messages of a lane arrive.</summary>
internal static class SendTestCommand
{
    public static Command Create(CliActions actions, ConfigFileOption configFile)
    {
        var lane = new Option<string>("--lane")
        {
            Description = "The name of a lane of the configuration.",
            HelpName = "name",
            Required = true
        };
        var command = new Command("send-test", "Send a test message to every room of a lane and say how each answered.") { lane };
        command.SetAction((parsed, cancellationToken) =>
            actions.SendTest(configFile.Of(parsed), parsed.GetRequiredValue(lane), cancellationToken));
        return command;
    }
}
