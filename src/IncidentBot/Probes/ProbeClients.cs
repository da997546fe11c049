using IncidentBot.Outgoing;

namespace IncidentBot.Probes;

/// <summary>The clients by which looks ask APIs.</summary>
internal static class ProbeClients
{
    public static IServiceCollection AddProbeClients(this IServiceCollection services) => services
        .AddApiClient(ProbeLook.ApiClientName)
        .AddCarefulClient(RegistryIntegrity.RegistryClient.ClientName);
}
