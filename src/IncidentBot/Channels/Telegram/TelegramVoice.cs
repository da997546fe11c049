using System.Globalization;
using IncidentBot.Outgoing;
using Telegram.Bot.Requests;
using Telegram.Bot.Types;
using Telegram.Bot.Types.Enums;

namespace IncidentBot.Channels.Telegram;

/// <summary>
/// Answers in Telegram: a press by the notice that Telegram shows above it, everything else as a reply. A press whose notice comes too late
/// was done all the same, and gets its words as a reply.
/// </summary>
internal sealed class TelegramVoice(TelegramOptions options, IHttpClientFactory http, TimeProvider time) : IChatVoice
{
    private static readonly LinkPreviewOptions NoPreview = new() { IsDisabled = true };

    public async Task<SendResult> TellAsync(UntoldAnswer answer, string live, CancellationToken cancellationToken)
    {
        using var call = new OutgoingCall(options.Timeout, time, cancellationToken);
        var onlyNotice = answer.Answer is { Place: AnswerPlace.OnlyPerson, Buttons.Count: 0 };
        SendResult? notice = null;
        if (live.Length > 0)
        {
            notice = await NoticeAsync(call, answer, live, onlyNotice);
            if (notice is SendResult.TryAgain)
            {
                return notice;
            }
        }

        if (answer.Answer.Place == AnswerPlace.Nowhere || answer.Answer.Lines.Count == 0 || (onlyNotice && notice is SendResult.Delivered))
        {
            return notice ?? new SendResult.Delivered("");
        }

        var said = await SayAsync(call, answer);
        return notice is SendResult.Gone && said is SendResult.Delivered ? notice : said;
    }

    /// <summary>Takes the hourglass from the button; gone when Telegram does not know the press any more.</summary>
    private async Task<SendResult> NoticeAsync(OutgoingCall call, UntoldAnswer answer, string press, bool withWords)
    {
        var words = answer.Answer.Lines.Count == 0 ? "" : AnswerLayout.Notice(answer.Answer);
        var done = await TelegramBot.FetchAsync(options, http.CreateClient(TelegramChannel.Name), call, new AnswerCallbackQueryRequest
        {
            CallbackQueryId = press,
            Text = withWords && words.Length > 0 ? words : null,
            ShowAlert = withWords && words.Length > 0,
        }, TelegramInboundJson.Default.TelegramReplyTelegramYes);
        return done.Content is not null ? new SendResult.Delivered("")
            : done.Error is null ? done.NotTheVendor()
            : TelegramErrors.OfAnswer(done, options.BotToken) is SendResult.TryAgain later ? later
            : new SendResult.Gone(VendorWords.Reason(done.Error.Message, options.BotToken));
    }

    private async Task<SendResult> SayAsync(OutgoingCall call, UntoldAnswer answer)
    {
        if (TelegramThread.Parse(answer.Thread) is not { } thread)
        {
            return new SendResult.Refused("it is not known any more where this was asked", WholeRoom: false);
        }

        var body = TelegramText.Write(answer.Answer);
        var said = await SayAsync(call, thread, body.Html, ParseMode.Html, answer.Answer.Buttons);
        if (said.Error is { } error && (TelegramErrors.IsAboutMarkup(error.Message) || TelegramErrors.IsAboutButtons(error.Message)))
        {
            said = await SayAsync(call, thread, body.Plain, ParseMode.None, []);
        }

        return said.Error is not null ? TelegramErrors.OfAnswer(said, options.BotToken)
            : said.Content is { MessageId: { } id } ? new SendResult.Delivered(id.ToString(CultureInfo.InvariantCulture))
            : said.NotTheVendor();
    }

    private Task<TelegramAnswer<TelegramSent>> SayAsync(
        OutgoingCall call, TelegramThread thread, string text, ParseMode mode, IReadOnlyList<Button> buttons) =>
        TelegramBot.FetchAsync(options, http.CreateClient(TelegramChannel.Name), call, new SendMessageRequest
        {
            ChatId = thread.Chat,
            Text = text,
            ParseMode = mode,
            LinkPreviewOptions = NoPreview,
            MessageThreadId = thread.Topic,
            ReplyMarkup = TelegramButtons.Write(buttons),
            ReplyParameters = new ReplyParameters { MessageId = thread.Message, AllowSendingWithoutReply = true },
        }, TelegramInboundJson.Default.TelegramReplyTelegramSent);
}
