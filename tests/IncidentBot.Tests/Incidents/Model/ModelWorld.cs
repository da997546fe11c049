namespace IncidentBot.Incidents.Model;

/// <summary>
/// One Prometheus, a pair of Alertmanagers and IncidentBot, over one generated history: alerts come and go, links break, peers stop
/// seeing each other, somebody is started again. After the last event all is well for long enough.
/// </summary>
internal sealed class ModelWorld
{
    /// <summary>Seconds between two looks at the world.</summary>
    public const int Tick = 5;

    private const int Eventful = 900;
    private const int Resend = 60;
    private const int Expires = 240;
    private const int ResolvedKept = 900;

    /// <summary>Longer than a repetition, than the trust in a started Alertmanager, and than all that follows.</summary>
    private const int Well = 1500;

    private readonly ModelPeer[] _peers = [new(0), new(1)];
    private readonly (int StartsAt, int? EndsAt)?[] _alerts = new (int, int?)?[ModelPeer.Alerts];
    private readonly List<string> _story = [];
    private ulong _seed;

    /// <param name="history">Which history it is.</param>
    /// <param name="asks">Whether IncidentBot reads the lists of the pair.</param>
    /// <param name="isTold">Whether the story has what was received in it too.</param>
    public ModelWorld(int history, bool asks, bool isTold = false)
    {
        _seed = (unchecked((ulong)history) * 0x9E3779B97F4A7C15) | 1;
        Bot = new ModelBot(asks) { Told = isTold ? _story.Add : null };
    }

    public ModelBot Bot { get; }

    public bool Gossips { get; private set; } = true;

    public bool BotIsDown { get; private set; }

    /// <summary>What happened, for people.</summary>
    public string Story => string.Join('\n', _story);

    /// <summary>The alerts that at least one Alertmanager lists at the end, and those that fire here, as bits.</summary>
    public (int Listed, int Fires) Play()
    {
        var now = 0;
        for (; now < Eventful + Well; now += Tick)
        {
            if (now < Eventful && Roll(18) == 0)
            {
                Happen(now);
            }
            else if (now == Eventful)
            {
                (Gossips, BotIsDown, _peers[0].Linked, _peers[1].Linked) = (true, false, true, true);
            }

            if (now % Resend == 0)
            {
                Send(now);
            }

            _peers[0].Turn(this, now);
            _peers[1].Turn(this, now);
            if (!BotIsDown)
            {
                Bot.Turn(_peers, now);
            }
        }

        var listed = 0;
        for (var alert = 0; alert < ModelPeer.Alerts; alert++)
        {
            listed |= _peers[0].Held[alert].FiresAt(now) || _peers[1].Held[alert].FiresAt(now) ? 1 << alert : 0;
        }

        return (listed, Bot.Firing);
    }

    public int Roll(int sides)
    {
        _seed ^= _seed << 13;
        _seed ^= _seed >> 7;
        _seed ^= _seed << 17;
        return (int)((_seed >> 11) % (ulong)sides);
    }

    public void Gossip(NotificationLog log)
    {
        if (Gossips)
        {
            _peers[0].Log = _peers[0].Log.At > log.At ? _peers[0].Log : log;
            _peers[1].Log = _peers[1].Log.At > log.At ? _peers[1].Log : log;
        }
    }

    private void Happen(int now)
    {
        var peer = _peers[Roll(2)];
        switch (Roll(12))
        {
            case < 6:
                var alert = Roll(ModelPeer.Alerts);
                var fires = _alerts[alert] is { EndsAt: null };
                _alerts[alert] = fires ? (_alerts[alert]!.Value.StartsAt, now) : (now, null);
                _story.Add($"{now} alert {alert} {(fires ? "ends" : "fires")}");
                Send(now);
                break;
            case 6:
                peer.Linked = !peer.Linked;
                _story.Add($"{now} link of {Array.IndexOf(_peers, peer)} {peer.Linked}");
                break;
            case 7 or 8:
                _peers[0].Linked = _peers[1].Linked = !_peers[0].Linked;
                _story.Add($"{now} links {_peers[0].Linked}");
                break;
            case 9:
                Gossips = !Gossips;
                _story.Add($"{now} gossip {Gossips}");
                break;
            case 10:
                BotIsDown = !BotIsDown;
                _story.Add($"{now} bot is down {BotIsDown}");
                break;
            default:
                var forgets = Roll(2) == 0;
                peer.Restart(forgets, now);
                _story.Add($"{now} {Array.IndexOf(_peers, peer)} starts again{(forgets ? " without its log" : "")}");
                break;
        }
    }

    /// <summary>Prometheus tells all that fires and what ended lately, again and again.</summary>
    private void Send(int now)
    {
        for (var alert = 0; alert < ModelPeer.Alerts; alert++)
        {
            if (_alerts[alert] is not { } known || now - known.EndsAt > ResolvedKept)
            {
                continue;
            }

            foreach (var peer in _peers)
            {
                if (peer.Linked)
                {
                    peer.Hear(alert, known.StartsAt, known.EndsAt ?? now + Expires, now);
                }
            }
        }
    }
}
