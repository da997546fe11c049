using IncidentBot.Channels;

namespace IncidentBot.Lanes;

/// <summary>
/// How much of one budget is left. It never allows more than the budget's count within the budget's time: a token comes back
/// one whole period after it was spent. A vendor's Retry-After closes it until then.
/// </summary>
internal sealed class TokenBucket(Budget budget)
{
    private readonly Queue<DateTimeOffset> _spent = new(budget.Count);
    private readonly Pause _closed = new();
    private DateTimeOffset _spentLast = DateTimeOffset.MinValue;

    public Budget Budget => budget;

    /// <summary>The earliest moment, not before <paramref name="now"/>, at which a request may be sent.</summary>
    public DateTimeOffset ReadyAt(DateTimeOffset now)
    {
        SetBack(now);
        var ready = _closed.End(now) is var end && end > now ? end : now;
        var back = _spent.Count < budget.Count ? now : _spent.Peek() + budget.Per;
        return back > ready ? back : ready;
    }

    public void Spend(DateTimeOffset now)
    {
        SetBack(now);
        if (_spent.Count == budget.Count)
        {
            _spent.Dequeue();
        }

        _spent.Enqueue(now);
        _spentLast = now;
    }

    public void Close(DateTimeOffset now, TimeSpan length)
    {
        if (now + length > _closed.End(now))
        {
            _closed.Begin(now, length);
        }
    }

    /// <summary>What a clock that was set back has put into the future counts as spent now, or the budget would stay closed for as long.</summary>
    private void SetBack(DateTimeOffset now)
    {
        for (var left = _spent.Count; left > 0 && _spentLast > now; left--)
        {
            var at = _spent.Dequeue();
            _spent.Enqueue(at > now ? now : at);
        }

        _spentLast = _spentLast > now ? now : _spentLast;
    }
}
