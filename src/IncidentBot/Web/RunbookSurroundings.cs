using IncidentBot.Incidents;
using IncidentBot.Runbooks;
using IncidentBot.Runbooks.Filling;
using IncidentBot.Storage;

namespace IncidentBot.Web;

/// <summary>What burns and burned around a runbook, and the alert that fills it in. Without a store the page is shown without all that.</summary>
/// <param name="Burning">Incidents that it is for.</param>
/// <param name="Before">Those that ended, latest first.</param>
/// <param name="Incident">That the reader came from; null when there is none, or it is gone.</param>
/// <param name="Alerts">Of that incident, those first that this page is for.</param>
/// <param name="Chosen">Among them.</param>
/// <param name="Notes">What could not be filled in, and why.</param>
/// <param name="Way">How the reader was led here; null when they came by themselves.</param>
/// <param name="StoreProblem">Why incidents cannot be read now; null when they can.</param>
internal sealed record RunbookSurroundings(
    IReadOnlyList<IncidentSummary> Burning,
    IReadOnlyList<IncidentSummary> Before,
    IncidentDetail? Incident,
    IReadOnlyList<Alert> Alerts,
    Alert? Chosen,
    IReadOnlyList<string> Notes,
    Resolution? Way,
    string? StoreProblem)
{
    private const int MostAlertnames = 8;
    private const int MostBefore = 8;
    private const int MostAlerts = 200;

    public AlertValues? Values => Chosen is null ? null : AlertValues.Of(Chosen);

    public static async Task<RunbookSurroundings> ReadAsync(
        Runbook page, RunbookQuery query, IIncidentStore store, RunbookGuide guide, CancellationToken cancellationToken)
    {
        var around = new RunbookSurroundings([], [], null, [], null, [], null, null);
        try
        {
            around = around with
            {
                Burning = await ListAsync(page, "firing", 200, store, guide, cancellationToken),
                Before = await BeforeAsync(page, store, guide, cancellationToken),
                Incident = query.Incident is { } number ? await store.FindAsync(number, cancellationToken) : null,
            };
        }
        catch (StoreUnavailableException failure)
        {
            around = around with { StoreProblem = failure.Message };
        }

        return around.Chose(page, query, guide).Explained(page, query, guide);
    }

    private RunbookSurroundings Chose(Runbook page, RunbookQuery query, RunbookGuide guide)
    {
        if (Incident is null)
        {
            return this;
        }

        var resolver = guide.Resolver;
        var alerts = AlertOrder.Sort(Incident.Incident.Alerts.Values)
            .OrderByDescending(alert => resolver.Resolve(alert.Name, alert.Labels, alert.Annotations).Runbook == page).Take(MostAlerts).ToList();
        var chosen = alerts.Find(alert => string.Equals(alert.Fingerprint, query.Alert, StringComparison.Ordinal)) ?? alerts.FirstOrDefault();
        var notes = chosen is null ? [] : page.Template.Placeholders.Select(placeholder => (placeholder.Written, placeholder.Fill(AlertValues.Of(chosen)).Complaint))
            .Where(pair => pair.Complaint.Length > 0).Distinct().Select(pair => $"{pair.Written}: {pair.Complaint}").ToList();
        return this with { Alerts = alerts, Chosen = chosen, Notes = notes };
    }

    private RunbookSurroundings Explained(Runbook page, RunbookQuery query, RunbookGuide guide)
    {
        if (query.For.Length == 0)
        {
            return this;
        }

        var alert = Alerts.FirstOrDefault(alert => string.Equals(alert.Name, query.For, StringComparison.OrdinalIgnoreCase));
        var same = Burning.FirstOrDefault(incident => string.Equals(incident.Labels["alertname"], query.For, StringComparison.OrdinalIgnoreCase));
        var way = alert is not null
            ? guide.Resolver.Resolve(query.For, alert.Labels, alert.Annotations)
            : guide.Of(same?.Labels ?? IncidentBot.Alerts.LabelSet.Empty, query.For, same?.RunbookUrl);
        return this with { Way = way.Runbook == page ? way : null };
    }

    private static async Task<IReadOnlyList<IncidentSummary>> BeforeAsync(Runbook page, IIncidentStore store, RunbookGuide guide, CancellationToken cancellationToken)
    {
        var found = new List<IncidentSummary>();
        foreach (var alert in page.Front.Alerts.Select(RunbookSet.AlertName).Where(name => name.Length > 0).Take(MostAlertnames))
        {
            var some = await store.ListAsync(new IncidentFilter("resolved", Text: alert, Limit: MostBefore), cancellationToken);
            found.AddRange(some.Where(incident => IsFor(page, incident, guide)));
        }

        return [.. found.DistinctBy(incident => incident.Number).OrderByDescending(incident => incident.ResolvedAt).Take(MostBefore)];
    }

    private static async Task<IReadOnlyList<IncidentSummary>> ListAsync(
        Runbook page, string status, int limit, IIncidentStore store, RunbookGuide guide, CancellationToken cancellationToken)
    {
        var some = await store.ListAsync(new IncidentFilter(status, Limit: limit), cancellationToken);
        return [.. some.Where(incident => IsFor(page, incident, guide)).Take(20)];
    }

    private static bool IsFor(Runbook page, IncidentSummary incident, RunbookGuide guide) =>
        guide.Of(incident.Labels, incident.Title, incident.RunbookUrl).Runbook == page
        || (incident.Labels["alertname"] is null
            && page.Front.Alerts.Any(alert => incident.Title.Split(", ").Contains(RunbookSet.AlertName(alert), StringComparer.Ordinal)));
}
