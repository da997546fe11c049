using Telegram.Bot.Types.ReplyMarkups;

namespace IncidentBot.Channels.Telegram;

/// <summary>Writes buttons as an inline keyboard. https://core.telegram.org/bots/api#inlinekeyboardmarkup</summary>
internal static class TelegramButtons
{
    private const int InARow = 2;
    private const int LabelLength = 40;

    /// <summary>Null when there is nothing to press.</summary>
    public static InlineKeyboardMarkup? Write(IReadOnlyList<Button> buttons)
    {
        var keys = buttons.Select(Key).OfType<InlineKeyboardButton>().Chunk(InARow).ToList();
        return keys.Count == 0 ? null : new InlineKeyboardMarkup(keys);
    }

    private static InlineKeyboardButton? Key(Button button)
    {
        var label = PlainText.Line(button.Label, LabelLength);
        return button.Press is { } press ? InlineKeyboardButton.WithCallbackData(button.Menu.Count > 0 ? $"{label} ▾" : label, press.ToData())
            : button.Url is { } url && IsTaken(url) ? InlineKeyboardButton.WithUrl(label, url.AbsoluteUri)
            : null;
    }

    /// <summary>Telegram refuses the whole message for the address of a machine without a domain, such as localhost.</summary>
    private static bool IsTaken(Uri url) =>
        url.Scheme is "http" or "https" && url.HostNameType == UriHostNameType.Dns && url.IdnHost.Contains('.', StringComparison.Ordinal);
}
