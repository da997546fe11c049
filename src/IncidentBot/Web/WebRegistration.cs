using IncidentBot.Actions;
using IncidentBot.Channels;
using IncidentBot.Delivery;
using IncidentBot.Runbooks;
using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Sources;
using IncidentBot.Storage;
using IncidentBot.Telemetry;
using IncidentBot.Web.Live;

namespace IncidentBot.Web;

/// <summary>What the web needs, and where it is served: the pages of <see cref="PageCatalog"/>, and the same as JSON.</summary>
internal static class WebRegistration
{
    /// <summary>
    /// Needs an <see cref="IIncidentStore"/>, a <see cref="ChangeFeed"/> and, for actions, an <see cref="ISendAgain"/>. The settings are
    /// read for each request.
    /// </summary>
    public static IServiceCollection AddPages(this IServiceCollection services) => services
        .AddSingleton<Func<PageSettings>>(provider =>
        {
            var settings = provider.GetRequiredService<CurrentSettings>();
            return () => PageSettings.Of(settings.Value.Server, settings.Value.People) with { Addresses = settings.Value.PeopleAddresses };
        })
        .AddSingleton<LiveFeed>()
        .AddSingleton<RunbookPageCache>()
        .AddSingleton<RunbookPages>()
        .AddSingleton<IncidentActions>()
        .AddSingleton<IncidentApi>()
        .AddMetrics<GuardMetrics>()
        .AddSingleton<ActionGuard>()
        .AddSingleton<SilenceActions>()
        .AddSingleton<SignInLimit>()
        .AddSingleton<Pages>()
        .AddApiDescription();

    public static IEndpointRouteBuilder MapPages(this IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<RunbookLibrary>().Changed += routes.ServiceProvider.GetRequiredService<LiveFeed>().Anew;
        var pages = routes.MapGroup("").AddEndpointFilter(PageHeaders.Add).StoreFailuresAsPages();
        foreach (var page in PageCatalog.Pages)
        {
            page.Map(pages);
        }

        pages.MapMethods("/{first}/{second}/{**rest}", ReadRoutes.Methods, (HttpContext context, Pages all) =>
            IsForPrograms(context.Request.Path)
                ? Problems.Answer(StatusCodes.Status404NotFound, "there is nothing at this address")
                : all.NoSuchPage(context.Request.Path));
        IncidentApi.Map(routes);
        ApiDescription.Map(routes);
        return routes;
    }

    private static bool IsForPrograms(PathString path) =>
        path.Value?.Split('/')[1] is "api" or "-" or "webhooks";
}
