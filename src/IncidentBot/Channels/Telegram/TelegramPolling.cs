using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using IncidentBot.Loops;
using IncidentBot.Outgoing;
using IncidentBot.Settings;
using Telegram.Bot.Requests;
using Telegram.Bot.Requests.Abstractions;
using Telegram.Bot.Types.Enums;

namespace IncidentBot.Channels.Telegram;

/// <summary>
/// Fetches what people say to the bot, one request after the other: what came is committed before Telegram hears that it has been read. The
/// library's own loop does it the other way round, and would lose what a program that ends has not yet done.
/// </summary>
internal sealed partial class TelegramPolling : Loop
{
    /// <summary>How long Telegram waits for news; at most 50 s.</summary>
    private const int WaitSeconds = 30;

    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(WaitSeconds + 10);

    /// <summary>Another program with the same token would be thrown out by us as we by it: neither may hurry.</summary>
    private static readonly (int Least, int Most) ConflictSeconds = (5, 30);

    private static readonly TelegramInboundJson Json = TelegramInboundJson.Default;

    private readonly CurrentSettings _settings;
    private readonly IHttpClientFactory _http;
    private readonly IChatDesk _desk;
    private readonly ChatDoor _door;
    private readonly Random _random;
    private TelegramOptions? _options;
    private TelegramSelf? _self;
    private long? _offset;

    /// <summary>
    /// The last request was answered. The first one after a failure does not wait for news, so that it soon shows that all is well.
    /// </summary>
    private bool _hears;

    public TelegramPolling(LoopBook book, CurrentSettings settings, IHttpClientFactory http, IChatDesk desk, ChatDoor door, Random random)
        : base("telegram_updates", book, TimeSpan.FromMinutes(10))
    {
        (_settings, _http, _desk, _door, _random) = (settings, http, desk, door, random);
        settings.Changed += _ => Wake();
    }

    protected override async Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        var options = _settings.Value.Channels.Telegram;
        if (!ReferenceEquals(options, _options))
        {
            (_options, _self, _offset, _hears) = (options, null, null, false);
            if (options?.Hears() != true)
            {
                _door.Listening.End(TelegramChannel.Name);
            }
        }

        if (options is not { Mode: "polling" })
        {
            return null;
        }

        _door.Listening.Begin(TelegramChannel.Name);
        var wait = await PollAsync(options, stoppingToken);
        return Clock.GetUtcNow() + wait;
    }

    /// <summary>Fetches once and takes what came. Returns how long to wait before the next time.</summary>
    private async Task<TimeSpan> PollAsync(TelegramOptions options, CancellationToken stoppingToken)
    {
        if (_self is null)
        {
            var me = await AskAsync(options, Json.TelegramReplyTelegramUser, new GetMeRequest(), options.Timeout, stoppingToken);
            if (me.Content is not { } user)
            {
                return Lost(me, options);
            }

            _self = new TelegramSelf(user.Id, user.Username ?? "");
        }

        var key = string.Create(CultureInfo.InvariantCulture, $"offset {_self.Id}");
        _offset ??= Number(await _desk.PositionAsync(TelegramChannel.Name, key, stoppingToken)) ?? 0;
        var request = new GetUpdatesRequest
        {
            Offset = _offset is > 0 and <= int.MaxValue ? (int)_offset : null,
            Limit = 100,
            Timeout = _hears ? WaitSeconds : 0,
            AllowedUpdates = [UpdateType.Message, UpdateType.EditedMessage, UpdateType.CallbackQuery],
        };
        var answer = await AskAsync(options, Json.TelegramReplyJsonElementArray, request, AnswersWithin, stoppingToken);
        if (answer.Content is not { } updates)
        {
            return answer.Status == 409 ? await ConflictAsync(options, answer, stoppingToken) : Lost(answer, options);
        }

        _hears = true;
        if (_door.Listening.Heard(TelegramChannel.Name))
        {
            LogHeard();
        }

        await TakeAsync(updates, key, stoppingToken);
        return TimeSpan.Zero;
    }

    /// <summary>In their order, whatever their ids: after a week without news Telegram goes on with a number that may be lower.</summary>
    private async Task TakeAsync(JsonElement[] updates, string key, CancellationToken stoppingToken)
    {
        ChatPosition? passed = null;
        foreach (var element in updates)
        {
            if (!element.TryGetProperty("update_id"u8, out var id) || !id.TryGetInt64(out var number))
            {
                continue;
            }

            var position = new ChatPosition(TelegramChannel.Name, key, (number + 1).ToString(CultureInfo.InvariantCulture));
            if (Read(element) is { } request)
            {
                var live = request.Input is ChatInput.Pressed ? request.Id["press:".Length..] : "";
                await _door.TakeInOrderAsync(request with { Position = position }, live, stoppingToken);
                passed = null;
            }
            else
            {
                passed = position;
            }

            _offset = number + 1;
        }

        if (passed is not null)
        {
            await _desk.PassAsync(passed, stoppingToken);
        }
    }

    private ChatRequest? Read(JsonElement element)
    {
        try
        {
            var update = element.Deserialize(TelegramInboundJson.Default.TelegramUpdate);
            DoorRefusal? refused = null;
            var request = update is null ? null : TelegramReader.Read(update, _self!, Clock.GetUtcNow(), out refused);
            if (refused is { } reason)
            {
                _door.Listening.Refused(TelegramChannel.Name, reason);
            }

            return request;
        }
        catch (JsonException)
        {
            _door.Listening.Refused(TelegramChannel.Name, DoorRefusal.Unreadable);
            return null;
        }
    }

    private async Task<TimeSpan> ConflictAsync(TelegramOptions options, TelegramAnswer<JsonElement[]> answer,
        CancellationToken stoppingToken)
    {
        var reason = "another program fetches with the same bot token: is a second IncidentBot running?";
        if (answer.Error?.Message.Contains("webhook", StringComparison.OrdinalIgnoreCase) == true)
        {
            var hook = await AskAsync(options, Json.TelegramReplyTelegramWebhook, new GetWebhookInfoRequest(), options.Timeout,
                stoppingToken);
            var host = Uri.TryCreate(hook.Content?.Url, UriKind.Absolute, out var url) ? VendorWords.Reason(url.Host, options.BotToken)
                : "another place";
            reason = $"this bot's webhook is set to {host}, so nothing can be fetched: set channels.telegram.mode to webhook, or have it deleted "
                + "(Telegram's deleteWebhook)";
        }

        SayDeaf(reason.TrimEnd('?'));
        return TimeSpan.FromSeconds(_random.Next(ConflictSeconds.Least, ConflictSeconds.Most + 1));
    }

    private TimeSpan Lost<T>(TelegramAnswer<T> answer, TelegramOptions options)
        where T : class
    {
        if (answer.Error is { ErrorCode: 401 or 404 })
        {
            SayDeaf("Telegram does not know channels.telegram.bot_token");
            return TimeSpan.FromSeconds(ConflictSeconds.Most);
        }

        var reason = answer.Error is { } error ? VendorWords.Reason(error.Message, options.BotToken)
            : answer.Failure?.Reason ?? answer.NotTheVendor().Reason;
        SayDeaf(reason);
        if (answer.Error is { ErrorCode: 429 })
        {
            return TimeSpan.FromSeconds(Math.Clamp(answer.Error.Parameters?.RetryAfter ?? 5, 1, 600));
        }

        throw new TelegramDeafException(reason);
    }

    private void SayDeaf(string reason)
    {
        _hears = false;
        if (_door.Listening.Deaf(TelegramChannel.Name, reason))
        {
            LogDeaf(reason);
        }
    }

    private async Task<TelegramAnswer<T>> AskAsync<T>(
        TelegramOptions options, JsonTypeInfo<TelegramReply<T>> type, IRequest request, TimeSpan limit, CancellationToken stoppingToken)
        where T : class
    {
        using var call = new OutgoingCall(limit, Clock, stoppingToken);
        return await TelegramBot.FetchAsync(options, _http.CreateClient(TelegramChannel.Name), call, request, type);
    }

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number : null;

    [LoggerMessage(Level = LogLevel.Information, Message = "Telegram is heard: commands and buttons are fetched")]
    private partial void LogHeard();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Telegram is not heard: {Reason}")]
    private partial void LogDeaf(string reason);
}

/// <summary>Telegram gives no news now.</summary>
internal sealed class TelegramDeafException(string reason) : TransientException(reason);
