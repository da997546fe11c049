using System.Globalization;
using System.Text.Json;
using IncidentBot.Rooms;
using IncidentBot.Settings;

namespace IncidentBot.Channels.Telegram;

/// <summary>What Telegram's error answers mean for a post. https://core.telegram.org/bots/api#making-requests (ResponseParameters)</summary>
internal static class TelegramErrors
{
    public static bool IsAboutMarkup(string description) => Says(description, "can't parse entities") || Says(description, "can't parse message text");

    public static SendResult Of(JsonElement answer, VendorAnswer raw, SendAttempt attempt, Secret? secret)
    {
        var code = answer.Number("error_code") ?? raw.Status;
        var description = answer.Text("description") ?? "an error without a description";
        var reason = VendorWords.Reason(string.Create(CultureInfo.InvariantCulture, $"{code}: {description}"), secret);
        var parameters = answer.Child("parameters");
        if (parameters.Number("migrate_to_chat_id") is { } chat)
        {
            return new SendResult.Moved(new Room(TelegramChannel.Name, chat.ToString(CultureInfo.InvariantCulture)));
        }

        return code switch
        {
            429 => new SendResult.TryAgain(reason, RetryAfter(parameters) ?? raw.RetryAfter),
            408 or >= 500 => new SendResult.TryAgain(reason, RetryAfter(parameters), Unclear: true),
            401 or 403 or 404 => new SendResult.Refused(reason, WholeRoom: true),
            _ => OfText(description, reason, attempt),
        };
    }

    private static SendResult OfText(string description, string reason, SendAttempt attempt)
    {
        if (attempt is EditAttempt edit)
        {
            if (Says(description, "message is not modified"))
            {
                return new SendResult.Delivered(edit.MessageId);
            }

            if (Says(description, "message to edit not found") || Says(description, "message can't be edited") || Says(description, "MESSAGE_ID_INVALID"))
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

    private static TimeSpan? RetryAfter(JsonElement parameters) =>
        parameters.Number("retry_after") is { } seconds ? VendorCall.Bounded(TimeSpan.FromSeconds(Math.Clamp(seconds, 0, int.MaxValue))) : null;

    private static bool Says(string description, string words) => description.Contains(words, StringComparison.OrdinalIgnoreCase);
}
