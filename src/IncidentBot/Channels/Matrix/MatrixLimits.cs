using IncidentBot.Rooms;

namespace IncidentBot.Channels.Matrix;

/// <summary>What the Matrix specification and the usual homeserver allow.</summary>
internal static class MatrixLimits
{
    /// <summary>
    /// Bytes of a text with its formatted form. An event is at most 65,536 bytes with what the server adds, and an edit carries
    /// both forms twice. https://spec.matrix.org/latest/client-server-api/#size-limits
    /// </summary>
    public const int TextBytes = 12_000;

    /// <summary>
    /// The specification leaves rates to the homeserver; this is Synapse's default, for each sender.
    /// https://element-hq.github.io/synapse/latest/usage/configuration/config_documentation.html#rc_message
    /// </summary>
    private static readonly Budget[] Budgets = [new(SendKinds.All, 10, TimeSpan.FromSeconds(50), WholeAccount: true)];

    public static readonly ChannelLimits All = new(_ => Budgets);
}
