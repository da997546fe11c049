using IncidentBot.Posts;

namespace IncidentBot.Delivery;

/// <summary>When a room has too much to show. Each is a setting under <c>storm</c>.</summary>
/// <param name="ShowWithin">What waits to be announced is too much when it takes longer than this. Default 30 seconds.</param>
/// <param name="CalmAfter">A storm calms down when so little came for this long that the room shows it with half of its pace. Default 1
/// minute.</param>
/// <param name="RefreshEvery">How often the summary is brought up to date. Default 10 seconds.</param>
internal sealed record StormRules(TimeSpan ShowWithin, TimeSpan CalmAfter, TimeSpan RefreshEvery)
{
    public static readonly StormRules Default = new(TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10));

    /// <summary>So few incidents are no storm at any pace: a summary of them would say no more than their own messages.</summary>
    public const int Few = 5;

    /// <summary>A message that shows an older state is worse than none by so much less that it may wait so much longer.</summary>
    private const int EditsWait = 10;

    /// <summary>What of edits is too much when it takes longer than this.</summary>
    public TimeSpan EditWithin => ShowWithin * EditsWait;
}

/// <summary>What has to be written down for a room's summary.</summary>
/// <param name="Summary">Number of the summary; null when there is none yet.</param>
/// <param name="Phase">What it says from now on; calm ends it.</param>
internal readonly record struct StormStep(long? Summary, StormPhase Phase);

/// <summary>What waits in a room, beside what the room can take.</summary>
/// <param name="Unannounced">Incidents that wait for their first announcement.</param>
/// <param name="Announces">How many it can announce within <see cref="StormRules.ShowWithin"/> from now on.</param>
/// <param name="Outdated">Messages that wait to be brought up to date.</param>
/// <param name="Edits">How many of them it can bring up to date within <see cref="StormRules.EditWithin"/>.</param>
/// <param name="Pace">Announcements a second in the long run.</param>
internal readonly record struct RoomLoad(int Unannounced, int Announces, int Outdated, int Edits, double Pace)
{
    public bool IsTooMuch => Unannounced > Math.Max(Announces, StormRules.Few) || Outdated > Math.Max(Edits, StormRules.Few);

    /// <summary>Well within what it can take: or a storm that ends would begin again at once.</summary>
    public bool IsShown => Unannounced == 0 && Outdated <= Math.Max(Edits / 2, StormRules.Few);
}

/// <summary>
/// Decides for one room when a storm begins, calms down and is over: without clock or I/O. A step that was handed out must be
/// ended by <see cref="Written"/> or <see cref="Failed"/> before there is another.
/// </summary>
internal sealed class Storm
{
    /// <summary>More within a minute are a storm everywhere.</summary>
    private const int MostArrivals = 10_000;

    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(1);

    private readonly Cooldown _written = new();
    private readonly Queue<DateTimeOffset> _arrivals = new();
    private DateTimeOffset _lastArrival = DateTimeOffset.MinValue;
    private bool _inHand;

    public StormPhase Phase { get; private set; }

    /// <summary>Number of the summary; null before it is written down, and in calm.</summary>
    public long? Summary { get; private set; }

    /// <summary>A storm that had begun before the program was stopped goes on.</summary>
    public void Resume(long summary, StormPhase phase) => (Summary, Phase) = (summary, phase);

    /// <summary>An incident that a storm holds back wants to be announced for the first time.</summary>
    public void Arrived(DateTimeOffset at)
    {
        if (_arrivals.Count == MostArrivals)
        {
            _arrivals.Dequeue();
        }

        _lastArrival = at > _lastArrival ? at : _lastArrival;
        _arrivals.Enqueue(_lastArrival);
    }

    /// <summary>Goes on to the next phase when it is time.</summary>
    /// <returns>What to write down now; null for nothing.</returns>
    public StormStep? Next(RoomLoad load, StormRules rules, DateTimeOffset now)
    {
        if (_inHand)
        {
            return null;
        }

        Forget(rules, now);
        var due = _written.End(now) <= now;
        var next = Phase switch
        {
            StormPhase.Calm when load.IsTooMuch => StormPhase.Storm,

            // At half its pace the room shows what comes and has the other half to catch up.
            StormPhase.Storm when Summary is not null
                && Arrived(rules.CalmAfter, now) <= Fits(load.Pace / 2, rules.CalmAfter) => StormPhase.CatchingUp,
            StormPhase.CatchingUp when Arrived(rules.ShowWithin, now) > Fits(load.Pace, rules.ShowWithin) => StormPhase.Storm,
            StormPhase.CatchingUp when load.IsShown && due => StormPhase.Calm,
            _ => Phase,
        };
        if (next == Phase)
        {
            return Phase != StormPhase.Calm && due ? Hand(Phase) : null;
        }

        // It is over only when the summary says so.
        Phase = next == StormPhase.Calm ? Phase : next;
        return Hand(next);
    }

    /// <summary>When there is something to decide although nothing happens; null when there is not.</summary>
    public DateTimeOffset? WakeAt(DateTimeOffset now) =>
        _inHand || Phase == StormPhase.Calm ? null : _written.End(now) is var refresh && refresh > now ? refresh : now;

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

    private static double Fits(double pace, TimeSpan within) => Math.Max(StormRules.Few, pace * within.TotalSeconds);

    private int Arrived(TimeSpan within, DateTimeOffset now)
    {
        var count = 0;
        foreach (var at in _arrivals)
        {
            count += now - at < within ? 1 : 0;
        }

        return count;
    }

    /// <summary>Forgets what came too long ago to count. What a clock that was set back has put into the future came now.</summary>
    private void Forget(StormRules rules, DateTimeOffset now)
    {
        if (_lastArrival > now)
        {
            for (var left = _arrivals.Count; left > 0; left--)
            {
                var at = _arrivals.Dequeue();
                _arrivals.Enqueue(at > now ? now : at);
            }

            _lastArrival = now;
        }

        var longest = rules.CalmAfter > rules.ShowWithin ? rules.CalmAfter : rules.ShowWithin;
        while (_arrivals.TryPeek(out var oldest) && now - oldest >= longest)
        {
            _arrivals.Dequeue();
        }
    }

    private StormStep Hand(StormPhase phase)
    {
        _inHand = true;
        return new StormStep(Summary, phase);
    }
}
