using IncidentBot.Settings;

namespace IncidentBot.Channels.Telegram;

/// <summary>How Telegram is reached: <c>channels.telegram</c>.</summary>
internal sealed class TelegramOptions
{
    /// <summary>The bot's token, as BotFather gives it. Required.</summary>
    public Secret? BotToken { get; set; }

    /// <summary>How commands come in: <c>polling</c>, <c>webhook</c> or <c>send-only</c>. Default polling.</summary>
    public string Mode { get; set; } = "polling";

    /// <summary>With <c>mode: webhook</c>: what Telegram sends in <c>X-Telegram-Bot-Api-Secret-Token</c>.</summary>
    public Secret? SecretToken { get; set; }

    /// <summary>Default <c>https://api.telegram.org</c>.</summary>
    public Uri ApiUrl { get; set; } = new("https://api.telegram.org");

    /// <summary>How long one request may take. Default 10s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether anything can come in.</summary>
    internal bool Hears() => Mode is not "send-only";
}

/// <summary>The options of Telegram among those of all kinds.</summary>
internal static class TelegramOfOptions
{
    extension(ChannelOptions channels)
    {
        /// <summary>Telegram. Absent: not used.</summary>
        public TelegramOptions? Telegram
        {
            get => channels.Find<TelegramOptions>(TelegramChannel.Name);
            set => channels.Set(TelegramChannel.Name, value);
        }
    }
}
