using System.Collections.Frozen;

namespace IncidentBot.Web;

/// <summary>Every page of the site, in the order of the menu. A new page is its own file and one line here.</summary>
internal static class PageCatalog
{
    public static IReadOnlyList<SitePage> Pages { get; } =
    [
        HomeRoutes.Page,
        IncidentRoutes.Page,
        RunbookRoutes.Page,
        GraphRoutes.Page,
        GraphRoutes.Service,
        ProbeRoutes.Page,
        DeliveryRoutes.Page,
        SilenceRoutes.Page,
        AuditRoutes.Page,
        ActRoutes.Page,
        SignIn.Page,
        AssetFiles.Page,
    ];

    /// <summary>The entries of the menu.</summary>
    public static IReadOnlyList<SitePage> Menu { get; } = [.. Pages.Where(page => page.Menu is not null)];

    /// <summary>First parts of paths that lead to something else than a runbook, so that links of runbooks to them are good.</summary>
    public static IReadOnlySet<string> Names { get; } = Pages.Select(page => page.Name).Append("metrics")
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
