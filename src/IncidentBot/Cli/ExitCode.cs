namespace IncidentBot.Cli;

/// <summary>What the exit codes of all commands mean.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The command could not do what it was asked for, or found something to complain about.</summary>
    public const int Failure = 1;

    /// <summary>The command line, or what it names, is such that the command could not even begin.</summary>
    public const int Usage = 2;
}
