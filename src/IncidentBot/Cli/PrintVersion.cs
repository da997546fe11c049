using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace IncidentBot.Cli;

/// <summary><c>incidentbot --version</c>.</summary>
internal sealed class PrintVersion : SynchronousCommandLineAction
{
    /// <summary>As it was built, without the commit.</summary>
    public static string Version { get; } =
        typeof(PrintVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"incidentbot {Version}");
        return ExitCode.Success;
    }
}
