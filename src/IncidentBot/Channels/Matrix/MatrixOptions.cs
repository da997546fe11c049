using IncidentBot.Settings;

namespace IncidentBot.Channels.Matrix;

/// <summary>How a Matrix homeserver is reached: <c>channels.matrix</c>.</summary>
internal sealed class MatrixOptions
{
    /// <summary>Base address of the homeserver's client API. Required.</summary>
    public Uri? Homeserver { get; set; }

    /// <summary>The bot account's access token. Required.</summary>
    public Secret? AccessToken { get; set; }

    /// <summary>Whether commands and reactions are read: <c>sync</c> or <c>send-only</c>. Default sync.</summary>
    public string Mode { get; set; } = "sync";

    /// <summary>
    /// What the homeserver allows this account (Synapse's <c>rc_message</c>, or <c>override_ratelimit</c> of the account). Absent:
    /// Synapse's default, 10 per 50s.
    /// </summary>
    public MatrixRateOptions Rate { get; set; } = new();

    /// <summary>How long one request may take. Default 10s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether anything can come in.</summary>
    internal bool Hears() => Mode is not "send-only";
}

/// <summary>How many events an account may send.</summary>
internal sealed class MatrixRateOptions
{
    /// <summary>So many at once, and within <see cref="Per"/>: 1 to 10000. Default 10.</summary>
    public int Count { get; set; } = MatrixLimits.Count;

    /// <summary>The time in which that many may be sent: 1s to 2m. Default 50s.</summary>
    public TimeSpan Per { get; set; } = MatrixLimits.Per;
}

/// <summary>The options of Matrix among those of all kinds.</summary>
internal static class MatrixOfOptions
{
    extension(ChannelOptions channels)
    {
        /// <summary>Matrix. Absent: not used.</summary>
        public MatrixOptions? Matrix
        {
            get => channels.Find<MatrixOptions>(MatrixChannel.Name);
            set => channels.Set(MatrixChannel.Name, value);
        }
    }
}
