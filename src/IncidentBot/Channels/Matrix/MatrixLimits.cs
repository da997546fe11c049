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
    public const int Count = 10;

    /// <summary>See <see cref="Count"/>.</summary>
    public static readonly TimeSpan Per = TimeSpan.FromSeconds(50);

    public static readonly ChannelLimits All = Of(new MatrixRateOptions());

    /// <summary>What a homeserver allows that has other limits, or none for this account.</summary>
    public static ChannelLimits Of(MatrixRateOptions rate)
    {
        Budget[] budgets = [new(SendKinds.All, rate.Count, rate.Per, WholeAccount: true)];
        return new ChannelLimits(_ => budgets);
    }
}
