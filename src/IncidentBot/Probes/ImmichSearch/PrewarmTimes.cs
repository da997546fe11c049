using System.Globalization;

namespace IncidentBot.Probes.ImmichSearch;

/// <summary>When the index is read into memory. A server remembers when it last was; a CronJob goes by the clock.</summary>
internal static class PrewarmTimes
{
    /// <param name="probeEvery">How often the probe runs; null when its times are a crontab's.</param>
    /// <param name="remembered">When it last was, as <see cref="Remember"/> wrote it; null when nobody knows.</param>
    public static bool IsDue(DateTimeOffset now, TimeSpan every, TimeSpan? probeEvery, string? remembered)
    {
        if (long.TryParse(remembered, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds < DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return now - DateTimeOffset.FromUnixTimeSeconds(seconds) >= every;
        }

        // The first run in each stretch of that length: of one run each five minutes those at :00 and :30.
        return probeEvery is not { } step || now.UtcTicks % every.Ticks < step.Ticks;
    }

    public static string Remember(DateTimeOffset now) => now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
