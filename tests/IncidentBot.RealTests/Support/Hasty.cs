using IncidentBot.Incidents;

namespace IncidentBot.Support;

/// <summary>Alertmanager's lists are believed within seconds: of what is silenced it says nothing, also not that it is over.</summary>
internal static class Hasty
{
    public static readonly ReconcileRules Rules = ReconcileRules.Default with
    {
        TrustAfter = TimeSpan.FromSeconds(8),
        GoneAfter = TimeSpan.FromSeconds(2),
        OpenAfter = TimeSpan.Zero,
    };
}
