using System.Globalization;

namespace IncidentBot.Channels.Telegram;

/// <summary>
/// Where a room's id points: a chat by number (<c>-1001234567890</c>) or by public name (<c>@alerts</c>), and one topic of a
/// forum after a slash (<c>-1001234567890/45</c>).
/// </summary>
internal readonly record struct TelegramAddress(long Chat, string? ChatName, int? Topic)
{
    /// <summary>
    /// The General topic of a forum in links to it. Telegram's API knows it only as the chat itself: with this number it finds nothing.
    /// https://core.telegram.org/api/forum#forum-topics
    /// </summary>
    private const int General = 1;

    private const int LongestName = 64;

    /// <summary>The topic as Telegram's API wants it named; null for General and where there is none.</summary>
    public int? Thread => Topic == General ? null : Topic;

    public static TelegramAddress? Parse(string id)
    {
        var parts = id.Split('/', 3);
        if (parts.Length > 2 || (parts.Length == 2 && Number(parts[1]) is not (> 0 and <= int.MaxValue)))
        {
            return null;
        }

        var topic = parts.Length == 2 ? (int?)Number(parts[1]) : null;
        var chat = parts[0];
        if (chat.StartsWith('@'))
        {
            var isName = chat.Length is > 1 and <= LongestName + 1
                && chat.Skip(1).All(character => char.IsAsciiLetterOrDigit(character) || character == '_');
            return isName ? new TelegramAddress(0, chat, topic) : null;
        }

        return Number(chat) is { } number and not 0 ? new TelegramAddress(number, null, topic) : null;
    }

    private static long? Number(string text) =>
        !text.StartsWith('+') && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
            : null;
}
