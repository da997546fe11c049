using IncidentBot.Incidents;
using IncidentBot.Loops;
using IncidentBot.Outgoing;

namespace IncidentBot.Sources;

/// <summary>What listens to the configured Alertmanagers and asks them.</summary>
internal static class SourceRegistration
{
    public static IServiceCollection AddSources(this IServiceCollection services) =>
        services
            .AddApiClient(AlertmanagerApi.ClientName)
            .AddSingleton(ReconcileRules.Default)
            .AddSingleton<HeardSources>()
            .AddSingleton<WebhookRefusals>()
            .AddSingleton<AlertmanagerApi>()
            .AddLoop<WatchdogWatch>()
            .AddLoop<RefusalWatch>()
            .AddLoop<Reconciler>();
}
