namespace IncidentBot.Sources;

/// <summary>
/// Decides whether a source's Watchdog is missing. The time counts from the last word, from the start, and after a jump of the
/// clock (the machine was suspended) from the jump, because nobody could be heard meanwhile. Pure; used by one thread at a time.
/// </summary>
internal sealed class WatchdogTimer
{
    /// <summary>Looks that are farther apart than this mean that the clock jumped.</summary>
    public static readonly TimeSpan LongestGap = TimeSpan.FromMinutes(2);

    private DateTimeOffset? _since;
    private DateTimeOffset? _lookedAt;

    /// <summary>How often the Watchdog has been heard since the start.</summary>
    public long Words { get; private set; }

    public void Hear(DateTimeOffset now)
    {
        _since = now;
        Words++;
    }

    /// <summary>Whether nothing has been heard for too long. It has to be asked regularly.</summary>
    public bool IsMissing(TimeSpan missingAfter, DateTimeOffset now)
    {
        if (_since is null || now < _since || now - _lookedAt > LongestGap || now < _lookedAt)
        {
            _since = now;
        }

        _lookedAt = now;
        return now - _since >= missingAfter;
    }
}
