using IncidentBot.Alerts;

namespace IncidentBot.Incidents;

/// <summary>
/// Compares what the store believes to fire in one source with what Alertmanager lists, again and again, and says what to
/// change. What a list lacks is believed only when later lists lack it too, and nobody spoke of it meanwhile. Used by one
/// thread at a time.
/// </summary>
internal sealed class Comparison(ReconcileRules rules)
{
    private readonly Dictionary<(long Incident, string Fingerprint), (DateTimeOffset StartsAt, DateTimeOffset Since)> _missed = [];
    private DateTimeOffset? _lastAt;

    /// <summary>A webhook says that these alerts fire, whatever the lists lack.</summary>
    public void Heard(IEnumerable<AlertReport> reports)
    {
        if (_missed.Count == 0)
        {
            return;
        }

        var firing = reports.Where(report => report.Firing).Select(report => report.Fingerprint).ToHashSet(StringComparer.Ordinal);
        foreach (var missed in _missed.Keys.Where(missed => firing.Contains(missed.Fingerprint)).ToList())
        {
            _missed.Remove(missed);
        }
    }

    /// <param name="open">What fires as far as the store knows, read after the list.</param>
    /// <param name="listing">What Alertmanager lists.</param>
    /// <param name="source">The name of the source.</param>
    /// <param name="receivers">The receivers that post here; groups of others are no incidents of ours.</param>
    /// <param name="doubted">Alerts of which a webhook says that they fire, just after another said that they ended.</param>
    /// <param name="now">The moment of the comparison.</param>
    public IReadOnlyList<Finding> Compare(
        IReadOnlyList<OpenAlert> open, Listing listing, string source, IReadOnlySet<string> receivers, IReadOnlySet<string> doubted,
            DateTimeOffset now)
    {
        var listed = new Dictionary<string, ListedAlert>(StringComparer.Ordinal);
        foreach (var alert in listing.Alerts)
        {
            var fingerprint = alert.Report.Fingerprint;
            listed[fingerprint] = listed.TryGetValue(fingerprint, out var other) ? Louder(other, alert) : alert;
        }

        var known = new Dictionary<string, OpenAlert>(StringComparer.Ordinal);
        foreach (var alert in open)
        {
            known[alert.Fingerprint] = alert;
        }

        var findings = new List<Finding>();
        findings.AddRange(Fires(known, listing, source, receivers, doubted, now));
        findings.AddRange(Marked(open, listed));
        findings.AddRange(Gone(open, listed, listing));
        return findings;
    }

    private IEnumerable<Finding> Fires(
        Dictionary<string, OpenAlert> known, Listing listing, string source, IReadOnlySet<string> receivers, IReadOnlySet<string> doubted,
            DateTimeOffset now)
    {
        var groups = new Dictionary<(string, LabelSet), List<ListedAlert>>();
        foreach (var alert in listing.Alerts)
        {
            if (known.TryGetValue(alert.Report.Fingerprint, out var open) ? ToBeHeard(open, alert, now)
                : doubted.Contains(alert.Report.Fingerprint) ? alert.Suppression is null && receivers.Contains(alert.Receiver)
                : ToBeOpened(alert, listing, receivers, now))
            {
                var key = (alert.Receiver, alert.GroupLabels);
                if (!groups.TryGetValue(key, out var alerts))
                {
                    groups[key] = alerts = [];
                }

                alerts.Add(alert);
            }
        }

        foreach (var ((receiver, labels), alerts) in groups)
        {
            var once = alerts.GroupBy(alert => alert.Report.Fingerprint, StringComparer.Ordinal)
                .Select(copies => copies.MinBy(copy => copy.Report.StartsAt)!).ToList();
            yield return new Finding.Fires(
                new Notification(source, receiver, labels, [.. once.Select(alert => alert.Report)], listing.Url, 0) { IsListed = true },
                once.ToDictionary(alert => alert.Report.Fingerprint, alert => alert.UpdatedAt, StringComparer.Ordinal))
            {
                Doubted = doubted,
            };
        }
    }

    /// <summary>What Alertmanager would not tell is not opened either; what began just now is left to its webhook.</summary>
    private bool ToBeOpened(ListedAlert alert, Listing listing, IReadOnlySet<string> receivers, DateTimeOffset now) =>
        alert.Suppression is null && listing.TellsMuted && receivers.Contains(alert.Receiver)
            && now - alert.Report.StartsAt >= rules.OpenAfter;

    private bool ToBeHeard(OpenAlert open, ListedAlert alert, DateTimeOffset now) =>
        open.Status == IncidentStatus.Stale || now - open.SpokenOfAt >= rules.HeardEvery
        || (alert.Suppression is null && alert.Report.StartsAt > open.StartsAt + ReconcileRules.SameStart);

    private static IEnumerable<Finding> Marked(IReadOnlyList<OpenAlert> open, Dictionary<string, ListedAlert> listed) => open
        .Where(alert => listed.TryGetValue(alert.Fingerprint, out var now) && now.Suppression != alert.Suppression)
        .GroupBy(alert => alert.Incident)
        .Select(incident => new Finding.Marked(
            incident.Key, incident.ToDictionary(alert => alert.Fingerprint, alert => listed[alert.Fingerprint].Suppression,
                StringComparer.Ordinal)));

    private List<Finding> Gone(IReadOnlyList<OpenAlert> open, Dictionary<string, ListedAlert> listed, Listing listing)
    {
        if (!listing.TellsAbsence || listing.BeganAt - _lastAt > rules.LongestGap || listing.BeganAt < _lastAt)
        {
            _missed.Clear();
        }

        _lastAt = listing.BeganAt;
        var missing = open.Where(alert => !listed.ContainsKey(alert.Fingerprint))
            .ToDictionary(alert => (alert.Incident, alert.Fingerprint));
        foreach (var missed in _missed.Where(missed => !missing.TryGetValue(missed.Key, out var alert)
            || alert.StartsAt != missed.Value.StartsAt).ToList())
        {
            _missed.Remove(missed.Key);
        }

        var gone = new List<OpenAlert>();
        foreach (var (key, alert) in missing)
        {
            // What was heard of after the question was asked could not be in the answer.
            if (!listing.TellsAbsence || alert.HeardAt >= listing.BeganAt)
            {
                continue;
            }

            if (!_missed.TryGetValue(key, out var since))
            {
                _missed[key] = (alert.StartsAt, listing.BeganAt);
            }
            else if (listing.BeganAt - since.Since >= rules.GoneAfter)
            {
                gone.Add(alert);
            }
        }

        return [.. gone.GroupBy(alert => alert.Incident).Select(incident => new Finding.Gone(incident.Key, [.. incident]))];
    }

    /// <summary>Of two places of one alert the one where somebody is notified.</summary>
    private static ListedAlert Louder(ListedAlert one, ListedAlert other) => one.Suppression is null ? one : other.Suppression is null
        ? other : one;
}
