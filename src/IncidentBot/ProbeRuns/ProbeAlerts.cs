using IncidentBot.Alerts;
using IncidentBot.Incidents;
using IncidentBot.Probes;
using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Sources;
using IncidentBot.Storage;

namespace IncidentBot.ProbeRuns;

/// <summary>
/// The incidents that probes open by themselves, of the own source and through the line of all alerts: one for each probe that fails as its
/// <c>alert</c> says, and a single one for all that cannot look.
/// </summary>
internal sealed class ProbeAlerts(ProbeBook probes, CurrentSettings settings, PublicAddress address, IIntake store, IIncidentReads reads)
{
    public const string Failing = "ProbeFailing";
    public const string CannotLook = "ProbesCannotLook";
    private const string Receiver = "probes";

    /// <summary>Alerts that the store knows as firing.</summary>
    private readonly Dictionary<string, Said> _said = new(StringComparer.Ordinal);
    private DateTimeOffset? _blindSince;
    private bool _remembered;

    /// <summary>Whether something fires that has not been said, or ended.</summary>
    public bool HasNews { get; private set; }

    /// <summary>Whether anything fires.</summary>
    public bool Any => _said.Count > 0;

    /// <summary>The alerts that fired when the program ended.</summary>
    public async Task TakeOverAsync(CancellationToken cancellationToken)
    {
        if (_remembered)
        {
            return;
        }

        foreach (var open in await reads.OpenAlertsAsync(IncidentKey.OwnSource, cancellationToken))
        {
            if (await reads.FindAsync(open.Incident, cancellationToken) is { Incident: { Key: { Receiver: Receiver } key } incident }
                && incident.Alerts.TryGetValue(open.Fingerprint, out var alert))
            {
                var without = alert.Labels.Where(label => label.Name is not ("alertname" or "severity"));
                var own = new OwnAlert(Receiver, alert.Labels["alertname"] ?? "", alert.Labels["severity"] ?? "", LabelSet.From([.. without]),
                    alert.Annotations);
                _said[own.Labels["probe"] ?? ""] = new Said(own, open.StartsAt);
                _blindSince = own.Labels["probe"] is null ? open.StartsAt : _blindSince;
            }
        }

        _remembered = true;
    }

    /// <summary>Decides of every probe whether its alert fires.</summary>
    public void Judge(DateTimeOffset now)
    {
        foreach (var probe in probes.All)
        {
            var (alert, runs, before) = (probe.Probe.Options.Alert, probe.Recent, probe.State);
            var after = probe.Change(state => AlertRule.Judge(state, alert, runs, now));
            if (after.AlertSince != before.AlertSince || after.FailingSince != before.FailingSince)
            {
                probes.Touch(probe.Name);
            }
        }

        var blind = probes.All.Any(probe => probe.Probe.Options.Alert is not null
            && probe.State is { Last.Outcome: RunOutcome.Unknown, Streak: >= AlertRule.UnknownInARow });
        _blindSince = blind ? _blindSince ?? now : null;
        var firing = Firing().ToList();
        HasNews = firing.Count != _said.Count || firing.Exists(one => !_said.ContainsKey(one.Name));
    }

    /// <summary>Says all that fires, and the end of what does not any more.</summary>
    public async Task SayAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var firing = Firing().ToDictionary(one => one.Name, one => one.Said, StringComparer.Ordinal);
        foreach (var (name, (alert, since)) in _said.ToList())
        {
            if (!firing.TryGetValue(name, out var still) || !still.Alert.Labels.Equals(alert.Labels)
                || !string.Equals(still.Alert.Severity, alert.Severity, StringComparison.Ordinal))
            {
                await store.ReceiveAsync(alert.Says(since, now), cancellationToken);
                _said.Remove(name);
            }
        }

        foreach (var (name, said) in firing)
        {
            // What was said at first is said again: the incident does not change while nothing happens.
            var again = _said.GetValueOrDefault(name) ?? said;
            await store.ReceiveAsync(again.Alert.Says(again.Since, null), cancellationToken);
            _said[name] = again;
        }

        HasNews = false;
    }

    private IEnumerable<(string Name, Said Said)> Firing()
    {
        foreach (var probe in probes.All)
        {
            if (probe is { State.AlertSince: { } since, Probe.Options.Alert: { } alert })
            {
                yield return (probe.Name, new Said(Of(probe, alert), since));
            }
        }

        if (_blindSince is { } blind)
        {
            yield return ("", new Said(Blind(), blind));
        }
    }

    private OwnAlert Of(WatchedProbe probe, ProbeAlertOptions alert)
    {
        var (name, kind) = (probe.Name, probe.Probe.Kind);
        var failed = probe.State.LastFailed;
        var page = new Uri(address.Of(settings.Value.Server), $"probes/{Uri.EscapeDataString(name)}").AbsoluteUri;
        var annotations = new List<Label>
        {
            new("summary", $"The probe {name} fails: {probe.State.LastFailed?.Run.Words ?? "see its page"}"),
            new("description", failed is null ? kind.Purpose
                : $"{kind.Purpose} Step: {failed.Step}. Expected: {failed.Expected}. Got: {failed.Got}. The whole conversation: {page}"),
            new("dashboard_url", page),
        };
        if ((probe.Probe.Options.Runbook ?? kind.Runbook) is { } runbook)
        {
            annotations.Add(new Label("runbook_url", new Uri(address.Of(settings.Value.Server), $"runbooks/{runbook}").AbsoluteUri));
        }

        return new OwnAlert(Receiver, Failing, alert.Severity,
            LabelSet.From([new Label("probe", name), .. alert.Labels.Where(label => label.Key is not "probe")
                .Select(label => new Label(label.Key, label.Value))]),
            LabelSet.From(annotations));
    }

    private OwnAlert Blind()
    {
        var page = new Uri(address.Of(settings.Value.Server), "probes").AbsoluteUri;
        return new OwnAlert(Receiver, CannotLook, "warning", LabelSet.From(("reason", "own network")), LabelSet.From(
            ("summary", "Probes cannot look: our own network seems down"),
            ("description", "What they look at may be well; nothing is known of it, and their own alerts say nothing until they can look again. "
                + "Look at the network of the machine that IncidentBot runs on: its gateway, its name servers, its firewall. "
                + $"Which probes, and why: {page}"),
            ("dashboard_url", page)));
    }

    /// <summary>An alert as it was first said, and since when it fires.</summary>
    private sealed record Said(OwnAlert Alert, DateTimeOffset Since);
}
