namespace IncidentBot.Delivery;

/// <summary>
/// Failures in a row of one kind of request in one room, and the rest that follows. One post that fails again and again says
/// nothing of the others: only when another one fails too the rest becomes longer.
/// </summary>
internal sealed class FailureBackoff
{
    private readonly Cooldown _rest = new();
    private long? _last;
    private int _failures;

    /// <summary>When the rest is over; in the past when there is none.</summary>
    public DateTimeOffset End(DateTimeOffset now) => _rest.End(now);

    public void Failed(long post, double chance, DateTimeOffset now)
    {
        _failures += _last == post ? 0 : 1;
        _last = post;
        _rest.Begin(now, Backoff.After(_failures, chance));
    }

    public void Over()
    {
        (_last, _failures) = (null, 0);
        _rest.Stop();
    }
}
