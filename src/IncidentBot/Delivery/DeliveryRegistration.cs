using IncidentBot.Loops;
using IncidentBot.Outgoing;
using IncidentBot.Telemetry;

namespace IncidentBot.Delivery;

/// <summary>The delivery loop in its roles: it hears of posts, runs in the background, and sends again what was refused.</summary>
internal static class DeliveryRegistration
{
    public static IServiceCollection AddDelivery(this IServiceCollection services) =>
        services
            .AddCarefulClient(OwnHeartbeat.ClientName)
            .AddMetrics<DeliveryMetrics>()
            .AddMetrics<WaitingMetrics>()
            .AddSingleton<DeliverySetup>()
            .AddLoop<DeliveryLoop>()
            .AddSingleton<ISendAgain>(provider => provider.GetRequiredService<DeliveryLoop>())
            .AddSingleton<IWaitReasons>(provider => provider.GetRequiredService<DeliveryLoop>())
            .AddLoop<Escalations>()
            .AddLoop<Digests>()
            .AddLoop<LinkChanges>()
            .AddLoop<OwnHeartbeat>();
}
