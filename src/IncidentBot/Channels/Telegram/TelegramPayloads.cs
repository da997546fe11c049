using System.Text.Json;
using System.Text.Json.Serialization;
using Telegram.Bot.Types;

namespace IncidentBot.Channels.Telegram;

/// <summary>
/// What of an update is read. The library's own type leads to all others that it knows, which costs megabytes.
/// https://core.telegram.org/bots/api#update
/// </summary>
internal sealed record TelegramUpdate(long UpdateId, TelegramMessage? Message, TelegramMessage? EditedMessage,
    TelegramPress? CallbackQuery);

/// <summary>A message that somebody wrote.</summary>
/// <param name="Date">Seconds since 1970; 0 of one that Telegram does not show any more.</param>
/// <param name="MessageThreadId">A topic, but of replies outside of topics too.</param>
/// <param name="ForwardOrigin">Whose words they are, when not the sender's.</param>
internal sealed record TelegramMessage(
    int MessageId, long Date, TelegramChat? Chat, TelegramUser? From, string? Text, int? MessageThreadId, bool? IsTopicMessage,
        TelegramMessage? ReplyToMessage, JsonElement? ForwardOrigin);

/// <summary>A chat: positive ids are people's.</summary>
internal sealed record TelegramChat(long Id, string? Type, string? Username);

/// <summary>Somebody, or a bot.</summary>
internal sealed record TelegramUser(long Id, bool? IsBot, string? FirstName, string? LastName, string? Username);

/// <summary>A button that was pressed.</summary>
/// <param name="Message">Absent where a bot was used within a message of others.</param>
internal sealed record TelegramPress(string? Id, TelegramUser? From, TelegramMessage? Message, string? Data);

/// <summary>Where Telegram delivers to. https://core.telegram.org/bots/api#webhookinfo</summary>
internal sealed record TelegramWebhook(string? Url, int? PendingUpdateCount, long? LastErrorDate, string? LastErrorMessage);

/// <summary>What Telegram answers to any request. https://core.telegram.org/bots/api#making-requests</summary>
internal sealed record TelegramReply<T>(bool? Ok, T? Result, int? ErrorCode, string? Description, TelegramParameters? Parameters)
    where T : class;

/// <summary>What helps after an error.</summary>
internal sealed record TelegramParameters(int? RetryAfter, long? MigrateToChatId)
{
    public ResponseParameters ToLibrary() => new() { RetryAfter = RetryAfter, MigrateToChatId = MigrateToChatId };
}

/// <summary>A message that was sent, by its number.</summary>
internal sealed record TelegramSent(int? MessageId);

/// <summary>Of an answer that only says that it is so.</summary>
internal sealed class TelegramYes
{
    public static readonly TelegramYes Itself = new();
}

/// <summary>Reads <c>true</c>.</summary>
internal sealed class TelegramYesJson : JsonConverter<TelegramYes>
{
    public override TelegramYes? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.True ? TelegramYes.Itself : throw new JsonException("not true");

    public override void Write(Utf8JsonWriter writer, TelegramYes value, JsonSerializerOptions options) => writer.WriteBooleanValue(true);
}

/// <summary>How what comes from Telegram is written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(TelegramYesJson)])]
[JsonSerializable(typeof(TelegramUpdate))]
[JsonSerializable(typeof(TelegramReply<JsonElement[]>))]
[JsonSerializable(typeof(TelegramReply<TelegramUser>))]
[JsonSerializable(typeof(TelegramReply<TelegramWebhook>))]
[JsonSerializable(typeof(TelegramReply<TelegramYes>))]
[JsonSerializable(typeof(TelegramReply<TelegramSent>))]
internal sealed partial class TelegramInboundJson : JsonSerializerContext;
