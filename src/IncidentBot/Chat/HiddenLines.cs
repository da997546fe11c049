using IncidentBot.Channels;
using IncidentBot.Incidents;
using IncidentBot.Sources;
using IncidentBot.Storage;
using IncidentBot.Words;

namespace IncidentBot.Chat;

/// <summary>What a silence hides, in a few lines: how many alerts of which incidents, and whether a critical one is among them.</summary>
internal sealed class HiddenLines(IIncidentStore store)
{
    private const int Listed = 5;
    private const int LineLength = 120;

    public async Task<IReadOnlyList<string>> OfAsync(IReadOnlyList<HiddenAlert> hidden, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (hidden.Count == 0)
        {
            return ["Would hide nothing that fires now."];
        }

        var numbers = hidden.Select(alert => alert.Incident).OfType<long>().Distinct().Order().ToList();
        var lines = new List<string>();
        var critical = 0;
        foreach (var number in numbers)
        {
            if (await store.FindAsync(number, cancellationToken) is not { } detail)
            {
                continue;
            }

            critical += detail.Summary.Severity.Level == SeverityLevel.Critical ? 1 : 0;
            if (lines.Count < Listed)
            {
                var count = hidden.Count(alert => alert.Incident == number);
                lines.Add($"{IncidentLine.Of(detail.Summary, now)} · {Counts.Alerts(count)}");
            }
        }

        var elsewhere = hidden.Where(alert => alert.Incident is null).ToList();
        lines.AddRange(elsewhere.Take(Math.Max(0, Listed - lines.Count))
            .Select(alert => PlainText.Line($"not shown here: {alert.Labels["alertname"]} {alert.Labels["instance"]}", LineLength)));
        var more = numbers.Count + elsewhere.Count - lines.Count;
        var quiet = hidden.Count(alert => alert.IsQuiet);
        return
        [
            $"Would hide {Counts.Alerts(hidden.Count)} of {Counts.Of(numbers.Count, "incident")} now"
                + $"{(critical > 0 ? $", {critical:N0} of them critical" : "")}{(quiet > 0 ? $"; {quiet:N0} quiet already" : "")}:",
            .. lines,
            .. more > 0 ? [$"{more:N0} more"] : (string[])[],
        ];
    }
}
