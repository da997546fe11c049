using IncidentBot.Graph.Neo4j;
using IncidentBot.Incidents;
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
        .AddSingleton<KnownServices>()
        .AddSingleton(Library)
        .AddHostedService(provider => provider.GetRequiredService<RunbookLibrary>())
        .AddNeo4j()
        .AddSingleton(Guide);

    private static RunbookLibrary Library(IServiceProvider services)
    {
        var settings = services.GetRequiredService<CurrentSettings>();
        var library = new RunbookLibrary(
            () => settings.Value.Runbooks, services.GetRequiredService<LoopBook>(), services.GetRequiredService<RunbookMetrics>());
        settings.Changed += _ => library.Ask();
        var neo4j = services.GetRequiredService<Neo4jSwitch>();
        library.Changed += () => neo4j.Embed(library.Current.Graph, library.Current.IsWhole);
        var known = services.GetRequiredService<KnownServices>();
        library.Changed += () => known.Say(library.Current.Graph.Dependencies);
        return library;
    }

    private static RunbookGuide Guide(IServiceProvider services)
    {
        var settings = services.GetRequiredService<CurrentSettings>();
        var address = services.GetRequiredService<PublicAddress>();
        var library = services.GetRequiredService<RunbookLibrary>();
        var neo4j = services.GetRequiredService<Neo4jSwitch>();
        var guide = new RunbookGuide(() => library.Current, () => Naming(settings.Value), () => settings.Value.Runbooks.ReviewedWithin,
            () => neo4j.Links);
        neo4j.Changed += guide.Tell;
        return guide;

        RunbookNaming Naming(BotOptions options) =>
            new(options.Runbooks.RepositoryPrefix, [address.Of(options.Server), .. options.Runbooks.Urls]);
    }
}
