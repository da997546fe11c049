using IncidentBot.Alerts;

namespace IncidentBot.Incidents;

/// <summary>
/// Copies of one alert that only an ignored label tells apart, as the two Prometheus of a pair send them. Each copy lives by the
/// rules of <see cref="Episodes"/> by itself, in a group of its own where a route groups by all labels; the alert fires for as long as
/// one of them does. Pure.
/// </summary>
internal static class AlertCopies
{
    /// <summary>Ignored labels come from outside, so there is an end to how many copies are remembered.</summary>
    public const int Most = 16;

    /// <summary>An alert after a report that names its copies; the same object when none of them is news.</summary>
    public static Alert Next(Alert? known, AlertReport report, Notification said, DateTimeOffset now)
    {
        List<Alert>? copies = null;
        foreach (var copy in report.Copies)
        {
            var held = copies ?? known?.Copies ?? [];
            var before = Held(held, copy);
            var after = Episodes.Next(before, Own(report, copy), said, now);
            if (!ReferenceEquals(before, after) && (before is not null || held.Count < Most))
            {
                copies ??= [.. held];
                copies.Remove(before!);
                copies.Add(after);
            }
        }

        return copies is null && known is not null ? known : Together(known, report.Fingerprint, copies ?? [], now);
    }

    /// <summary>Whether a report ends all copies that it names, and the end of any of them may be new.</summary>
    public static bool IsNewEnd(Alert? known, AlertReport report, Notification said) => !report.Firing
        && report.Copies.Any(copy => Episodes.IsNewEnd(Held(known?.Copies ?? [], copy), Own(report, copy), said));

    /// <summary>Whether an alert is the same but for copies that nobody sees.</summary>
    public static bool OnlyCopiesDiffer(Alert? one, Alert other) => one is not null && other.Copies.Count > 0
        && (one with { Copies = other.Copies }) == other;

    private static Alert? Held(IReadOnlyList<Alert> held, AlertCopy copy) =>
        held.FirstOrDefault(one => string.Equals(one.Fingerprint, copy.Fingerprint, StringComparison.Ordinal));

    /// <summary>What is said of one copy, as of an alert.</summary>
    private static AlertReport Own(AlertReport report, AlertCopy copy) =>
        report with { Fingerprint = copy.Fingerprint, StartsAt = copy.StartsAt, EndsAt = copy.EndsAt, Copies = [] };

    private static Alert Together(Alert? known, string fingerprint, List<Alert> copies, DateTimeOffset now)
    {
        var firing = copies.FindAll(copy => copy.Firing);
        var lead = firing.Count > 0
            ? firing.OrderBy(copy => copy.StartsAt).ThenBy(copy => copy.Fingerprint, StringComparer.Ordinal).First()
            : copies.OrderByDescending(copy => copy.EndsAt).ThenBy(copy => copy.Fingerprint, StringComparer.Ordinal).First();
        var goesOn = known is { Firing: true };
        var since = firing.Count > 0 ? firing.Min(copy => copy.FiringSince) : lead.FiringSince;
        return lead with
        {
            Fingerprint = fingerprint,
            FiringSince = goesOn && known!.FiringSince < since ? known.FiringSince : since,
            HeardAt = known is not null && known.Firing == lead.Firing ? known.HeardAt : now,
            Suppression = goesOn && lead.Firing ? known!.Suppression : null,
            UntakenSince = goesOn ? known!.UntakenSince : null,
            Copies = copies,
        };
    }
}
