using IncidentBot.Incidents;

namespace IncidentBot.Sources;

/// <summary>What listens to the configured Alertmanagers and asks them.</summary>
internal static class SourceRegistration
{
    /// <summary>No logs are made of requests to the API, because an address may hold a password; a token does not follow a redirect.</summary>
    public static IServiceCollection AddSources(this IServiceCollection services)
    {
        services.AddHttpClient(AlertmanagerApi.ClientName)
            .RemoveAllLoggers()
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                ActivityHeadersPropagator = null,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            });
        return services
            .AddSingleton(ReconcileRules.Default)
            .AddSingleton<HeardSources>()
            .AddSingleton<AlertmanagerApi>()
            .AddSingleton<WatchdogWatch>()
            .AddSingleton<Reconciler>()
            .AddHostedService(provider => provider.GetRequiredService<WatchdogWatch>())
            .AddHostedService(provider => provider.GetRequiredService<Reconciler>());
    }
}
