using IncidentBot.Channels;

namespace IncidentBot.Lanes;

/// <summary>
/// How much of one budget is left. It never allows more than the budget's count within the budget's time: a token comes back
/// one whole period after it was spent. A vendor's Retry-After closes it until then.
/// </summary>
internal sealed class TokenBucket(Budget budget)
{
    private readonly Queue<DateTimeOffset> _spent = new(budget.Count);
    private DateTimeOffset _closedUntil = DateTimeOffset.MinValue;

    public Budget Budget => budget;

    /// <summary>The earliest moment, not before <paramref name="now"/>, at which a request may be sent.</summary>
    public DateTimeOffset ReadyAt(DateTimeOffset now)
    {
        var ready = now > _closedUntil ? now : _closedUntil;
        if (_spent.Count < budget.Count)
        {
            return ready;
        }

        // A clock that was set back must not close the budget for longer than its period.
        var back = _spent.Peek() + budget.Per;
        return back > now + budget.Per ? now + budget.Per : back > ready ? back : ready;
    }

    public void Spend(DateTimeOffset now)
    {
        if (_spent.Count == budget.Count)
        {
            _spent.Dequeue();
        }

        _spent.Enqueue(now);
    }

    public void CloseUntil(DateTimeOffset moment) => _closedUntil = moment > _closedUntil ? moment : _closedUntil;
}
