namespace IncidentBot.Settings;

/// <summary>The kinds of chat that are configured; absent ones cannot be used as rooms.</summary>
internal sealed class ChannelOptions
{
    public Channels.Slack.SlackOptions? Slack { get; set; }

    public Channels.Telegram.TelegramOptions? Telegram { get; set; }

    public Channels.Matrix.MatrixOptions? Matrix { get; set; }
}
