using IncidentBot.Graph;

namespace IncidentBot.Runbooks;

/// <summary>Builds the graph of the front matter of pages and of the lists of services.</summary>
internal static class EmbeddedGraph
{
    /// <param name="pages">In the order in which they count: of two pages for one alert the first.</param>
    /// <param name="list">Each name once.</param>
    public static ServiceGraph Of(IReadOnlyList<Runbook> pages, ServiceList list) => new(list.Services,
        [.. list.Watches, .. pages.SelectMany(Watched).Distinct()], [.. pages.SelectMany(Resolved)]);

    private static IEnumerable<Watches> Watched(Runbook page) => page.Front.Services.SelectMany(service =>
        page.Front.Alerts.Select(alert => new Watches(RunbookSet.AlertName(alert), service) { ByRunbook = true }));

    private static IEnumerable<ResolvedBy> Resolved(Runbook page) => page.Front.Alerts.Select(alert =>
        new ResolvedBy(RunbookSet.AlertName(alert), page.Path, page.Title)
        {
            Anchor = alert.Contains('#', StringComparison.Ordinal) ? alert[(alert.IndexOf('#') + 1)..] : "",
            Match = page.Front.Conditions.GetValueOrDefault(alert, LabelConditions.None),
            Source = "its front matter",
        });
}
