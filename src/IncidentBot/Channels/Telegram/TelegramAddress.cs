using System.Globalization;

namespace IncidentBot.Channels.Telegram;

/// <summary>
/// Where a room's id points: a chat by number (<c>-1001234567890</c>) or by public name (<c>@alerts</c>), and one topic of a
/// forum after a slash (<c>-1001234567890/45</c>).
/// </summary>
internal readonly record struct TelegramAddress(long Chat, string? ChatName, long? Topic)
{
    public static TelegramAddress? Parse(string id)
    {
        var slash = id.IndexOf('/', StringComparison.Ordinal);
        var chat = slash < 0 ? id : id[..slash];
        long? topic = null;
        if (slash >= 0)
        {
            if (!Number(id[(slash + 1)..], out var number) || number <= 0)
            {
                return null;
            }

            topic = number;
        }

        if (chat is ['@', _, ..])
        {
            return new TelegramAddress(0, chat, topic);
        }

        return Number(chat, out var chatNumber) ? new TelegramAddress(chatNumber, null, topic) : null;
    }

    private static bool Number(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
