namespace IncidentBot.Loops;

/// <summary>Pauses that double from a first one up to a longest one.</summary>
internal static class Doubling
{
    /// <param name="times">How often the first pause was doubled: 0 or more.</param>
    public static TimeSpan Pause(TimeSpan first, TimeSpan longest, int times)
    {
        var pause = first * Math.Pow(2, Math.Min(times, 16));
        return pause < longest ? pause : longest;
    }
}
