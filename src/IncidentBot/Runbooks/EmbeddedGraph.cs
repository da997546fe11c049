using IncidentBot.Graph;

namespace IncidentBot.Runbooks;

/// <summary>Builds the graph of the front matter of pages and of the lists of services.</summary>
internal static class EmbeddedGraph
{
    /// <param name="pages">In the order in which they count: of two pages for one alert the first.</param>
    /// <param name="services">Each name once.</param>
    public static ServiceGraph Of(IReadOnlyList<Runbook> pages, IReadOnlyList<Service> services) => new(services, [],
    [
        .. pages.SelectMany(page => page.Front.Alerts.Select(alert => new ResolvedBy(RunbookSet.AlertName(alert), page.Path, page.Title)
        {
            Anchor = alert.Contains('#', StringComparison.Ordinal) ? alert[(alert.IndexOf('#') + 1)..] : "",
            Source = "its front matter",
        })),
    ]);
}
