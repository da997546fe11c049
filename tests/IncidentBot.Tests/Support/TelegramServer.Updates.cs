using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace IncidentBot.Support;

/// <summary>
/// How Telegram's Bot API tells a bot what people say: a queue that is read by offset, one reader at a time, ids that go on anywhere after a
/// week, presses that must be acknowledged in time, data of at most 64 bytes, or a webhook with a secret. (tdlib/telegram-bot-api)
/// </summary>
internal sealed partial class TelegramServer
{
    public const string BotName = "ada_incident_bot";
    public const long BotId = 987654;
    public const string SecretToken = "hook_secret-token_1";

    private readonly List<JsonObject> _queue = [];
    private readonly HashSet<string> _presses = new(StringComparer.Ordinal);
    private readonly List<JsonObject> _notices = [];
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenSource _reader = new();
    private int _nextUpdate = 1;
    private int _nextPress = 1;

    /// <summary>Where updates are delivered to; empty when they are fetched.</summary>
    public string Webhook { get; set; } = "";

    /// <summary>What was set with it.</summary>
    public string WebhookSecret { get; private set; } = "";

    /// <summary>What Telegram last met when it delivered.</summary>
    public (long Date, string Message)? WebhookError { get; set; }

    /// <summary>Whether a press is too old to be acknowledged.</summary>
    public bool PressesAreTooOld { get; set; }

    /// <summary>Another program fetches all the time.</summary>
    public bool AnotherReader { get; set; }

    /// <summary>Updates that have not been confirmed.</summary>
    public int Waiting
    {
        get
        {
            var waiting = 0;
            Locked(() => waiting = _queue.Count);
            return waiting;
        }
    }

    /// <summary>What was shown above buttons.</summary>
    public IReadOnlyList<JsonObject> Notices
    {
        get
        {
            IReadOnlyList<JsonObject> all = [];
            Locked(() => all = [.. _notices]);
            return all;
        }
    }

    /// <summary>Goes on with this number, as after a week without news.</summary>
    public void GoOnWith(int updateId) => Locked(() => _nextUpdate = updateId);

    /// <summary>Somebody writes. Returns the message's number.</summary>
    public int Say(long chat, long user, string text, int? replyTo = null, int? topic = null, bool edited = false, bool forwarded = false)
    {
        var message = Message(chat, user, text);
        if (replyTo is { } number)
        {
            message["reply_to_message"] = new JsonObject
            {
                ["message_id"] = number,
                ["date"] = Clock.GetUtcNow().ToUnixTimeSeconds(),
                ["chat"] = Chat(chat),
                ["from"] = new JsonObject { ["id"] = BotId, ["is_bot"] = true, ["first_name"] = "IncidentBot", ["username"] = BotName },
            };
        }

        if (topic is { } one)
        {
            (message["message_thread_id"], message["is_topic_message"]) = (one, true);
        }

        if (forwarded)
        {
            message["forward_origin"] = new JsonObject { ["type"] = "user", ["date"] = 1 };
        }

        Enqueue(edited ? "edited_message" : "message", message);
        return (int)message.Number("message_id")!;
    }

    /// <summary>Somebody presses a button.</summary>
    public string Press(ShownMessage message, long user, string label) => PressData(message, user, DataOf(message, label));

    /// <summary>Somebody presses, with any data.</summary>
    public string PressData(ShownMessage message, long user, string data)
    {
        var id = "";
        Locked(() => _presses.Add(id = (_nextPress++ + 5_000_000_000L).ToString(CultureInfo.InvariantCulture)));
        Enqueue("callback_query", new JsonObject
        {
            ["id"] = id,
            ["from"] = User(user),
            ["message"] = new JsonObject { ["message_id"] = long.Parse(message.Id, CultureInfo.InvariantCulture), ["date"] = 0, ["chat"] = Chat(long.Parse(message.Room, CultureInfo.InvariantCulture)) },
            ["chat_instance"] = "1",
            ["data"] = data,
        });
        return id;
    }

    /// <summary>What a button sends.</summary>
    public static string DataOf(ShownMessage message, string label) => Pressable(message).First(button => button.Label == label).Data;

    /// <summary>All that can be pressed below a message now.</summary>
    public static IReadOnlyList<(string Label, string Data)> Pressable(ShownMessage message) =>
    [
        .. from row in message.Versions[^1]["reply_markup"]?["inline_keyboard"] as JsonArray ?? []
           from key in row!.AsArray()
           select (key.Text("text")!, key.Text("callback_data") ?? key.Text("url")!),
    ];

    /// <summary>The oldest update, as it would be delivered; taken out of the queue.</summary>
    public JsonObject Deliver()
    {
        JsonObject update = null!;
        Locked(() =>
        {
            update = _queue[0];
            _queue.RemoveAt(0);
        });
        return update;
    }

    protected override async Task<bool> TryServeAsync(HttpContext context)
    {
        if (context.Request.Path != $"/bot{Token}/getUpdates")
        {
            return false;
        }

        using var text = new StreamReader(context.Request.Body);
        var body = JsonNode.Parse(await text.ReadToEndAsync()) as JsonObject;
        var reply = await UpdatesAsync(body ?? [], context.RequestAborted);
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(reply.Body), context.RequestAborted);
        return true;
    }

    private async Task<VendorReply> UpdatesAsync(JsonObject body, CancellationToken gone)
    {
        if (Webhook.Length > 0)
        {
            return Error(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first");
        }

        if (AnotherReader)
        {
            return Error(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running");
        }

        CancellationTokenSource mine = new();
        CancellationTokenSource before = null!;
        Locked(() => (before, _reader) = (_reader, mine));
        await before.CancelAsync();

        // An offset that the queue does not know confirms nothing.
        var offset = body.Number("offset");
        Locked(() =>
        {
            var known = _queue.FindIndex(update => update.Number("update_id") == offset - 1);
            _queue.RemoveRange(0, known + 1);
        });
        var until = Clock.GetTimestamp();
        var patience = TimeSpan.FromSeconds(Math.Min(50, body.Number("timeout") ?? 0));
        while (true)
        {
            Task news = null!;
            JsonArray found = [];
            Locked(() =>
            {
                news = _news.Task;
                foreach (var update in _queue.Take((int)(body.Number("limit") ?? 100)))
                {
                    found.Add(update.DeepClone());
                }
            });
            var left = patience - Clock.GetElapsedTime(until);
            if (found.Count > 0 || left <= TimeSpan.Zero)
            {
                return VendorReply.Of(new JsonObject { ["ok"] = true, ["result"] = found });
            }

            using var either = CancellationTokenSource.CreateLinkedTokenSource(gone, mine.Token, Stopping);
            await Task.WhenAny(news, Task.Delay(left, Clock, either.Token));
            if (mine.IsCancellationRequested)
            {
                return Error(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running");
            }

            if (either.IsCancellationRequested)
            {
                return Error(500, "gone");
            }
        }
    }

    /// <summary>The methods that are about listening; null for all others.</summary>
    private VendorReply? Listen(string method, JsonObject body)
    {
        switch (method)
        {
            case "getMe":
                return Result(new JsonObject { ["id"] = BotId, ["is_bot"] = true, ["first_name"] = "IncidentBot", ["username"] = BotName });
            case "setWebhook":
                (Webhook, WebhookSecret) = (body.Text("url") ?? "", body.Text("secret_token") ?? "");
                return Result(true);
            case "deleteWebhook":
                Webhook = "";
                return Result(true);
            case "getWebhookInfo":
                var info = new JsonObject { ["url"] = Webhook, ["has_custom_certificate"] = false, ["pending_update_count"] = _queue.Count };
                if (WebhookError is var (date, message))
                {
                    (info["last_error_date"], info["last_error_message"]) = (date, message);
                }

                return Result(info);
            case "answerCallbackQuery":
                if (PressesAreTooOld || !_presses.Remove(body.Text("callback_query_id") ?? ""))
                {
                    return Error("query is too old and response timeout expired or query ID is invalid");
                }

                if ((body.Text("text")?.Length ?? 0) > 200)
                {
                    return Error("MESSAGE_TOO_LONG");
                }

                _notices.Add(body);
                return Result(true);
            default:
                return null;
        }
    }

    /// <summary>What is wrong with an inline keyboard; null when nothing is.</summary>
    private static string? Keyboard(JsonNode? markup)
    {
        foreach (var key in (markup?["inline_keyboard"] as JsonArray ?? []).SelectMany(row => row!.AsArray()))
        {
            if (string.IsNullOrEmpty(key.Text("text")))
            {
                return "can't parse inline keyboard button: Field \"text\" must be of type String";
            }

            if (key.Text("callback_data") is { } data && Encoding.UTF8.GetByteCount(data) is 0 or > 64)
            {
                return "BUTTON_DATA_INVALID";
            }

            if (key.Text("url") is { } address && (!Uri.TryCreate(address, UriKind.Absolute, out var url) || !url.Host.Contains('.', StringComparison.Ordinal)))
            {
                return $"inline keyboard button URL '{address}' is invalid: Wrong HTTP URL";
            }
        }

        return null;
    }

    private void Enqueue(string kind, JsonObject content)
    {
        TaskCompletionSource news = null!;
        Locked(() =>
        {
            _queue.Add(new JsonObject { ["update_id"] = (long)_nextUpdate++, [kind] = content });
            (news, _news) = (_news, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        });
        news.TrySetResult();
    }

    private JsonObject Message(long chat, long user, string text)
    {
        var number = 0L;
        Locked(() => number = ++_sequence);
        return new JsonObject
        {
            ["message_id"] = number,
            ["date"] = Clock.GetUtcNow().ToUnixTimeSeconds(),
            ["chat"] = Chat(chat),
            ["from"] = User(user),
            ["text"] = text,
        };
    }

    private static JsonObject Chat(long id) => new() { ["id"] = id, ["type"] = id > 0 ? "private" : "supergroup" };

    private static JsonObject User(long id) => new() { ["id"] = id, ["is_bot"] = false, ["first_name"] = "Ada" };

    private static VendorReply Result(JsonNode result) => VendorReply.Of(new JsonObject { ["ok"] = true, ["result"] = result });
}
