using IncidentBot.Outgoing;
using IncidentBot.Storage;

namespace IncidentBot.Lanes;

/// <summary>The delivery loop in its roles: it hears of posts, runs in the background, and sends again what was refused.</summary>
internal static class DeliveryRegistration
{
    public static IServiceCollection AddDelivery(this IServiceCollection services) =>
        services
            .AddCarefulClient(OwnHeartbeat.ClientName)
            .AddSingleton<DeliverySetup>()
            .AddSingleton<Delivery>()
            .AddSingleton<IPostListener>(provider => provider.GetRequiredService<Delivery>())
            .AddSingleton<ISendAgain>(provider => provider.GetRequiredService<Delivery>())
            .AddHostedService(provider => provider.GetRequiredService<Delivery>())
            .AddSingleton<Escalations>()
            .AddHostedService(provider => provider.GetRequiredService<Escalations>())
            .AddSingleton<Digests>()
            .AddHostedService(provider => provider.GetRequiredService<Digests>())
            .AddSingleton<OwnHeartbeat>()
            .AddHostedService(provider => provider.GetRequiredService<OwnHeartbeat>());
}
