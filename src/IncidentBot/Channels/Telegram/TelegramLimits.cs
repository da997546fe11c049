using IncidentBot.Rooms;

namespace IncidentBot.Channels.Telegram;

/// <summary>What Telegram's documentation allows.</summary>
internal static class TelegramLimits
{
    /// <summary>UTF-16 units of a text, after its markup is taken out. https://core.telegram.org/bots/api#sendmessage</summary>
    public const int TextLength = 4096;

    /// <summary>
    /// One message a second in a chat, twenty a minute in a group, thirty a second in all; edits count too.
    /// https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
    /// </summary>
    private static readonly Budget[] Person =
    [
        new(SendKinds.All, 1, TimeSpan.FromSeconds(1)),
        new(SendKinds.All, 30, TimeSpan.FromSeconds(1), WholeAccount: true),
    ];

    private static readonly Budget[] Group = [.. Person, new(SendKinds.All, 20, TimeSpan.FromMinutes(1))];

    /// <summary>Groups and channels have negative ids or a name.</summary>
    public static readonly ChannelLimits All = new(room => room.Id.StartsWith('-') || room.Id.StartsWith('@') ? Group : Person);
}
