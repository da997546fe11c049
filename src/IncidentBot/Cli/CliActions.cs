namespace IncidentBot.Cli;

/// <summary>What commands do that need the whole program. A configuration file of null is the default one, which may be absent.</summary>
/// <param name="Serve">Runs until it is stopped; returns the exit code.</param>
/// <param name="Demo">Serves the page and plays recorded webhooks.</param>
/// <param name="SendTest">Sends a test message to the rooms of the lane that is named; true: with a button, whose press it waits for.</param>
internal sealed record CliActions(
    Func<string?, CancellationToken, Task<int>> Serve,
    Func<CancellationToken, Task<int>> Demo,
    Func<string?, string, bool, CancellationToken, Task<int>> SendTest);

/// <summary>Where a command writes, and the variables that it sees.</summary>
/// <param name="Output">Results.</param>
/// <param name="Error">Everything that is wrong.</param>
/// <param name="Environment">Variables that may override settings.</param>
internal sealed record CliConsole(TextWriter Output, TextWriter Error, IReadOnlyDictionary<string, string> Environment)
{
    public static CliConsole OfProcess() =>
        new(Console.Out, Console.Error, Settings.SettingsFile.ProcessEnvironment());
}
