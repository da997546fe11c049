using System.Globalization;
using IncidentBot.Outgoing;
using Telegram.Bot.Requests;
using Telegram.Bot.Requests.Abstractions;
using Telegram.Bot.Types;
using Telegram.Bot.Types.Enums;
using Telegram.Bot.Types.ReplyMarkups;

namespace IncidentBot.Channels.Telegram;

/// <summary>
/// Posts to Telegram by its Bot API. It has no threads outside of forums: history answers the post's message. It cannot tell
/// whether a message was sent, so an attempt whose end is unknown is repeated.
/// </summary>
internal sealed class TelegramChannel(TelegramOptions options, IHttpClientFactory http, TimeProvider time) : IChannel
{
    public const string Name = "telegram";

    private static readonly LinkPreviewOptions NoPreview = new() { IsDisabled = true };

    public string Kind => Name;

    public ChannelLimits Limits => TelegramLimits.All;

    public async Task<SendResult> SendAsync(SendAttempt attempt, CancellationToken cancellationToken)
    {
        if (TelegramAddress.Parse(attempt.Room.Id) is not { } address)
        {
            return new SendResult.Refused("not a Telegram chat: expected a number such as -1001234567890, -1001234567890/45 or @name",
                WholeRoom: true);
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
        using var call = new OutgoingCall(options.Timeout, time, cancellationToken);
        var buttons = TelegramButtons.Write(Buttons(attempt));
        return await SendAsync(call, attempt, address, body.Html, ParseMode.Html, buttons)
            ?? await SendAsync(call, attempt, address, body.Plain, ParseMode.None, buttons: null)
            ?? new SendResult.Refused("Telegram cannot read the text even without markup", WholeRoom: false);
    }

    public Task<FindResult> FindAsync(SendAttempt attempt, CancellationToken cancellationToken) => Task.FromResult(FindResult.Nothing);

    /// <summary>None where nobody would hear that they are pressed.</summary>
    private IReadOnlyList<Button> Buttons(SendAttempt attempt) => !options.Hears() ? [] : attempt switch
    {
        CreateAttempt create => create.Message.Buttons,
        EditAttempt edit => edit.Message.Buttons,
        _ => [],
    };

    /// <summary>The result of a request; null when Telegram could not read the markup, or does not take the buttons.</summary>
    private async Task<SendResult?> SendAsync(OutgoingCall call, SendAttempt attempt, TelegramAddress address, string text, ParseMode mode,
        InlineKeyboardMarkup? buttons)
    {
        if (TelegramBot.Make(options, http.CreateClient(Name)) is not { } bot)
        {
            return new SendResult.Refused("the token is not one of a Telegram bot", WholeRoom: true);
        }

        var answer = await bot.AskAsync(call, new NumberOnly(Request(attempt, address, text, mode, buttons)));
        return answer.Error is { } error && (TelegramErrors.IsAboutMarkup(error.Message)
            || TelegramErrors.IsAboutButtons(error.Message)) ? null
            : answer.Error is not null ? TelegramErrors.Of(answer, attempt, options.BotToken)
            : answer.Content is not { Id: > 0 } message ? answer.NotTheVendor()
            : new SendResult.Delivered(attempt is EditAttempt edit ? edit.MessageId : message.Id.ToString(CultureInfo.InvariantCulture));
    }

    private static IRequest Request(SendAttempt attempt, TelegramAddress address, string text, ParseMode mode,
        InlineKeyboardMarkup? buttons)
    {
        ChatId chat = address.ChatName is { } name ? name : address.Chat;
        if (attempt is EditAttempt)
        {
            return new EditMessageTextRequest
            {
                ChatId = chat,
                Text = text,
                ParseMode = mode,
                LinkPreviewOptions = NoPreview,
                MessageId = MessageNumber(attempt)!.Value,
                ReplyMarkup = buttons,
            };
        }

        // There is no way to call everyone here: it rings instead.
        var mention = attempt is CreateAttempt create ? create.Message.Mention : ((ReplyAttempt)attempt).Reply.Mention;
        return new SendMessageRequest
        {
            ChatId = chat,
            Text = text,
            ParseMode = mode,
            LinkPreviewOptions = NoPreview,
            MessageThreadId = address.Thread,
            ReplyMarkup = buttons,
            DisableNotification = attempt.Silent && mention is null,
            ReplyParameters = attempt is ReplyAttempt
                ? new ReplyParameters { MessageId = MessageNumber(attempt)!.Value, AllowSendingWithoutReply = true }
                : null,
        };
    }

    private static int? MessageNumber(SendAttempt attempt)
    {
        var id = attempt switch
        {
            EditAttempt edit => edit.MessageId,
            ReplyAttempt reply => reply.MessageId,
            _ => null,
        };
        return int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
