using System.CommandLine;

namespace IncidentBot.Cli;

/// <summary>
/// <c>incidentbot send-test --lane L [--buttons]</c>: shows whether messages of a lane arrive, and whether presses come back.
/// </summary>
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
        var buttons = new Option<bool>("--buttons")
        {
            Description = "Put a button below the message, and wait a minute for somebody to press it.",
        };
        var command = new Command("send-test", "Send a test message to every room of a lane and say how each answered.") { lane, buttons };
        command.SetAction((parsed, cancellationToken) =>
            actions.SendTest(configFile.Of(parsed), parsed.GetRequiredValue(lane), parsed.GetValue(buttons), cancellationToken));
        return command;
    }
}
