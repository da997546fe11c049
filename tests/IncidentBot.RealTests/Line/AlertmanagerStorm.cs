using System.Globalization;
using System.Text.Json.Nodes;
using IncidentBot.Support;

namespace IncidentBot.Line;

/// <summary>
/// A minute in which 1,000 groups of ten alerts begin to fire in a real Alertmanager, and a critical of its own group every
/// five seconds.
/// </summary>
internal sealed class AlertmanagerStorm(AlertmanagerServer alertmanager)
{
    public const int Groups = 1000;
    private const int AlertsInGroup = 10;

    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CriticalEvery = TimeSpan.FromSeconds(5);

    private static readonly (string Alertname, string Severity)[] Kinds =
        [("KubePodCrashLooping", "warning"), ("TargetDown", "warning"), ("KubeJobFailed", "warning"), ("CPUThrottlingHigh", "info")];

    private readonly List<(string Place, DateTimeOffset At)> _criticals = [];

    /// <summary>The place of each critical, and when Alertmanager had taken it.</summary>
    public IReadOnlyList<(string Place, DateTimeOffset At)> Criticals => _criticals;

    public int Alerts => (Groups * AlertsInGroup) + _criticals.Count;

    public TimeSpan Took { get; private set; }

    /// <summary>The value that only one group's labels have.</summary>
    public static string Place(int group) => string.Create(CultureInfo.InvariantCulture, $"ns-{group:D4}");

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var began = TimeProvider.System.GetTimestamp();
        for (var group = 0; group < Groups; group++)
        {
            var due = Length * group / Groups;
            if (TimeProvider.System.GetElapsedTime(began) is var elapsed && elapsed < due)
            {
                await Task.Delay(due - elapsed, TimeProvider.System, cancellationToken);
            }

            if (due >= (CriticalEvery * _criticals.Count) + (CriticalEvery / 2))
            {
                var place = string.Create(CultureInfo.InvariantCulture, $"db-{_criticals.Count:D2}");
                await PostAsync("DatabaseDown", "critical", place, 1, cancellationToken);
                _criticals.Add((place, TimeProvider.System.GetUtcNow()));
            }

            var (alertname, severity) = Kinds[group % Kinds.Length];
            await PostAsync(alertname, severity, Place(group), AlertsInGroup, cancellationToken);
        }

        Took = TimeProvider.System.GetElapsedTime(began);
    }

    private Task PostAsync(string alertname, string severity, string place, int count, CancellationToken cancellationToken)
    {
        var startsAt = TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
        var alerts = new JsonArray([.. Enumerable.Range(0, count).Select(number => new JsonObject
        {
            ["labels"] = new JsonObject
            {
                ["alertname"] = alertname,
                ["namespace"] = place,
                ["pod"] = string.Create(CultureInfo.InvariantCulture, $"pod-{number}"),
                ["severity"] = severity,
            },
            ["annotations"] = new JsonObject { ["summary"] = $"{alertname} in {place}" },
            ["startsAt"] = startsAt,
            ["generatorURL"] = "http://prometheus.example:9090/graph",
        })]);
        return alertmanager.PostAlertsAsync(alerts.ToJsonString(), cancellationToken);
    }
}
