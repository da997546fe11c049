using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using IncidentBot.Loops;
using IncidentBot.Outgoing;
using IncidentBot.Server;
using IncidentBot.Settings;
using Telegram.Bot.Requests;
using Telegram.Bot.Requests.Abstractions;
using Telegram.Bot.Types.Enums;

namespace IncidentBot.Channels.Telegram;

/// <summary>
/// With <c>mode: webhook</c>: tells Telegram where to deliver and with which secret, and asks from time to time whether it can. It is
/// Telegram that knows when deliveries fail, and why.
/// </summary>
internal sealed partial class TelegramHook : Loop
{
    /// <summary>Deaf is to be seen within a minute.</summary>
    private static readonly TimeSpan Asks = TimeSpan.FromSeconds(30);

    private static readonly TelegramInboundJson Json = TelegramInboundJson.Default;

    private readonly CurrentSettings _settings;
    private readonly PublicAddress _address;
    private readonly IHttpClientFactory _http;
    private readonly Listening _listening;
    private TelegramOptions? _options;
    private DateTimeOffset _setAt;

    public TelegramHook(LoopBook book, CurrentSettings settings, PublicAddress address, IHttpClientFactory http, Listening listening)
        : base("telegram_webhook", book, TimeSpan.FromMinutes(10))
    {
        (_settings, _address, _http, _listening) = (settings, address, http, listening);
        settings.Changed += _ => Wake();
    }

    /// <summary>The bot, once Telegram has said who it is.</summary>
    public TelegramSelf? Self { get; private set; }

    protected override async Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        var options = _settings.Value.Channels.Telegram;
        if (options is not { Mode: "webhook" })
        {
            _options = null;
            return null;
        }

        if (!ReferenceEquals(options, _options))
        {
            _listening.Begin(TelegramChannel.Name);
            await SetAsync(options, stoppingToken);
            (_options, _setAt) = (options, now);
        }

        await LookAsync(options, stoppingToken);
        return now + Asks;
    }

    private async Task SetAsync(TelegramOptions options, CancellationToken stoppingToken)
    {
        var me = await AskAsync(options, Json.TelegramReplyTelegramUser, new GetMeRequest(), stoppingToken);
        var user = me.Content ?? throw Lost(me, options);
        Self = new TelegramSelf(user.Id, user.Username ?? "");
        var set = await AskAsync(options, Json.TelegramReplyTelegramYes, new SetWebhookRequest
        {
            Url = Address().AbsoluteUri,
            SecretToken = options.SecretToken!.Reveal(),
            AllowedUpdates = [UpdateType.Message, UpdateType.EditedMessage, UpdateType.CallbackQuery],
        }, stoppingToken);
        if (set.Content is null)
        {
            throw Lost(set, options);
        }
    }

    private async Task LookAsync(TelegramOptions options, CancellationToken stoppingToken)
    {
        var answer = await AskAsync(options, Json.TelegramReplyTelegramWebhook, new GetWebhookInfoRequest(), stoppingToken);
        if (answer.Content is not { } hook)
        {
            throw Lost(answer, options);
        }

        if (!string.Equals(hook.Url, Address().AbsoluteUri, StringComparison.Ordinal))
        {
            var host = Uri.TryCreate(hook.Url, UriKind.Absolute, out var url) ? VendorWords.Reason(url.Host, options.BotToken) : "nothing";
            Say($"somebody has set this bot's webhook to {host}: IncidentBot sets it back at its next start");
        }
        else if (hook is { PendingUpdateCount: > 0, LastErrorDate: { } failed } && failed >= _setAt.ToUnixTimeSeconds())
        {
            Say(string.Create(CultureInfo.InvariantCulture,
                $"Telegram cannot deliver to {Address().Host}, {hook.PendingUpdateCount} waiting: {VendorWords.Reason(hook.LastErrorMessage ?? "", options.BotToken)}"));
        }
        else
        {
            _listening.Heard(TelegramChannel.Name);
        }
    }

    private Uri Address() => new(_address.Of(_settings.Value.Server), "webhooks/telegram");

    private TelegramDeafException Lost<T>(TelegramAnswer<T> answer, TelegramOptions options)
        where T : class
    {
        var reason = answer.Error is { } error ? VendorWords.Reason(error.Message, options.BotToken)
            : answer.Failure?.Reason ?? answer.NotTheVendor().Reason;
        Say(reason);
        return new TelegramDeafException(reason);
    }

    private void Say(string reason)
    {
        if (_listening.Deaf(TelegramChannel.Name, reason))
        {
            LogDeaf(reason);
        }
    }

    private async Task<TelegramAnswer<T>> AskAsync<T>(
        TelegramOptions options, JsonTypeInfo<TelegramReply<T>> type, IRequest request, CancellationToken stoppingToken)
        where T : class
    {
        using var call = new OutgoingCall(options.Timeout, Clock, stoppingToken);
        return await TelegramBot.FetchAsync(options, _http.CreateClient(TelegramChannel.Name), call, request, type);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Telegram is not heard: {Reason}")]
    private partial void LogDeaf(string reason);
}
