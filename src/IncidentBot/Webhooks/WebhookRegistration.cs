using IncidentBot.Telemetry;

namespace IncidentBot.Webhooks;

/// <summary>What takes webhooks, and where they come in.</summary>
internal static class WebhookRegistration
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services) =>
        services.AddMetrics<WebhookMetrics>().AddSingleton<BodyReader>().AddSingleton<AlertmanagerWebhook>();

    public static void MapAlertmanagerWebhook(this IEndpointRouteBuilder routes) => AlertmanagerWebhook.Map(routes);
}
