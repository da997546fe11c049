namespace IncidentBot.Incidents;

/// <summary>
/// The order in which people need the alerts of an incident, the same for message, page and runbook: those that fire before those
/// that are over; the worst first; then what has fired longest, because it is nearer to the cause and because an alert that joins
/// later does not take its place while somebody works by it; of what is over, what ended last.
/// </summary>
internal sealed class Urgency : IComparer<Alert>
{
    public static readonly Urgency Order = new();

    private Urgency()
    {
    }

    /// <summary>Alerts by urgency, the most urgent first.</summary>
    public static IReadOnlyList<Alert> Sort(IEnumerable<Alert> alerts) => [.. alerts.Order(Order)];

    /// <summary>Less than zero when the first is the more urgent one; two different alerts are never equal.</summary>
    public int Compare(Alert? x, Alert? y)
    {
        if (ReferenceEquals(x, y) || x is null || y is null)
        {
            return (x is null).CompareTo(y is null);
        }

        return y.Firing.CompareTo(x.Firing) is not 0 and var firing ? firing
            : Worse(x.Severity, y.Severity) is not 0 and var worse ? worse
            : When(x, y) is not 0 and var when ? when
            : string.CompareOrdinal(x.Fingerprint, y.Fingerprint);
    }

    private static int Worse(Severity x, Severity y) => (int)y.Level - (int)x.Level;

    private static int When(Alert x, Alert y) => x.EndsAt is { } end && y.EndsAt is { } other ? other.CompareTo(end)
        : x.FiringSince.CompareTo(y.FiringSince);
}
