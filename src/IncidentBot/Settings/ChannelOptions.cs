namespace IncidentBot.Settings;

/// <summary>The kinds of chat that are configured; absent ones cannot be used as rooms.</summary>
internal sealed class ChannelOptions
{
    /// <summary>Slack. Absent: not used.</summary>
    public Channels.Slack.SlackOptions? Slack { get; set; }

    /// <summary>Telegram. Absent: not used.</summary>
    public Channels.Telegram.TelegramOptions? Telegram { get; set; }

    /// <summary>Matrix. Absent: not used.</summary>
    public Channels.Matrix.MatrixOptions? Matrix { get; set; }
}
