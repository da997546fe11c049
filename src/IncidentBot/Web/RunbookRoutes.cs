namespace IncidentBot.Web;

/// <summary><c>/runbooks</c>: the index, the pages, the way from an alert to its page, and short links.</summary>
internal static class RunbookRoutes
{
    public static SitePage Page { get; } = new("runbooks", Map) { Menu = "Runbooks" };

    private static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapMethods("/runbooks", ReadRoutes.Methods, (HttpContext context, RunbookPages all) => all.Index(context));
        pages.MapMethods("/runbooks/for/{alertname}", ReadRoutes.Methods,
            (string alertname, HttpContext context, RunbookPages all, CancellationToken token) =>
            all.ForAsync(alertname, context, token));
        pages.MapMethods("/runbooks/{**path}", ReadRoutes.Methods, (string path, HttpContext context, RunbookPages all) =>
            all.PageAsync(path, context));
        pages.MapMethods("/{slug}", ReadRoutes.Methods, (string slug, HttpContext context, RunbookPages all) =>
            all.ShortLink(slug, context));
    }
}
