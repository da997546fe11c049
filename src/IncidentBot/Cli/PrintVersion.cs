using System.CommandLine;
using System.CommandLine.Invocation;
using IncidentBot.Telemetry;

namespace IncidentBot.Cli;

/// <summary><c>incidentbot --version</c>.</summary>
internal sealed class PrintVersion : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"incidentbot {BotVersion.Text}");
        return ExitCode.Success;
    }
}
