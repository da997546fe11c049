namespace IncidentBot.Lanes;

/// <summary>When a room has too much to show. Each is a setting under <c>storm</c>.</summary>
/// <param name="ShowWithin">What waits to be announced is too much when it takes longer than this. Default 30 seconds.</param>
/// <param name="CalmAfter">A storm is over when nothing new has come for this long. Default 1 minute.</param>
/// <param name="RefreshEvery">How often the summary is brought up to date. Default 10 seconds.</param>
internal sealed record StormRules(TimeSpan ShowWithin, TimeSpan CalmAfter, TimeSpan RefreshEvery)
{
    public static readonly StormRules Default = new(TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10));
}

/// <summary>How a room shows incidents. The number is stored: add at the end, never renumber.</summary>
internal enum StormPhase
{
    /// <summary>One by one.</summary>
    Calm = 0,

    /// <summary>Critical ones one by one, all others in the summary.</summary>
    Storm = 1,

    /// <summary>Nothing new comes: what is still open and was not shown is announced now, as fast as the vendor allows.</summary>
    CatchingUp = 2,
}

/// <summary>What has to be written down for a room's summary.</summary>
/// <param name="Summary">Number of the summary; null when there is none yet.</param>
/// <param name="Phase">What it says from now on; calm ends it.</param>
internal readonly record struct StormStep(long? Summary, StormPhase Phase);

/// <summary>
/// Decides for one room when a storm begins, calms down and is over: without clock or I/O. A step that was handed out must be
/// ended by <see cref="Written"/> or <see cref="Failed"/> before there is another.
/// </summary>
internal sealed class Storm
{
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(1);

    private readonly Pause _written = new();
    private DateTimeOffset _lastArrival = DateTimeOffset.MinValue;
    private int _arrivals;
    private bool _inHand;

    public StormPhase Phase { get; private set; }

    /// <summary>Number of the summary; null before it is written down, and in calm.</summary>
    public long? Summary { get; private set; }

    /// <summary>A storm that had begun before the program was stopped goes on.</summary>
    public void Resume(long summary, StormPhase phase, DateTimeOffset now) => (Summary, Phase, _lastArrival) = (summary, phase, now);

    /// <summary>An incident wants to be announced for the first time.</summary>
    public void Arrived(DateTimeOffset now)
    {
        _lastArrival = now;
        _arrivals++;
    }

    /// <summary>Goes on to the next phase when it is time.</summary>
    /// <param name="waiting">How many incidents wait for their first announcement.</param>
    /// <param name="capacity">How many the room can show in time.</param>
    /// <returns>What to write down now; null for nothing.</returns>
    public StormStep? Next(int waiting, int capacity, StormRules rules, DateTimeOffset now)
    {
        if (_inHand)
        {
            return null;
        }

        _lastArrival = _lastArrival > now ? now : _lastArrival;
        var due = _written.End(now) <= now;
        var next = Phase switch
        {
            StormPhase.Calm when waiting > capacity => StormPhase.Storm,
            StormPhase.Storm when Summary is not null && now - _lastArrival >= rules.CalmAfter => StormPhase.CatchingUp,
            StormPhase.CatchingUp when _arrivals > capacity => StormPhase.Storm,
            StormPhase.CatchingUp when waiting == 0 && due => StormPhase.Calm,
            _ => Phase,
        };
        if (next == Phase)
        {
            return Phase != StormPhase.Calm && due ? Hand(Phase) : null;
        }

        if (next == StormPhase.CatchingUp)
        {
            _arrivals = 0;
        }

        // It is over only when the summary says so.
        Phase = next == StormPhase.Calm ? Phase : next;
        return Hand(next);
    }

    /// <summary>When there is something to decide although nothing happens; null when there is not.</summary>
    public DateTimeOffset? WakeAt(StormRules rules, DateTimeOffset now)
    {
        if (_inHand || Phase == StormPhase.Calm)
        {
            return null;
        }

        var wake = _written.End(now) is var refresh && refresh > now ? refresh : now;
        var calm = _lastArrival + rules.CalmAfter;
        return Phase == StormPhase.Storm && Summary is not null && calm < wake ? (calm > now ? calm : now) : wake;
    }

    /// <summary>The step is durable.</summary>
    public void Written(long summary, StormPhase phase, StormRules rules, DateTimeOffset now)
    {
        _inHand = false;
        _written.Begin(now, rules.RefreshEvery);
        Summary = phase == StormPhase.Calm ? null : summary;
        Phase = phase == StormPhase.Calm ? phase : Phase;
    }

    /// <summary>The store could not take it: it is tried again soon.</summary>
    public void Failed(DateTimeOffset now)
    {
        _inHand = false;
        _written.Begin(now, RetryEvery);
    }

    private StormStep Hand(StormPhase phase)
    {
        _inHand = true;
        return new StormStep(Summary, phase);
    }
}
