using IncidentBot.Actions;
using IncidentBot.Delivery;
using IncidentBot.Runbooks;
using IncidentBot.Storage;
using IncidentBot.Telemetry;
using IncidentBot.Web.Live;

namespace IncidentBot.Web;

/// <summary>Every page and what people do on it, the runbooks, the sign-in, the pages' own files, and the same as JSON: the table of contents of this folder.</summary>
internal static class IncidentPages
{
    /// <summary>
    /// Needs an <see cref="IIncidentStore"/> and, for actions, an <see cref="ISendAgain"/>. The <see cref="LiveFeed"/> that is added
    /// here is to be told of changes.
    /// </summary>
    /// <param name="settings">Read for each request.</param>
    public static IServiceCollection AddPages(this IServiceCollection services, Func<IServiceProvider, PageSettings> settings) => services
        .AddSingleton<Func<PageSettings>>(provider => () => settings(provider))
        .AddSingleton<LiveFeed>()
        .AddSingleton<IIncidentListener>(provider => provider.GetRequiredService<LiveFeed>())
        .AddSingleton<RunbookPageCache>()
        .AddSingleton<IIncidentListener>(provider => provider.GetRequiredService<RunbookPageCache>())
        .AddSingleton<RunbookPages>()
        .AddSingleton<IncidentActions>()
        .AddSingleton<IncidentApi>()
        .AddSingleton<ActionGuard>()
        .AddSingleton<SignInLimit>()
        .AddSingleton<Pages>();

    public static IEndpointRouteBuilder MapPages(this IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<RunbookLibrary>().Changed += routes.ServiceProvider.GetRequiredService<LiveFeed>().Anew;
        var pages = routes.MapGroup("").AddEndpointFilter(PageHeaders.Add).StoreFailuresAsPages();
        pages.MapRead("/", (HttpContext context, Pages all, CancellationToken token) => all.HomeAsync(context, token));
        pages.MapRead("/incidents", () => Results.LocalRedirect("/?status=all"));
        pages.MapRead("/incidents/{number}", (string number, HttpContext context, Pages all, CancellationToken token) =>
            all.IncidentAsync(number, context, token));
        pages.MapRead("/runbooks", (HttpContext context, RunbookPages all) => all.Index(context));
        pages.MapRead("/runbooks/for/{alertname}", (string alertname, HttpContext context, RunbookPages all, CancellationToken token) =>
            all.ForAsync(alertname, context, token));
        pages.MapRead("/runbooks/{**path}", (string path, HttpContext context, RunbookPages all) => all.PageAsync(path, context));
        pages.MapRead("/{slug}", (string slug, HttpContext context, RunbookPages all) => all.ShortLink(slug, context));
        pages.MapRead("/deliveries", (HttpContext context, Pages all, CancellationToken token) => all.DeliveriesAsync(context, token));
        ActionForms.Map(pages);
        pages.MapRead("/sign-in", SignIn.Show);
        pages.MapPost("/sign-in", SignIn.TakeAsync);
        pages.MapPost("/sign-out", SignIn.Leave);
        pages.MapRead("/assets/{file}", AssetFiles.Get);

        var api = routes.MapGroup("/api/v1").AddEndpointFilter(PageHeaders.Add).StoreFailuresAsProblems();
        api.MapRead("/incidents", (string? status, HttpContext context, IncidentApi all, CancellationToken token) => all.ListAsync(status, context, token));
        api.MapRead("/incidents/{number}", (string number, HttpContext context, IncidentApi all, CancellationToken token) => all.FindAsync(number, context, token));
        api.MapPost("/incidents/{number}/acknowledge", ApiActions.AcknowledgeAsync).GuardProgram();
        api.MapDelete("/incidents/{number}/acknowledge", ApiActions.GiveBackAsync).GuardProgram();
        api.MapRead("/runbooks/resolve", RunbookPages.ResolveAsync);
        api.MapGet("/events", LiveEvents.StreamAsync);
        return routes;
    }
}
