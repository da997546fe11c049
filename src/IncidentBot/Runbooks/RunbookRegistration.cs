using IncidentBot.Loops;
using IncidentBot.Telemetry;

namespace IncidentBot.Runbooks;

/// <summary>The library that watches the pages, and the guide that answers from it.</summary>
internal static class RunbookRegistration
{
    /// <param name="options">Read for each look, so that a reload is seen.</param>
    /// <param name="naming">Read for each question.</param>
    public static IServiceCollection AddRunbooks(
        this IServiceCollection services, Func<IServiceProvider, RunbookOptions> options, Func<IServiceProvider, RunbookNaming> naming) =>
            services
        .AddMetrics<RunbookMetrics>()
        .AddSingleton(provider =>
            new RunbookLibrary(() => options(provider), provider.GetRequiredService<LoopBook>(), provider.GetService<RunbookMetrics>()))
        .AddHostedService(provider => provider.GetRequiredService<RunbookLibrary>())
        .AddSingleton(provider =>
            new RunbookGuide(() => provider.GetRequiredService<RunbookLibrary>().Current, () => naming(provider), () =>
            options(provider).ReviewedWithin));
}
