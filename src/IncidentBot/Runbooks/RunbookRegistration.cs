using IncidentBot.Loops;
using IncidentBot.Server;
using IncidentBot.Settings;
using IncidentBot.Telemetry;

namespace IncidentBot.Runbooks;

/// <summary>The library that watches the pages, and the guide that answers from it, by the settings in force.</summary>
internal static class RunbookRegistration
{
    public static IServiceCollection AddRunbooks(this IServiceCollection services) => services
        .AddMetrics<RunbookMetrics>()
        .AddSingleton(Library)
        .AddHostedService(provider => provider.GetRequiredService<RunbookLibrary>())
        .AddSingleton(Guide);

    private static RunbookLibrary Library(IServiceProvider services)
    {
        var settings = services.GetRequiredService<CurrentSettings>();
        var library = new RunbookLibrary(
            () => settings.Value.Runbooks, services.GetRequiredService<LoopBook>(), services.GetRequiredService<RunbookMetrics>());
        settings.Changed += _ => library.Ask();
        return library;
    }

    private static RunbookGuide Guide(IServiceProvider services)
    {
        var settings = services.GetRequiredService<CurrentSettings>();
        var address = services.GetRequiredService<PublicAddress>();
        var library = services.GetRequiredService<RunbookLibrary>();
        return new RunbookGuide(() => library.Current, () => Naming(settings.Value), () => settings.Value.Runbooks.ReviewedWithin);

        RunbookNaming Naming(BotOptions options) =>
            new(options.Runbooks.RepositoryPrefix, [address.Of(options.Server), .. options.Runbooks.Urls]);
    }
}
