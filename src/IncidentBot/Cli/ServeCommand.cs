using System.CommandLine;

namespace IncidentBot.Cli;

/// <summary><c>incidentbot serve</c>, and <c>incidentbot</c> alone: takes webhooks and serves the pages.</summary>
internal static class ServeCommand
{
    public static Command Create(CliActions actions, ConfigFileOption configFile)
    {
        var command = new Command("serve", "Take webhooks, keep the messages, serve the pages. This is what happens without a command.");
        command.SetAction((parsed, cancellationToken) => actions.Serve(configFile.Of(parsed), cancellationToken));
        return command;
    }
}
