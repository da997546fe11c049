using IncidentBot.Alerts;

namespace IncidentBot.Support;

/// <summary>Short ways to say what Alertmanager says. Times are minutes after <see cref="Noon"/>.</summary>
internal static class Say
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset At(double minutes) => Noon.AddMinutes(minutes);

    public static AlertReport Firing(string pod, double since = 0, string severity = "warning", string summary = "not ready") =>
        Alert(pod, since, null, severity, summary);

    public static AlertReport Resolved(string pod, double since = 0, double at = 5, string severity = "warning", string summary = "not ready") =>
        Alert(pod, since, at, severity, summary);

    /// <summary>A notification of the group PodNotReady in namespace media, at the receiver <c>bot</c> of the source <c>home</c>.</summary>
    public static Notification Group(params AlertReport[] alerts) => new(
        "home", "bot", LabelSet.From(("alertname", "PodNotReady"), ("namespace", "media")), alerts, "http://alertmanager.example:9093", 0);

    private static AlertReport Alert(string pod, double since, double? end, string severity, string summary)
    {
        var labels = LabelSet.From(("alertname", "PodNotReady"), ("namespace", "media"), ("pod", pod), ("severity", severity));
        return new AlertReport(
            Fingerprint.Of(labels), labels, LabelSet.From(("summary", summary)), At(since), end is { } minutes ? At(minutes) : null, "");
    }
}
