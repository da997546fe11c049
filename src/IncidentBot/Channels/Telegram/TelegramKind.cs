using System.Globalization;
using IncidentBot.Settings;

namespace IncidentBot.Channels.Telegram;

/// <summary>Telegram as settings know it: chats and people by their numbers or public names, topics of a forum behind a slash.</summary>
internal sealed class TelegramKind() : ChannelKind<TelegramOptions>(TelegramChannel.Name)
{
    /// <summary>Numbers of supergroups and channels are lower than its negative. https://core.telegram.org/api/bots/ids</summary>
    private const long LowestSupergroup = 1_000_000_000_000;

    public override string? RoomAllowed(string id) => TelegramAddress.Parse(id) is not null ? null
        : "telegram: and the number of a chat, such as telegram:-1001234567890, or telegram:@name; with /45 behind it for one topic of a forum";

    /// <remarks>
    /// Numbers of groups and channels are negative and begin with -100, https://core.telegram.org/api/bots/ids; of people they are shorter.
    /// </remarks>
    public override string? RoomDoubt(string id) => TelegramAddress.Parse(id) switch
    {
        { Chat: >= 1_000_000_000_000 } => $"the number of a group or channel has a minus before it: telegram:-{id}",
        { Topic: not null, Thread: null } =>
            $"topic 1 is General, which is the group itself: telegram:{id.Split('/')[0]} is the same room; leave /1 away",
        _ => null,
    };

    /// <summary>Only supergroups, channels and public names have addresses. https://core.telegram.org/api/links#message-links</summary>
    public override Uri? Link(string id, string message) => TelegramAddress.Parse(id) switch
    {
        { ChatName: { } name } => new Uri($"https://t.me/{name[1..]}/{Uri.EscapeDataString(message)}"),
        { Chat: < -LowestSupergroup and var chat } => new Uri(string.Create(CultureInfo.InvariantCulture,
            $"https://t.me/c/{-chat - LowestSupergroup}/{Uri.EscapeDataString(message)}")),
        _ => null,
    };

    public override string? CalleeAllowed(string id) => TelegramAddress.Parse(id) is { Topic: null, Chat: >= 0 } ? null
        : "telegram: and the number of a user, such as telegram:12345, or telegram:@name";

    public override string? PersonAllowed(string id) => TelegramAddress.Parse(id) is { Topic: null, Chat: > 0 } ? null
        : "telegram: and the number of a user, such as telegram:12345";

    protected override IChannel Make(TelegramOptions options, IHttpClientFactory http, TimeProvider time) =>
        new TelegramChannel(options, http, time);

    public override string WhyNoPress(ChannelOptions options) =>
        "Does the program that runs use this very bot_token, and is the room that of the message? Its log says what it ignores.";

    protected override bool Hears(TelegramOptions options) => options.Hears();

    protected override IChatVoice MakeVoice(TelegramOptions options, IHttpClientFactory http, TimeProvider time) =>
        new TelegramVoice(options, http, time);

    protected override void Check(TelegramOptions options, string path, Requirements requirements)
    {
        requirements.Require($"{path}.bot_token", options.BotToken);
        requirements.RequireTimeout($"{path}.timeout", options.Timeout);

        // The token is a part of the address, so nothing else may be in it. https://core.telegram.org/bots/api#authorizing-your-bot
        if (options.BotToken is { } token
            && !token.Reveal().All(character => char.IsAsciiLetterOrDigit(character) || character is ':' or '_' or '-'))
        {
            requirements.Complain(requirements.SecretPath($"{path}.bot_token"), "not a token of a Telegram bot",
                "what BotFather gave: digits, a colon, letters and digits");
        }

        if (options.Mode is not ("polling" or "webhook" or "send-only"))
        {
            requirements.Complain($"{path}.mode", Requirements.Found(options.Mode), "polling, webhook, send-only");
        }

        if (options.Mode is "webhook")
        {
            requirements.Require($"{path}.secret_token", options.SecretToken, " with mode: webhook");
        }

        // https://core.telegram.org/bots/api#setwebhook
        if (options.SecretToken?.Reveal() is { } secret
            && (secret.Length > 256 || !secret.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-')))
        {
            requirements.Complain(requirements.SecretPath($"{path}.secret_token"), "Telegram would not take this secret",
                "1 to 256 letters, digits, hyphens and underscores");
        }
    }
}
