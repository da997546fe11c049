using IncidentBot.Incidents;
using IncidentBot.Loops;
using IncidentBot.Outgoing;
using IncidentBot.Telemetry;

namespace IncidentBot.Sources;

/// <summary>What listens to the configured Alertmanagers and asks them.</summary>
internal static class SourceRegistration
{
    public static IServiceCollection AddSources(this IServiceCollection services) =>
        services
            .AddApiClient(AlertmanagerApi.ClientName)
            .AddMetrics<SourceMetrics>()
            .AddSingleton(ReconcileRules.Default)
            .AddSingleton<HeardSources>()
            .AddSingleton<WebhookRefusals>()
            .AddMetrics<RefusalMetrics>()
            .AddSingleton<AlertmanagerApi>()
            .AddSingleton<AlertmanagerSilences>()
            .AddSingleton<Silencing>()
            .AddLoop<WatchdogWatch>()
            .AddLoop<RefusalWatch>()
            .AddLoop<Reconciler>()
            .AddLoop<SilenceWatch>();
}
