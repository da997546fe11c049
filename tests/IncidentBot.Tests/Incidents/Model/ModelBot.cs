using IncidentBot.Alerts;
using IncidentBot.Sources;
using IncidentBot.Support;

namespace IncidentBot.Incidents.Model;

/// <summary>IncidentBot's own rules of identity, of latecomers and of comparison, over what a modelled pair says.</summary>
/// <param name="asks">Whether it knows the addresses of the pair and reads its lists.</param>
internal sealed class ModelBot(bool asks)
{
    private const int ReadEvery = 60;

    private static readonly LabelSet GroupLabels = LabelSet.From(("alertname", "NodeDown"));
    private static readonly HashSet<string> Receivers = new(StringComparer.Ordinal) { "bot" };
    private static readonly string[] Senders = ["10.0.0.5", "10.0.0.6"];

    private static readonly LabelSet[] Labels =
        [.. Enumerable.Range(0, ModelPeer.Alerts).Select(alert => LabelSet.From(("alertname", "NodeDown"), ("instance", $"n{alert}")))];

    private static readonly string[] Fingerprints = [.. Labels.Select(Fingerprint.Of)];

    private readonly List<Incident> _incidents = [];
    private readonly Dictionary<string, int> _owners = new(StringComparer.Ordinal);
    private readonly Comparison _comparison = new(ReconcileRules.Default);
    private readonly Doubts _doubts = new();
    private bool _isInDoubt;

    /// <summary>Is told what is received, where somebody wants to read it.</summary>
    public Action<string>? Told { get; set; }

    /// <summary>What fires here, as bits.</summary>
    public int Firing => Enumerable.Range(0, ModelPeer.Alerts)
        .Where(alert => _incidents.Exists(incident => incident.Alerts.GetValueOrDefault(Fingerprints[alert]) is { Firing: true }))
        .Sum(alert => 1 << alert);

    public void Receive(int place, HeldAlert[] picture, int firing, int resolved, int now)
    {
        Told?.Invoke($"{now} peer {place} says that {firing:b3} fires and {resolved:b3} ended");
        var reports = new List<AlertReport>(ModelPeer.Alerts);
        for (var alert = 0; alert < ModelPeer.Alerts; alert++)
        {
            if (((firing | resolved) & (1 << alert)) != 0)
            {
                DateTimeOffset? end = (resolved & (1 << alert)) != 0 ? At(picture[alert].EndsAt) : null;
                reports.Add(new AlertReport(Fingerprints[alert], Labels[alert], LabelSet.Empty, At(picture[alert].StartsAt), end, ""));
            }
        }

        var said = new Notification("home", "bot", GroupLabels, reports, "", 0) { Sender = Senders[place] };
        if (asks)
        {
            _comparison.Heard(reports);
            _isInDoubt |= _doubts.Hear(said, At(now));
        }

        Receive(said, At(now));
    }

    /// <summary>Reads the lists when it is time, or when something is in doubt.</summary>
    public void Turn(ModelPeer[] peers, int now)
    {
        if (!asks || (now % ReadEvery != 0 && !_isInDoubt))
        {
            return;
        }

        _isInDoubt = false;
        var moment = At(now);
        var open = new List<OpenAlert>();
        foreach (var incident in _incidents.Where(incident => incident.Status != IncidentStatus.Resolved))
        {
            open.AddRange(incident.Alerts.Values.Where(alert => alert.Firing).Select(alert => new OpenAlert(
                incident.Number, alert.Fingerprint, alert.StartsAt, alert.HeardAt, alert.Suppression, incident.Status, incident.HeardAt)));
        }

        foreach (var finding in _comparison.Compare(open, List(peers, now), "home", Receivers, _doubts.Now(moment), moment))
        {
            switch (finding)
            {
                case Finding.Gone gone:
                    Keep(Reconciliation.Lose(_incidents[(int)gone.Incident - 1], gone, moment).Incident);
                    break;
                case Finding.Fires fires when Reconciliation.News(fires, Latest, Owner, IncidentRules.Default, moment) is { Alerts.Count: > 0 } news:
                    Receive(news, moment);
                    break;
            }
        }
    }

    private Incident? Latest => _incidents.Count > 0 ? _incidents[^1] : null;

    private static DateTimeOffset At(int seconds) => Say.Noon.AddSeconds(seconds);

    private static Listing List(ModelPeer[] peers, int now)
    {
        var listed = new List<ListedAlert>(ModelPeer.Alerts);
        for (var alert = 0; alert < ModelPeer.Alerts; alert++)
        {
            var (starts, updated) = (int.MaxValue, int.MinValue);
            foreach (var peer in peers)
            {
                if (peer.Held[alert].FiresAt(now))
                {
                    (starts, updated) = (Math.Min(starts, peer.Held[alert].StartsAt), Math.Max(updated, peer.Held[alert].UpdatedAt));
                }
            }

            if (starts < int.MaxValue)
            {
                var report = new AlertReport(Fingerprints[alert], Labels[alert], LabelSet.Empty, At(starts), null, "");
                listed.Add(new ListedAlert("bot", GroupLabels, report, At(updated), null));
            }
        }

        var tellsAbsence = peers.Any(peer => At(now) - At(peer.StartedAt) >= ReconcileRules.Default.TrustAfter);
        return new Listing(At(now), tellsAbsence, TellsMuted: true, "", listed);
    }

    private void Receive(Notification said, DateTimeOffset now)
    {
        foreach (var share in Assignment.Assign(said, Latest, Owner, IncidentRules.Default, now))
        {
            var incident = share.Incident ?? new Incident { Key = IncidentKey.Of(said), Number = _incidents.Count + 1 };
            Keep(incident.Apply(share.Reports, said, now).Incident);
            foreach (var report in share.Reports)
            {
                _owners[report.Fingerprint] = (int)incident.Number - 1;
            }
        }
    }

    private void Keep(Incident incident)
    {
        if (incident.Number > _incidents.Count)
        {
            _incidents.Add(incident);
        }
        else
        {
            _incidents[(int)incident.Number - 1] = incident;
        }
    }

    private Incident? Owner(string fingerprint) => _owners.TryGetValue(fingerprint, out var index) ? _incidents[index] : null;
}
