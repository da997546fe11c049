using System.Globalization;
using System.Text.Json.Nodes;

namespace IncidentBot.Support;

/// <summary>
/// Telegram's Bot API as far as the bot uses it: sending and editing, HTML read as Telegram reads it, sizes after that, rates
/// in a chat, in a group and in all, replies, topics, and groups that become supergroups.
/// </summary>
internal sealed partial class TelegramServer : VendorServer
{
    public const string Token = "987654:loopback-secret_AAE";

    private readonly Dictionary<string, long> _migrated = new(StringComparer.Ordinal);
    private long _sequence = 100;

    private TelegramServer(TimeProvider clock)
        : base(clock)
    {
    }

    public static async Task<TelegramServer> StartAsync(TimeProvider clock, int port = 0)
    {
        var server = new TelegramServer(clock);
        await server.ListenAsync(port);
        return server;
    }

    /// <summary>A group becomes a supergroup: its old id takes nothing any more.</summary>
    public void MigrateTo(string chat, long to) => Locked(() => _migrated[chat] = to);

    /// <summary>Somebody deletes a message.</summary>
    public void Delete(ShownMessage message) => Locked(() => message.Deleted = true);

    /// <summary>Does not read markup any more, whatever it is.</summary>
    public bool CannotParse { get; set; }

    protected override (string Kind, string Room) Describe(VendorQuery query) => (query.Path.Split('/')[^1], Chat(query.Json()));

    protected override VendorReply Error(string error) => error switch
    {
        "blocked" => Error(403, "Forbidden: bot was blocked by the user"),
        "kicked" => Error(403, "Forbidden: bot was kicked from the supergroup chat"),
        _ => Error(400, $"Bad Request: {error}"),
    };

    protected override VendorReply TooMany(int seconds) =>
        Error(429, $"Too Many Requests: retry after {seconds}", new JsonObject { ["retry_after"] = seconds }) with { RetryAfter = seconds };

    protected override VendorReply Handle(VendorQuery query)
    {
        var path = Uri.UnescapeDataString(query.Path).Split('/');
        if (path.Length != 3 || !path[1].StartsWith("bot", StringComparison.Ordinal) || path[1][3..] != Token)
        {
            return Error(401, "Unauthorized");
        }

        if (Listen(path[2], query.Json() ?? []) is { } heard)
        {
            return heard;
        }

        if (query.Json() is not { } body || !query.ContentType.StartsWith("application/json", StringComparison.Ordinal))
        {
            return Error("message text is empty");
        }

        var chat = Chat(body);
        if (chat.Length == 0)
        {
            return Error("chat not found");
        }

        if (_migrated.TryGetValue(chat, out var to))
        {
            return Error(400, "Bad Request: group chat was upgraded to a supergroup chat", new JsonObject { ["migrate_to_chat_id"] = to });
        }

        // Both budgets are asked, and Telegram counts a request against both.
        var wait = Math.Max(Take("all", 30, 30), Take($"chat {chat}", burst: 3, perSecond: 1));
        wait = Math.Max(wait, chat.StartsWith('-') ? Take($"group {chat}", 20, 20 / 60.0) : 0);
        if (wait > 0)
        {
            return TooMany(wait);
        }

        return path[2] switch
        {
            "sendMessage" => Send(chat, body),
            "editMessageText" => Edit(chat, body),
            _ => Error(404, "Not Found"),
        };
    }

    private VendorReply Send(string chat, JsonObject body)
    {
        if (Read(body, out var text) is { } error)
        {
            return error;
        }

        string? root = null;
        if (body["reply_parameters"] is { } reply)
        {
            root = reply.Number("message_id")?.ToString(CultureInfo.InvariantCulture);
            if (root is null || Find(chat, root) is null)
            {
                if (!reply.Flag("allow_sending_without_reply"))
                {
                    return Error("message to be replied not found");
                }

                root = null;
            }
        }

        var message = new ShownMessage
        {
            Id = (++_sequence).ToString(CultureInfo.InvariantCulture),
            Room = chat,
            At = Clock.GetUtcNow(),
            Root = root,
            Silent = body.Flag("disable_notification"),
            Text = text.Text,
            Mentions = text.Mentions,
        };
        message.Versions.Add(body);
        Keep(message);
        return Ok(message);
    }

    private VendorReply Edit(string chat, JsonObject body)
    {
        if (Read(body, out var text) is { } error)
        {
            return error;
        }

        var id = body.Number("message_id")?.ToString(CultureInfo.InvariantCulture) ?? "";
        if (Find(chat, id) is not { } message)
        {
            return Error("message to edit not found");
        }

        if (message.Foreign)
        {
            return Error("message can't be edited");
        }

        if (message.Versions[^1].Text("text") == body.Text("text") && message.Versions[^1].Text("parse_mode") == body.Text("parse_mode")
            && JsonNode.DeepEquals(message.Versions[^1]["reply_markup"], body["reply_markup"]))
        {
            return Error("message is not modified: specified new message content and reply markup are exactly the same as a current content "
                + "and reply markup of the message");
        }

        if (text.Mentions.Count > 0)
        {
            Violated("an edit calls somebody");
        }

        message.Versions.Add(body);
        message.Text = text.Text;
        return Ok(message);
    }

    private VendorReply? Read(JsonObject body, out TelegramHtml text)
    {
        var mode = body.Text("parse_mode");
        text = mode is null ? TelegramHtml.Plain(body.Text("text") ?? "") : TelegramHtml.Read(body.Text("text") ?? "");
        // Telegram does not mind how it is written (telegram-bot-api, Client.cpp: to_lower).
        if (mode is not null && !mode.Equals("html", StringComparison.OrdinalIgnoreCase))
        {
            return Error("unsupported parse_mode");
        }

        if (mode is not null && (text.Error is not null || CannotParse))
        {
            return Error($"can't parse entities: {text.Error ?? "told not to"}");
        }

        if (string.IsNullOrWhiteSpace(text.Text))
        {
            return Error("message text is empty");
        }

        if (text.Text.Length > 4096)
        {
            return Error("message is too long");
        }

        if (Keyboard(body["reply_markup"]) is { } keyboard)
        {
            return Error(keyboard);
        }

        if (text.Entities > 100)
        {
            Violated("more than 100 entities: Telegram forgets the rest");
        }

        return null;
    }

    private static string Chat(JsonObject? body) =>
        body.Number("chat_id")?.ToString(CultureInfo.InvariantCulture) ?? body.Text("chat_id") ?? "";

    private static VendorReply Ok(ShownMessage message) => VendorReply.Of(new JsonObject
    {
        ["ok"] = true,
        ["result"] = new JsonObject { ["message_id"] = long.Parse(message.Id, CultureInfo.InvariantCulture), ["text"] = message.Text },
    });

    private static VendorReply Error(int code, string description, JsonObject? parameters = null)
    {
        var body = new JsonObject { ["ok"] = false, ["error_code"] = code, ["description"] = description };
        if (parameters is not null)
        {
            body["parameters"] = parameters;
        }

        return VendorReply.Of(body, code);
    }
}
