using IncidentBot.Alerts;
using IncidentBot.Incidents;

namespace IncidentBot.Sources;

/// <summary>What one Alertmanager answered about its groups, its start and its silences.</summary>
/// <param name="StartedAt">Null when it does not say.</param>
/// <param name="TimeIntervals">Its configuration mentions times at which routes are mute.</param>
internal sealed record PeerAnswer(
    Uri Url, IReadOnlyList<GroupAnswer?> Groups, DateTimeOffset? StartedAt, bool TimeIntervals, IReadOnlyList<SilenceAnswer?> Silences);

/// <summary>Makes one list of what the reachable peers of a source answered. Pure; it never throws, whatever they answered.</summary>
internal static class PeerListing
{
    private const int LongestName = 100;
    private const int LongestComment = 300;

    /// <param name="peers">At least one answer.</param>
    /// <param name="beganAt">When the first of them was asked.</param>
    /// <param name="ignored">Labels that are dropped before anything is compared.</param>
    /// <param name="trustAfter">A peer that has run for less does not know what is absent.</param>
    public static Listing Of(IReadOnlyList<PeerAnswer> peers, DateTimeOffset beganAt, IReadOnlySet<string> ignored, TimeSpan trustAfter)
    {
        var alerts = new Dictionary<(string, LabelSet, string), ListedAlert>();
        var tellsMuted = true;
        foreach (var peer in peers)
        {
            var silences = peer.Silences.Where(silence => silence?.Id is not null).GroupBy(silence => silence!.Id!, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.First()!, StringComparer.Ordinal);
            var names = Names(peer.Groups);
            foreach (var (group, alert) in peer.Groups.SelectMany(group => (group?.Alerts ?? []).Select(alert => (group, alert))))
            {
                if (group?.Receiver?.Name is not { Length: > 0 } receiver || alert?.Labels is null || alert.StartsAt is null)
                {
                    continue;
                }

                tellsMuted &= !peer.TimeIntervals || alert.Status?.MutedBy is not null;
                var report = Report(alert, ignored);
                var listed = new ListedAlert(
                    Plain(receiver), Labels(group.Labels).Without(ignored), report, Time(alert.UpdatedAt) ?? report.StartsAt,
                        Quiet(alert.Status, silences, names));
                var key = (listed.Receiver, listed.GroupLabels, report.Fingerprint);
                alerts[key] = alerts.TryGetValue(key, out var other) ? Together(other, listed) : listed;
            }
        }

        return new Listing(
            beganAt, peers.Any(peer => peer.StartedAt is { } start && beganAt - start >= trustAfter), tellsMuted, peers[0].Url.AbsoluteUri,
                [.. alerts.Values]);
    }

    private static AlertReport Report(GroupedAlertAnswer alert, IReadOnlySet<string> ignored)
    {
        var labels = Labels(alert.Labels);
        var kept = labels.Without(ignored);
        var fingerprint = alert.Fingerprint is { Length: > 0 and <= 64 } given && ReferenceEquals(kept, labels) ? Plain(given)
            : Fingerprint.Of(kept);
        return new AlertReport(fingerprint, kept, Labels(alert.Annotations), Time(alert.StartsAt) ?? AlertReport.UnknownStart, null,
            Plain(alert.GeneratorURL ?? ""));
    }

    /// <summary>
    /// Copies that an ignored label tells apart, or two peers: it fires since the earliest, and somebody is told when any of them is.
    /// </summary>
    private static ListedAlert Together(ListedAlert one, ListedAlert other)
    {
        var earlier = one.Report.StartsAt <= other.Report.StartsAt ? one : other;
        return earlier with
        {
            UpdatedAt = one.UpdatedAt > other.UpdatedAt ? one.UpdatedAt : other.UpdatedAt,
            Suppression = one.Suppression is null ? null : other.Suppression is null ? null : earlier.Suppression,
        };
    }

    private static Suppression? Quiet(AlertStatusAnswer? status, Dictionary<string, SilenceAnswer> silences,
        Dictionary<string, string> names)
    {
        if (status?.SilencedBy is { Count: > 0 } by)
        {
            // Of several silences the one that ends last says until when nobody is told.
            var last = by.Select(id => id is null ? null : silences.GetValueOrDefault(id)).Where(silence => silence is not null)
                .MaxBy(silence => silence!.EndsAt);
            return new Suppression(SuppressionKind.Silenced, Short(last?.CreatedBy, LongestName),
                Short(last?.Comment is { } comment ? SilenceComment.Words(comment) : null, LongestComment),
                Time(last?.EndsAt));
        }

        if (status?.InhibitedBy is { Count: > 0 } inhibitors)
        {
            var named = inhibitors.Select(fingerprint => fingerprint is null ? null : names.GetValueOrDefault(fingerprint))
                .Where(name => name is not null);
            return new Suppression(SuppressionKind.Inhibited, Short(named.Order(StringComparer.Ordinal).FirstOrDefault(), LongestName));
        }

        return status?.MutedBy is { Count: > 0 } intervals
            ? new Suppression(SuppressionKind.Muted, Short(intervals.Order(StringComparer.Ordinal).FirstOrDefault(), LongestName))
            : string.Equals(status?.State, "suppressed", StringComparison.Ordinal) ? new Suppression(SuppressionKind.Muted) : null;
    }

    /// <summary>The names of alerts by the fingerprint that Alertmanager gives them.</summary>
    private static Dictionary<string, string> Names(IReadOnlyList<GroupAnswer?> groups)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var alert in groups.SelectMany(group => group?.Alerts ?? []))
        {
            if (alert is { Fingerprint: { } fingerprint, Labels: { } labels } && labels.GetValueOrDefault("alertname") is { } name)
            {
                names[fingerprint] = name;
            }
        }

        return names;
    }

    private static LabelSet Labels(Dictionary<string, string?>? labels) =>
        labels is null ? LabelSet.Empty : LabelSet.From([.. labels.Select(pair => new Label(Plain(pair.Key), Plain(pair.Value ?? "")))]);

    /// <summary>As precise as webhooks are read; Go's zero time says nothing.</summary>
    private static DateTimeOffset? Time(DateTimeOffset? time) => time is { Year: > 1 } known
        ? new DateTimeOffset(known.UtcTicks - (known.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero)
        : null;

    private static string Short(string? text, int length) => Headline.Cut(Plain(text ?? ""), length);

    private static string Plain(string text) => text.Contains('\0', StringComparison.Ordinal) ? text.Replace('\0', '\uFFFD') : text;
}
