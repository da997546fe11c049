using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace IncidentBot.Support;

/// <summary>
/// Slack's Web API as far as the bot uses it: posting, editing, threads, history with metadata, with Slack's rates, sizes,
/// escapes and error words. Rooms that begin with C, G or D exist; a message to U… lands in D…. Alertmanager's own receiver can
/// post into a channel by its incoming webhook, at the channel's rate.
/// </summary>
internal sealed partial class SlackServer : VendorServer
{
    public const string Token = "xoxb-loopback-secret";

    private const string Services = "/services/T0/B0/";

    private int _sequence;

    private SlackServer(TimeProvider clock)
        : base(clock)
    {
    }

    /// <summary>Messages that are older than this cannot be edited; null for no limit.</summary>
    public TimeSpan? EditWindow { get; set; }

    /// <summary>The base that the channel's options take.</summary>
    public Uri ApiUrl => new(Url, "/api/");

    /// <summary>The address that posts into one channel without a token.</summary>
    public Uri IncomingWebhook(string channel) => new(Url, $"{Services}{channel}");

    public static async Task<SlackServer> StartAsync(TimeProvider clock, int port = 0)
    {
        var server = new SlackServer(clock);
        await server.ListenAsync(port);
        return server;
    }

    /// <summary>Somebody deletes a message.</summary>
    public void Delete(ShownMessage message) => Locked(() => message.Deleted = true);

    /// <summary>Somebody else writes into a room.</summary>
    public string WriteAsSomebodyElse(string room, string text)
    {
        var ts = "";
        Locked(() =>
        {
            ts = NextTs();
            Keep(new ShownMessage { Id = ts, Room = room, At = Clock.GetUtcNow(), Foreign = true, Text = text });
        });
        return ts;
    }

    protected override (string Kind, string Room) Describe(VendorQuery query) =>
        (query.Path.Split('/')[^1], query.Json().Text("channel") ?? query.Query.GetValueOrDefault("channel") ?? "");

    protected override VendorReply Error(string error) => VendorReply.Of(new JsonObject { ["ok"] = false, ["error"] = error });

    protected override VendorReply TooMany(int seconds) =>
        VendorReply.Of(new JsonObject { ["ok"] = false, ["error"] = "ratelimited" }, 429, seconds);

    protected override VendorReply Handle(VendorQuery query)
    {
        if (query.Path.StartsWith(Services, StringComparison.Ordinal))
        {
            return PostByWebhook(query.Path[Services.Length..], query.Json());
        }

        if (query.Path == "/api/apps.connections.open")
        {
            return OpenConnection(query);
        }

        if (query.Path.StartsWith(Responses, StringComparison.Ordinal))
        {
            return Respond(query);
        }

        if (query.Authorization != $"Bearer {Token}")
        {
            return Error(query.Authorization.Length == 0 ? "not_authed" : "invalid_auth");
        }

        return query.Path switch
        {
            "/api/chat.postMessage" => Write(query, Post),
            "/api/chat.postEphemeral" => Write(query, Whisper),
            "/api/chat.update" => Write(query, Update),
            "/api/conversations.history" => History(query),
            "/api/conversations.replies" => Thread(query),
            _ => Error("unknown_method"),
        };
    }

    private VendorReply Write(VendorQuery query, Func<string, JsonObject, VendorReply> write)
    {
        if (query.Method != "POST" || !query.ContentType.StartsWith("application/json", StringComparison.Ordinal))
        {
            return Error("invalid_post_type");
        }

        if (query.Json() is not { } body)
        {
            return Error("invalid_json");
        }

        if (Channel(body.Text("channel") ?? "") is not { } channel)
        {
            return Error("channel_not_found");
        }

        return write(channel, body);
    }

    /// <summary>An incoming webhook answers plain words. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks</summary>
    private VendorReply PostByWebhook(string channel, JsonObject? body)
    {
        if (Take($"post {channel}", burst: 3, perSecond: 1) is var wait and > 0)
        {
            return new VendorReply(429, "rate_limited", wait);
        }

        if (body is null)
        {
            return new VendorReply(400, "invalid_payload");
        }

        var attachments = (body["attachments"] as JsonArray ?? []).SelectMany(one => new[] { one.Text("pretext"), one.Text("title"), one.Text("text") });
        var message = new ShownMessage { Id = NextTs(), Room = channel, At = Clock.GetUtcNow(), Text = string.Join('\n', attachments.Prepend(body.Text("text")).OfType<string>()) };
        message.Versions.Add(body);
        Keep(message);
        return new VendorReply(200, "ok");
    }

    private VendorReply Post(string channel, JsonObject body)
    {
        if (Take($"post {channel}", burst: 3, perSecond: 1) is var wait and > 0)
        {
            return TooMany(wait);
        }

        if (SlackRules.Complaint(body) is { } error)
        {
            return Error(error);
        }

        var thread = body.Text("thread_ts");
        if (thread is not null && Find(channel, thread) is not { Root: null })
        {
            return Error("thread_not_found");
        }

        foreach (var violation in SlackRules.Violations(body))
        {
            Violated(violation);
        }

        var metadata = body["metadata"];
        if (metadata is not null && (metadata.Text("event_type") is null || metadata["event_payload"] is not JsonObject))
        {
            return Error("invalid_metadata_format");
        }

        var message = new ShownMessage
        {
            Id = NextTs(),
            Room = channel,
            At = Clock.GetUtcNow(),
            Root = thread,
            Key = metadata?["event_payload"].Text("key"),
            Text = SlackRules.Shown(body),
            Mentions = SlackRules.Mentions(body),
        };
        message.Versions.Add(body);
        Keep(message);
        return Ok(channel, message.Id);
    }

    private VendorReply Update(string channel, JsonObject body)
    {
        if (Take("update", burst: 50, perSecond: 50 / 60.0) is var wait and > 0)
        {
            return TooMany(wait);
        }

        if (body.Text("ts") is not { } ts)
        {
            return Error("message_not_found");
        }

        if (SlackRules.Complaint(body) is { } error)
        {
            return Error(error);
        }

        if (Find(channel, ts) is not { } message)
        {
            return Error("message_not_found");
        }

        if (message.Foreign)
        {
            return Error("cant_update_message");
        }

        if (EditWindow is { } window && Clock.GetUtcNow() - message.At > window)
        {
            return Error("edit_window_closed");
        }

        foreach (var violation in SlackRules.Violations(body))
        {
            Violated(violation);
        }

        if (SlackRules.Mentions(body).Count > 0)
        {
            Violated("an edit calls somebody");
        }

        if (body["blocks"] is null)
        {
            Violated("an edit leaves the old blocks in place");
            body["blocks"] = message.Versions[^1]["blocks"]?.DeepClone();
        }

        message.Versions.Add(body);
        message.Text = SlackRules.Shown(body);
        return Ok(channel, ts);
    }

    private VendorReply History(VendorQuery query)
    {
        if (Channel(query.Query.GetValueOrDefault("channel", "")) is not { } channel)
        {
            return Error("channel_not_found");
        }

        return Page(query, [.. All(channel).Where(message => message.Root is null).Reverse()]);
    }

    private VendorReply Thread(VendorQuery query)
    {
        var ts = query.Query.GetValueOrDefault("ts", "");
        if (Channel(query.Query.GetValueOrDefault("channel", "")) is not { } channel)
        {
            return Error("channel_not_found");
        }

        if (Find(channel, ts) is not { } root)
        {
            return Error("thread_not_found");
        }

        var after = query.Query.GetValueOrDefault("oldest", "0");
        return Page(query, [root, .. All(channel).Where(message => message.Root == ts && string.CompareOrdinal(message.Id, after) > 0)]);
    }

    private VendorReply Page(VendorQuery query, List<ShownMessage> messages)
    {
        if (Take("history", burst: 50, perSecond: 50 / 60.0) is var wait and > 0)
        {
            return TooMany(wait);
        }

        var limit = int.Parse(query.Query.GetValueOrDefault("limit", "100"), CultureInfo.InvariantCulture);
        var from = int.Parse(query.Query.GetValueOrDefault("cursor", "0"), CultureInfo.InvariantCulture);
        var metadata = query.Query.GetValueOrDefault("include_all_metadata") == "true";
        var page = new JsonArray();
        foreach (var message in messages.Skip(from).Take(limit))
        {
            var entry = new JsonObject { ["type"] = "message", ["ts"] = message.Id, ["text"] = message.Text };
            if (metadata && message.Versions.Count > 0 && message.Versions[0]["metadata"] is { } kept)
            {
                entry["metadata"] = kept.DeepClone();
            }

            page.Add(entry);
        }

        var next = from + limit < messages.Count ? (from + limit).ToString(CultureInfo.InvariantCulture) : "";
        return VendorReply.Of(new JsonObject
        {
            ["ok"] = true,
            ["messages"] = page,
            ["has_more"] = next.Length > 0,
            ["response_metadata"] = new JsonObject { ["next_cursor"] = next },
        });
    }

    private static VendorReply Ok(string channel, string ts) =>
        VendorReply.Of(new JsonObject { ["ok"] = true, ["channel"] = channel, ["ts"] = ts });

    private static string? Channel(string id) =>
        !RoomId().IsMatch(id) ? null : id[0] == 'U' ? string.Concat("D", id.AsSpan(1)) : id;

    /// <summary>Timestamps are unique in a channel and sort as text.</summary>
    private string NextTs() =>
        string.Create(CultureInfo.InvariantCulture, $"{Clock.GetUtcNow().ToUnixTimeSeconds()}.{++_sequence:D6}");

    [GeneratedRegex("^[CGDU][A-Z0-9]{1,12}$", RegexOptions.None, 1000)]
    private static partial Regex RoomId();
}
