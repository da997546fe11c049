using IncidentBot.Telemetry;

namespace IncidentBot.Loops;

/// <summary>Registers loops, so that each runs with the program.</summary>
internal static class LoopRegistration
{
    public static IServiceCollection AddLoops(this IServiceCollection services) => services.AddSingleton<LoopBook>()
        .AddMetrics<LoopMetrics>()
        .AddSingleton<IHeap, ProcessHeap>()
        .AddLoop<Rest>();

    /// <summary>Adds a loop that other parts of the program can ask for.</summary>
    public static IServiceCollection AddLoop<TLoop>(this IServiceCollection services)
        where TLoop : Loop =>
        services.AddSingleton<TLoop>().AddHostedService(provider => provider.GetRequiredService<TLoop>());
}
