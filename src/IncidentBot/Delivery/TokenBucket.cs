using IncidentBot.Channels;

namespace IncidentBot.Delivery;

/// <summary>
/// How much of one budget is left. It never allows more than the budget's count within the budget's time: a token comes back
/// one whole period after it was spent. A vendor's Retry-After closes it until then.
/// <para>
/// Of a budget of four or more, a quarter is kept back for urgent posts, all but a quarter while a storm lasts, and more when
/// they have spent more within the period: who comes every five seconds finds a token each time, however much else waits.
/// </para>
/// </summary>
internal sealed class TokenBucket(Budget budget)
{
    private const int LeastToShare = 4;

    private readonly int _quarter = (budget.Count + 3) / 4;

    private readonly Queue<(DateTimeOffset At, bool Urgent)> _spent = new(budget.Count);
    private readonly Cooldown _closed = new();
    private DateTimeOffset _spentLast = DateTimeOffset.MinValue;

    public Budget Budget => budget;

    /// <summary>How many requests a second that are not urgent it lets through in the long run.</summary>
    public double Pace => (budget.Count - Reserve) / budget.Per.TotalSeconds;

    /// <summary>Until when the vendor wants to be left alone; in the past when it does not.</summary>
    public DateTimeOffset ClosedUntil(DateTimeOffset now) => _closed.End(now);

    private int Reserve => budget.Count < LeastToShare ? 0 : _quarter;

    /// <summary>The earliest moment, not before <paramref name="now"/>, at which a request may be sent.</summary>
    /// <param name="storm">What is not urgent makes way for what is.</param>
    public DateTimeOffset ReadyAt(DateTimeOffset now, bool urgent, bool storm = false)
    {
        SetBack(now);
        var ready = _closed.End(now) is var end && end > now ? end : now;
        var back = BackAt(now, urgent, storm);
        return back > ready ? back : ready;
    }

    /// <summary>How many requests that are not urgent it lets through within a time, as far as they were not spent before.</summary>
    public int Within(DateTimeOffset now, TimeSpan time)
    {
        var rounds = (int)Math.Min(time / budget.Per, int.MaxValue / (budget.Count + 1));
        var end = now + time - (rounds * budget.Per);
        var (urgentOnes, others) = end > now ? Away(end) : (budget.Count, 0);
        return (rounds * (budget.Count - Reserve)) + Math.Max(0, budget.Count - Math.Max(Reserve, urgentOnes) - others);
    }

    public void Spend(DateTimeOffset now, bool urgent)
    {
        SetBack(now);
        if (_spent.Count == budget.Count)
        {
            _spent.Dequeue();
        }

        _spent.Enqueue((now, urgent));
        _spentLast = now;
    }

    /// <summary>Counts what was spent at a time before, in whatever order it is told.</summary>
    public void Remember(DateTimeOffset at, bool urgent)
    {
        (DateTimeOffset At, bool Urgent)[] spent =
            [.. _spent.Append((At: at, Urgent: urgent)).OrderBy(token => token.At).TakeLast(budget.Count)];
        _spent.Clear();
        foreach (var token in spent)
        {
            _spent.Enqueue(token);
        }

        _spentLast = spent[^1].At;
    }

    public void Close(DateTimeOffset now, TimeSpan length)
    {
        if (now + length > _closed.End(now))
        {
            _closed.Begin(now, length);
        }
    }

    /// <summary>When enough tokens have come back, one after the other in the order in which they were spent.</summary>
    private DateTimeOffset BackAt(DateTimeOffset now, bool urgent, bool storm)
    {
        var (urgentOnes, others) = Away(now);
        var at = now;
        foreach (var token in _spent)
        {
            if (token.At + budget.Per <= now)
            {
                continue;
            }

            if (Allows(urgentOnes, others, urgent, storm))
            {
                break;
            }

            (urgentOnes, others) = token.Urgent ? (urgentOnes - 1, others) : (urgentOnes, others - 1);
            at = token.At + budget.Per;
        }

        return at;
    }

    /// <summary>How many tokens have not come back by then.</summary>
    private (int Urgent, int Others) Away(DateTimeOffset then)
    {
        var (urgentOnes, others) = (0, 0);
        foreach (var token in _spent)
        {
            if (token.At + budget.Per > then)
            {
                (urgentOnes, others) = token.Urgent ? (urgentOnes + 1, others) : (urgentOnes, others + 1);
            }
        }

        return (urgentOnes, others);
    }

    private bool Allows(int urgentOnes, int others, bool urgent, bool storm) => urgentOnes + others < budget.Count
        && (urgent || budget.Count < LeastToShare
            || others < budget.Count - Math.Max(storm ? budget.Count - Reserve : Reserve, urgentOnes));

    /// <summary>
    /// What a clock that was set back has put into the future counts as spent now, or the budget would stay closed for as long.
    /// </summary>
    private void SetBack(DateTimeOffset now)
    {
        for (var left = _spent.Count; left > 0 && _spentLast > now; left--)
        {
            var token = _spent.Dequeue();
            _spent.Enqueue(token.At > now ? token with { At = now } : token);
        }

        _spentLast = _spentLast > now ? now : _spentLast;
    }
}
