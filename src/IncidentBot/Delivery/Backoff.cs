using IncidentBot.Loops;

namespace IncidentBot.Delivery;

/// <summary>
/// How long to leave a room alone after failures in a row: doubling from one second to a minute, up to half of it by chance.
/// </summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan Ceiling = TimeSpan.FromMinutes(1);

    /// <param name="failures">Failures in a row, 1 or more.</param>
    /// <param name="chance">From 0 to 1, so that many rooms do not come back at one moment.</param>
    public static TimeSpan After(int failures, double chance) =>
        Doubling.Pause(First, Ceiling, failures - 1) * (0.5 + (0.5 * chance));
}
