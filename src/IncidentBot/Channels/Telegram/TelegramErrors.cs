using System.Globalization;
using IncidentBot.Outgoing;
using IncidentBot.Rooms;
using IncidentBot.Settings;
using Telegram.Bot.Types;

namespace IncidentBot.Channels.Telegram;

/// <summary>
/// What Telegram's error answers mean for a post. https://core.telegram.org/bots/api#making-requests (ResponseParameters)
/// </summary>
internal static class TelegramErrors
{
    public static bool IsAboutMarkup(string description) => Says(description, "can't parse entities")
        || Says(description, "can't parse message text");

    /// <summary>The message would go without its buttons.</summary>
    public static bool IsAboutButtons(string description) => Says(description, "BUTTON_") || Says(description, "inline keyboard button");

    /// <summary>What an error means for an answer to somebody.</summary>
    public static SendResult OfAnswer<T>(TelegramAnswer<T> answer, Secret? secret)
        where T : class => Of(answer, attempt: null, secret);

    /// <param name="answer">With Telegram's own error.</param>
    public static SendResult Of<T>(TelegramAnswer<T> answer, SendAttempt? attempt, Secret? secret)
        where T : class
    {
        var error = answer.Error!;
        var reason = VendorWords.Reason(string.Create(CultureInfo.InvariantCulture, $"{error.ErrorCode}: {error.Message}"), secret);
        if (error.Parameters?.MigrateToChatId is { } chat)
        {
            return new SendResult.Moved(new Room(TelegramChannel.Name, chat.ToString(CultureInfo.InvariantCulture)));
        }

        return error.ErrorCode switch
        {
            429 => new SendResult.TryAgain(reason, RetryAfter(error.Parameters) ?? answer.RetryAfter),
            408 or >= 500 => new SendResult.TryAgain(reason, RetryAfter(error.Parameters), Unclear: true),
            401 or 403 or 404 => new SendResult.Refused(reason, WholeRoom: true),
            _ => OfText(error.Message, reason, attempt),
        };
    }

    private static SendResult OfText(string description, string reason, SendAttempt? attempt)
    {
        if (attempt is EditAttempt edit)
        {
            if (Says(description, "message is not modified"))
            {
                return new SendResult.Delivered(edit.MessageId);
            }

            if (Says(description, "message to edit not found") || Says(description, "message can't be edited")
                || Says(description, "MESSAGE_ID_INVALID"))
            {
                return new SendResult.Gone(reason);
            }
        }

        return new SendResult.Refused(reason, WholeRoom: Array.Exists(AboutTheRoom, words => Says(description, words)));
    }

    private static readonly string[] AboutTheRoom =
    [
        "chat not found", "not enough rights", "have no rights", "need administrator rights", "CHAT_WRITE_FORBIDDEN", "PEER_ID_INVALID",
        "group chat was upgraded", "group chat was deactivated", "TOPIC_CLOSED", "TOPIC_DELETED", "message thread not found",
        "user is deactivated", "chat_id is empty", "CHAT_RESTRICTED", "CHAT_SEND_PLAIN_FORBIDDEN",
    ];

    private static TimeSpan? RetryAfter(ResponseParameters? parameters) =>
        parameters?.RetryAfter is { } seconds ? OutgoingCall.Bounded(TimeSpan.FromSeconds(seconds)) : null;

    private static bool Says(string description, string words) => description.Contains(words, StringComparison.OrdinalIgnoreCase);
}
