using IncidentBot.Settings;

namespace IncidentBot.Channels.Slack;

/// <summary>How Slack is reached: <c>channels.slack</c>.</summary>
internal sealed class SlackOptions
{
    /// <summary>
    /// The bot's token (<c>xoxb-…</c>) with the scopes <c>chat:write</c> and, to find posts after a crash, <c>channels:history</c>.
    /// Required.
    /// </summary>
    public Secret? BotToken { get; set; }

    /// <summary>
    /// The app-level token (<c>xapp-…</c>, scope <c>connections:write</c>) for Socket Mode: commands without a public address.
    /// </summary>
    public Secret? AppToken { get; set; }

    /// <summary>Verifies commands and buttons that come by HTTP.</summary>
    public Secret? SigningSecret { get; set; }

    /// <summary>The base that method names are appended to. Default <c>https://slack.com/api/</c>.</summary>
    public Uri ApiUrl { get; set; } = new("https://slack.com/api/");

    /// <summary>How long one request may take. Default 10s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether anything can come in: by a socket, or by signed requests.</summary>
    internal bool Hears() => AppToken is not null || SigningSecret is not null;
}

/// <summary>The options of Slack among those of all kinds.</summary>
internal static class SlackOfOptions
{
    extension(ChannelOptions channels)
    {
        /// <summary>Slack. Absent: not used.</summary>
        public SlackOptions? Slack
        {
            get => channels.Find<SlackOptions>(SlackChannel.Name);
            set => channels.Set(SlackChannel.Name, value);
        }
    }
}
