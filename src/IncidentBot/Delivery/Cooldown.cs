namespace IncidentBot.Delivery;

/// <summary>A time in which nothing is sent. A clock that is set back does not make it longer than it was meant to be.</summary>
internal sealed class Cooldown
{
    private DateTimeOffset _since = DateTimeOffset.MinValue;
    private DateTimeOffset _until = DateTimeOffset.MinValue;

    /// <summary>When it is over; in the past when there is none.</summary>
    public DateTimeOffset End(DateTimeOffset now)
    {
        if (now < _since && _until > now)
        {
            (_since, _until) = (now, now + (_until - _since));
        }

        return _until;
    }

    public void Begin(DateTimeOffset now, TimeSpan length) => (_since, _until) = (now, now + length);

    public void Stop() => _until = DateTimeOffset.MinValue;
}
