namespace IncidentBot.Loops;

/// <summary>The turns of a loop that failed in a row.</summary>
/// <param name="Exception">What the last one threw. Its text is for the log alone: it may say what came from outside.</param>
/// <param name="Since">When the first of them failed.</param>
/// <param name="InARow">How many failed.</param>
/// <param name="NextTry">When the next turn is taken.</param>
internal sealed record LoopFailure(Exception Exception, DateTimeOffset Since, int InARow, DateTimeOffset NextTry)
{
    /// <summary>How long it waits at the least, whoever wakes it.</summary>
    public static readonly TimeSpan ShortestBackoff = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait after failures in a row: doubling from one second to ten.</summary>
    /// <param name="inARow">1 or more.</param>
    public static TimeSpan Backoff(int inARow) => Doubling.Pause(ShortestBackoff, LongestBackoff, inARow - 1);
}
