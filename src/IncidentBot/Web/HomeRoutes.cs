using IncidentBot.Runbooks;
using IncidentBot.Storage;

namespace IncidentBot.Web;

/// <summary><c>/</c>: what is on fire now.</summary>
internal static class HomeRoutes
{
    /// <summary>For how long a resolved incident stays in sight while others fire.</summary>
    private static readonly TimeSpan Recently = TimeSpan.FromHours(24);

    private const int MostEnded = 20;

    public static SitePage Page { get; } = new("", pages => pages.MapMethods("/", ReadRoutes.Methods, ShowAsync)) { Menu = "On fire" };

    private static async Task<IResult> ShowAsync(HttpContext context, Pages pages, IIncidentStore store, RunbookGuide runbooks,
        CancellationToken cancellationToken)
    {
        var query = HomeQuery.Of(context.Request.Query);
        var counts = await store.CountAsync(cancellationToken);
        var incidents = await store.ListAsync(query.Filter(), cancellationToken);
        var ended = query is { Status: "firing", Page: 1 }
            ? await store.ListAsync(query.Filter("resolved", MostEnded), cancellationToken)
            : [];
        var title = counts.Firing == 0 ? "Nothing is on fire" : FormattableString.Invariant($"({counts.Firing}) on fire");
        var frame = pages.Frame(title, Page.Path, refreshEvery: 60, burning: counts.Firing > 0);
        return new PageResult(HomePage.Show(new HomePage.Model(
            frame,
            query,
            [.. incidents.Take(HomeQuery.PageSize)],
            incidents.Count > HomeQuery.PageSize,
            counts.Firing == 0 ? ended : [.. ended.Where(incident => frame.Now - incident.ResolvedAt < Recently)],
            counts,
            $"{pages.PublicUrl(context.Request)}/webhooks/alertmanager",
            runbooks)));
    }
}
