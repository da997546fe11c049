using IncidentBot.Outgoing;
using IncidentBot.Storage;

namespace IncidentBot.Delivery;

/// <summary>The delivery loop in its roles: it hears of posts, runs in the background, and sends again what was refused.</summary>
internal static class DeliveryRegistration
{
    public static IServiceCollection AddDelivery(this IServiceCollection services) =>
        services
            .AddCarefulClient(OwnHeartbeat.ClientName)
            .AddSingleton<DeliverySetup>()
            .AddSingleton<DeliveryLoop>()
            .AddSingleton<IPostListener>(provider => provider.GetRequiredService<DeliveryLoop>())
            .AddSingleton<ISendAgain>(provider => provider.GetRequiredService<DeliveryLoop>())
            .AddHostedService(provider => provider.GetRequiredService<DeliveryLoop>())
            .AddSingleton<Escalations>()
            .AddHostedService(provider => provider.GetRequiredService<Escalations>())
            .AddSingleton<Digests>()
            .AddHostedService(provider => provider.GetRequiredService<Digests>())
            .AddSingleton<OwnHeartbeat>()
            .AddHostedService(provider => provider.GetRequiredService<OwnHeartbeat>());
}
