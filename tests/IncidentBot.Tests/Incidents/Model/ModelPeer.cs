namespace IncidentBot.Incidents.Model;

/// <summary>What one Alertmanager knows of an alert, in seconds: it fires until an end that Prometheus puts off again and again.</summary>
internal record struct HeldAlert(bool Exists, int StartsAt, int EndsAt, int UpdatedAt)
{
    public readonly bool FiresAt(int now) => Exists && EndsAt > now;
}

/// <summary>What was last notified of the group, as the peers tell each other.</summary>
internal readonly record struct NotificationLog(int Firing, int Resolved, int At)
{
    public static readonly NotificationLog None = new(0, 0, int.MinValue);
}

/// <summary>
/// One Alertmanager of a pair with one group, by the rules of its dispatcher and of its stages (0.25 to 0.34): a flush takes a picture of
/// the group, waits for its place among the peers, leaves out what the log says was told, and posts until it is answered or its
/// time is over. The next flush of the group waits for that. Alerts are numbered; sets of them are bits.
/// </summary>
internal sealed class ModelPeer(int place)
{
    public const int Alerts = 3;
    public const int GroupInterval = 60;
    public const int RepeatInterval = 600;
    private const int PeerTimeout = 15;
    private const int Retry = 10;
    private const int Never = int.MaxValue;

    private readonly HeldAlert[] _picture = new HeldAlert[Alerts];
    private int _flushAt = Never;
    private int _stageAt = Never;
    private int _givesUpAt;
    private bool _posting;

    public HeldAlert[] Held { get; } = new HeldAlert[Alerts];

    public NotificationLog Log { get; set; } = NotificationLog.None;

    public int StartedAt { get; private set; } = -100_000;

    /// <summary>It reaches Prometheus.</summary>
    public bool Linked { get; set; } = true;

    /// <summary>Prometheus tells it of an alert.</summary>
    public void Hear(int alert, int startsAt, int endsAt, int now)
    {
        if (endsAt <= now && !Held[alert].Exists)
        {
            return;
        }

        Held[alert] = new HeldAlert(true, startsAt, endsAt, now);
        if (_flushAt == Never)
        {
            _flushAt = now + Retry;
        }
    }

    /// <summary>It is started again: alerts are in memory only, and what was being posted is given up.</summary>
    public void Restart(bool forgetsLog, int now)
    {
        Array.Clear(Held);
        (_flushAt, _stageAt, _posting, StartedAt) = (Never, Never, false, now);
        Log = forgetsLog ? NotificationLog.None : Log;
    }

    /// <summary>Does what is due.</summary>
    public void Turn(ModelWorld world, int now)
    {
        if (_stageAt == Never && now >= _flushAt)
        {
            Flush(world, now);
        }

        if (now < _stageAt)
        {
            return;
        }

        if (!_posting && !IsNews(now))
        {
            Done(now);
        }
        else if (!_posting)
        {
            (_posting, _stageAt) = (true, now + (world.Roll(5) * ModelWorld.Tick));
        }

        if (_posting && now >= _stageAt)
        {
            Post(world, now);
        }
    }

    private int Firing { get; set; }

    private int Resolved { get; set; }

    private void Flush(ModelWorld world, int now)
    {
        (Firing, Resolved) = (0, 0);
        for (var alert = 0; alert < Alerts; alert++)
        {
            _picture[alert] = Held[alert];
            Firing |= Held[alert].FiresAt(now) ? 1 << alert : 0;
            Resolved |= Held[alert].Exists && !Held[alert].FiresAt(now) ? 1 << alert : 0;
        }

        if ((Firing | Resolved) == 0)
        {
            _flushAt = Never;
            return;
        }

        // Who does not see its peer thinks that it is the first.
        var wait = world.Gossips ? place * PeerTimeout : 0;
        (_flushAt, _stageAt, _givesUpAt) = (now + GroupInterval, now + wait, now + wait + GroupInterval);
    }

    /// <summary>As DedupStage.needsUpdate decides.</summary>
    private bool IsNews(int now) => Log == NotificationLog.None ? Firing != 0
        : (Firing & ~Log.Firing) != 0 || (Firing == 0 ? Log.Firing != 0
            : (Resolved & ~Log.Resolved) != 0 || Log.At < now - RepeatInterval);

    private void Post(ModelWorld world, int now)
    {
        if (world.BotIsDown || world.Roll(20) == 0)
        {
            // Nobody answered; now and then only the answer was lost.
            if (!world.BotIsDown && world.Roll(2) == 0)
            {
                world.Bot.Receive(place, _picture, Firing, Resolved, now);
            }

            _stageAt = now + Retry;
            if (now > _givesUpAt)
            {
                (_stageAt, _posting) = (Never, false);
            }

            return;
        }

        world.Bot.Receive(place, _picture, Firing, Resolved, now);
        Log = new NotificationLog(Firing, Resolved, now);
        world.Gossip(Log);
        Done(now);
    }

    /// <summary>What has ended and was told is forgotten, unless something was heard of it meanwhile.</summary>
    private void Done(int now)
    {
        (_stageAt, _posting) = (Never, false);
        for (var alert = 0; alert < Alerts; alert++)
        {
            if ((Resolved & (1 << alert)) != 0 && Held[alert] == _picture[alert])
            {
                Held[alert] = default;
            }
        }

        _flushAt = Math.Max(_flushAt, now + 1);
    }
}
