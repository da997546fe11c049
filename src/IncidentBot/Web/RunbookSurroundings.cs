using IncidentBot.Incidents;
using IncidentBot.Runbooks;
using IncidentBot.Runbooks.Filling;
using IncidentBot.Storage;

namespace IncidentBot.Web;

/// <summary>
/// What burns and burned around a runbook, and the alert that fills it in. Without a store the page is shown without all that.
/// </summary>
/// <param name="Burning">Incidents that it is for.</param>
/// <param name="Before">Those that ended, latest first.</param>
/// <param name="Incident">That the reader came from; null when there is none, or it is gone.</param>
/// <param name="Alerts">Of that incident, those first that this page is for.</param>
/// <param name="Chosen">Whose values are filled in: the one that was asked for, or the first one when none was.</param>
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
    private const int MostNames = 8;
    private const int MostBurningNames = 30;
    private const int MostBurning = 20;
    private const int MostBefore = 8;
    private const int MostLookedAt = 200;
    private const int MostAlerts = 200;

    public AlertValues? Values => Chosen is null ? null : AlertValues.Of(Chosen);

    /// <summary>The reader asked for an alert that the incident does not have: another one's values must not take its place.</summary>
    public bool Gone { get; private init; }

    /// <summary>What links to other pages carry on.</summary>
    public string Carried => Incident is { } detail ? new RunbookQuery(detail.Summary.Number, Chosen?.Fingerprint ?? "", "").Carried : "";

    /// <summary>Names of the alerts that lead here: those that the page names, or else those that did.</summary>
    public IReadOnlyList<string> Leading(Runbook page) => page.Front.Alerts.Count > 0
        ? [.. page.Front.Alerts.Select(RunbookSet.AlertName)]
        : [.. Burning.Concat(Before).Select(incident => incident.Labels["alertname"]).OfType<string>().Distinct(StringComparer.Ordinal)
            .Take(MostNames)];

    public static async Task<RunbookSurroundings> ReadAsync(
        Runbook page, RunbookQuery query, IIncidentStore store, RunbookGuide guide, CancellationToken cancellationToken)
    {
        var around = new RunbookSurroundings([], [], null, [], null, [], null, null);
        try
        {
            around = around with
            {
                Burning = await BurningAsync(page, store, guide, cancellationToken),
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
        var sorted = Urgency.Sort(Incident.Incident.Alerts.Values);
        var asked = query.Alert.Length == 0 ? null
            : sorted.FirstOrDefault(alert => string.Equals(alert.Fingerprint, query.Alert, StringComparison.Ordinal));
        var alerts = sorted.OrderByDescending(alert => resolver.Resolve(alert.Name, alert.Labels, alert.Annotations).Runbook == page)
            .Take(MostAlerts).ToList();
        if (asked is not null && !alerts.Contains(asked))
        {
            alerts.Add(asked);
        }

        var chosen = query.Alert.Length > 0 ? asked : alerts.FirstOrDefault();
        var notes = chosen is null ? []
            : page.Template.Placeholders.Select(placeholder => (placeholder.Written, placeholder.Fill(AlertValues.Of(chosen)).Complaint))
            .Where(pair => pair.Complaint.Length > 0).Distinct().Select(pair => $"{pair.Written}: {pair.Complaint}").ToList();
        return this with { Alerts = alerts, Chosen = chosen, Notes = notes, Gone = query.Alert.Length > 0 && asked is null };
    }

    private RunbookSurroundings Explained(Runbook page, RunbookQuery query, RunbookGuide guide)
    {
        if (query.For.Length == 0)
        {
            return this;
        }

        var alert = Alerts.FirstOrDefault(alert => string.Equals(alert.Name, query.For, StringComparison.OrdinalIgnoreCase));
        var same = Burning.FirstOrDefault(incident =>
            string.Equals(incident.Labels["alertname"], query.For, StringComparison.OrdinalIgnoreCase));
        var way = alert is not null
            ? guide.Resolver.Resolve(query.For, alert.Labels, alert.Annotations)
            : guide.Of(same?.Labels ?? IncidentBot.Alerts.LabelSet.Empty, query.For, same?.RunbookUrl);
        return this with { Way = way.Runbook == page ? way : null };
    }

    /// <summary>All that burns is looked at as long as it is little; in a storm what has the page's names.</summary>
    private static async Task<IReadOnlyList<IncidentSummary>> BurningAsync(Runbook page, IIncidentStore store, RunbookGuide guide,
        CancellationToken cancellationToken)
    {
        var found = await ListAsync(new IncidentFilter("firing", Limit: MostLookedAt), store, cancellationToken);
        if (found.Count == MostLookedAt)
        {
            foreach (var name in Names(page, MostBurningNames))
            {
                found.AddRange(await ListAsync(new IncidentFilter("firing", Text: name, Limit: MostBurning), store, cancellationToken));
            }
        }

        return [.. found.Where(incident => IsFor(page, incident, guide)).DistinctBy(incident => incident.Number)
            .OrderByDescending(incident => incident.Severity.Level).ThenByDescending(incident => incident.Number).Take(MostBurning)];
    }

    private static async Task<IReadOnlyList<IncidentSummary>> BeforeAsync(Runbook page, IIncidentStore store, RunbookGuide guide,
        CancellationToken cancellationToken)
    {
        var found = new List<IncidentSummary>();
        foreach (var name in Names(page, MostNames))
        {
            found.AddRange(await ListAsync(new IncidentFilter("resolved", Text: name, Limit: MostBefore * 2), store, cancellationToken));
        }

        if (page.Front.Alerts.Count == 0)
        {
            // Rules may lead here by their annotations alone, which no search finds.
            found.AddRange(await ListAsync(new IncidentFilter("resolved", Limit: MostLookedAt), store, cancellationToken));
        }

        return [.. found.Where(incident => IsFor(page, incident, guide)).DistinctBy(incident => incident.Number)
            .OrderByDescending(incident => incident.ResolvedAt).Take(MostBefore)];
    }

    private static async Task<List<IncidentSummary>> ListAsync(IncidentFilter filter, IIncidentStore store,
        CancellationToken cancellationToken) =>
        [.. await store.ListAsync(filter, cancellationToken)];

    /// <summary>
    /// By what the store finds incidents of a page: names of its alerts, headings that look like one, the words of its own name.
    /// </summary>
    private static IEnumerable<string> Names(Runbook page, int most) => page.Front.Alerts.Select(RunbookSet.AlertName)
        .Concat(page.Headings.Where(heading => heading.Level > 1 && heading.Text.Skip(1).Any(char.IsUpper)
            && heading.Text.All(char.IsLetterOrDigit)).Select(heading => heading.Text))
        .Append(page.Slug.Replace('-', ' ').Replace('_', ' '))
        .Where(name => name.Length > 0).Distinct(StringComparer.Ordinal).Take(most);

    private static bool IsFor(Runbook page, IncidentSummary incident, RunbookGuide guide) =>
        guide.Of(incident.Labels, incident.Title, incident.RunbookUrl).Runbook == page
        || (incident.Labels["alertname"] is null
            && page.Front.Alerts.Any(alert => incident.Title.Split(", ").Contains(RunbookSet.AlertName(alert), StringComparer.Ordinal)));
}
