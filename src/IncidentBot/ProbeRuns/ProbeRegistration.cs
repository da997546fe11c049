using IncidentBot.Loops;
using IncidentBot.Probes;
using IncidentBot.Telemetry;

namespace IncidentBot.ProbeRuns;

/// <summary>Registers what has probes run. Until one is configured it only waits.</summary>
internal static class ProbeRegistration
{
    public static IServiceCollection AddProbes(this IServiceCollection services) => services
        .AddProbeBook()
        .AddSingleton<ProbeSchedule>()
        .AddSingleton<ProbeAlerts>()
        .AddSingleton<Pushgateway>()
        .AddSingleton<UptimeKuma>()
        .AddLoop<ProbeBookkeeping>()
        .AddLoop<ProbePushing>()
        .AddMetrics<ProbeMetrics>();

    /// <summary>What pages show and ask for.</summary>
    public static IServiceCollection AddProbeBook(this IServiceCollection services) => services
        .AddProbeClients()
        .AddSingleton<ProbeBook>()
        .AddSingleton<ProbeRunner>()
        .AddSingleton<ProbeRounds>();
}
