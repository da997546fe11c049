using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace IncidentBot.Channels.Telegram;

/// <summary>
/// Posts to Telegram by its Bot API. It has no threads outside of forums: history answers the post's message. It cannot tell
/// whether a message was sent, so an attempt whose end is unknown is repeated.
/// </summary>
internal sealed class TelegramChannel(TelegramOptions options, IHttpClientFactory http, TimeProvider time) : IChannel
{
    public const string Name = "telegram";

    public string Kind => Name;

    public ChannelLimits Limits => TelegramLimits.All;

    public async Task<SendResult> SendAsync(SendAttempt attempt, CancellationToken cancellationToken)
    {
        if (TelegramAddress.Parse(attempt.Room.Id) is not { } address)
        {
            return new SendResult.Refused("not a Telegram chat: expected a number such as -1001234567890, -1001234567890/45 or @name", WholeRoom: true);
        }

        if (attempt is EditAttempt or ReplyAttempt && MessageNumber(attempt) is null)
        {
            return new SendResult.Gone("the post's message has no Telegram message number");
        }

        var body = attempt switch
        {
            CreateAttempt create => TelegramText.Write(create.Message, create.Message.Mention),
            EditAttempt edit => TelegramText.Write(edit.Message, mention: null),
            ReplyAttempt reply => TelegramText.Write(reply.Reply),
            _ => throw new ArgumentOutOfRangeException(nameof(attempt)),
        };
        using var call = new VendorCall(http.CreateClient(Name), options.Timeout, time, cancellationToken);
        return Read(await call.SendAsync(() => Request(attempt, address, body.Html, html: true)), attempt)
            ?? Read(await call.SendAsync(() => Request(attempt, address, body.Plain, html: false)), attempt)
            ?? new SendResult.Refused("Telegram cannot read the text even without markup", WholeRoom: false);
    }

    public Task<FindResult> FindAsync(SendAttempt attempt, CancellationToken cancellationToken) => Task.FromResult(FindResult.Nothing);

    /// <summary>The result of a request; null when Telegram could not read the markup.</summary>
    private SendResult? Read(VendorAnswer answer, SendAttempt attempt)
    {
        if (answer.Failure is { } failure)
        {
            return failure;
        }

        using var json = answer.Json();
        if (json?.RootElement is not { } root || !root.TryGetProperty("ok", out _))
        {
            return answer.NotTheVendor();
        }

        if (!root.Flag("ok"))
        {
            return TelegramErrors.IsAboutMarkup(root.Text("description") ?? "")
                ? null
                : TelegramErrors.Of(root, answer, attempt, options.BotToken);
        }

        if (attempt is EditAttempt edit)
        {
            return new SendResult.Delivered(edit.MessageId);
        }

        return root.Child("result").Number("message_id") is { } id
            ? new SendResult.Delivered(id.ToString(CultureInfo.InvariantCulture))
            : answer.NotTheVendor();
    }

    private HttpRequestMessage Request(SendAttempt attempt, TelegramAddress address, string text, bool html)
    {
        var buffer = new ArrayBufferWriter<byte>(8192);
        using (var json = new Utf8JsonWriter(buffer, LiteralJson.Options))
        {
            json.WriteStartObject();
            WriteChat(json, address);
            json.WriteString("text"u8, text);
            if (html)
            {
                json.WriteString("parse_mode"u8, "HTML"u8);
            }

            json.WriteStartObject("link_preview_options"u8);
            json.WriteBoolean("is_disabled"u8, true);
            json.WriteEndObject();
            WriteRest(json, attempt, address);
            json.WriteEndObject();
        }

        var request = new HttpRequestMessage(HttpMethod.Post, Method(attempt is EditAttempt ? "editMessageText" : "sendMessage"))
        {
            Content = new ReadOnlyMemoryContent(buffer.WrittenMemory),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        return request;
    }

    private static void WriteChat(Utf8JsonWriter json, TelegramAddress address)
    {
        if (address.ChatName is { } name)
        {
            json.WriteString("chat_id"u8, name);
        }
        else
        {
            json.WriteNumber("chat_id"u8, address.Chat);
        }
    }

    private static void WriteRest(Utf8JsonWriter json, SendAttempt attempt, TelegramAddress address)
    {
        if (attempt is EditAttempt)
        {
            json.WriteNumber("message_id"u8, MessageNumber(attempt)!.Value);
            return;
        }

        if (address.Topic is { } topic)
        {
            json.WriteNumber("message_thread_id"u8, topic);
        }

        // There is no way to call everyone here: it rings instead.
        var mention = attempt is CreateAttempt create ? create.Message.Mention : ((ReplyAttempt)attempt).Reply.Mention;
        json.WriteBoolean("disable_notification"u8, attempt.Silent && mention is null);
        if (attempt is ReplyAttempt)
        {
            json.WriteStartObject("reply_parameters"u8);
            json.WriteNumber("message_id"u8, MessageNumber(attempt)!.Value);
            json.WriteBoolean("allow_sending_without_reply"u8, true);
            json.WriteEndObject();
        }
    }

    private static long? MessageNumber(SendAttempt attempt)
    {
        var id = attempt switch
        {
            EditAttempt edit => edit.MessageId,
            ReplyAttempt reply => reply.MessageId,
            _ => null,
        };
        return long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>The token is a part of the address: nothing may ever show it.</summary>
    private Uri Method(string method)
    {
        var token = Uri.EscapeDataString(options.BotToken?.Reveal() ?? "").Replace("%3A", ":", StringComparison.Ordinal);
        return new Uri($"{options.ApiUrl.AbsoluteUri.TrimEnd('/')}/bot{token}/{method}");
    }
}
