using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace IncidentBot.Support;

/// <summary>
/// Slack's Socket Mode and what it sends to a public address: tickets that serve once, greetings, receipts on the same socket within three
/// seconds, events that are told again, commands and presses that are not, sockets that are exchanged, and addresses to answer to.
/// </summary>
internal sealed partial class SlackServer
{
    public const string AppToken = "xapp-loopback-secret";
    public const string SigningSecret = "signing-secret-0123456789";
    public const string BotUser = "U0BOT";

    private const string Responses = "/responses/";
    private static readonly TimeSpan ReceiptWithin = TimeSpan.FromSeconds(3);

    private readonly HashSet<string> _tickets = new(StringComparer.Ordinal);
    private readonly List<Line> _lines = [];
    private readonly ConcurrentDictionary<string, (Line Line, TaskCompletionSource<JsonObject> Receipt)> _receipts = new(StringComparer.Ordinal);
    private readonly List<(string Id, JsonObject Body)> _responses = [];
    private readonly List<JsonObject> _whispers = [];
    private int _envelopes;
    private int _triggers;

    /// <summary>What <c>apps.connections.open</c> answers instead of an address; null for none.</summary>
    public string? RefusesSockets { get; set; }

    /// <summary>Whether sockets are greeted.</summary>
    public bool Greets { get; set; } = true;

    /// <summary>Sockets that were greeted and are not yet closed.</summary>
    public int OpenSockets => Live().Count;

    /// <summary>How many sockets were greeted since the start.</summary>
    public int Greeted { get; private set; }

    /// <summary>How often events had to be told again because nobody gave a receipt.</summary>
    public int Retold { get; private set; }

    /// <summary>What was answered to people alone, oldest first.</summary>
    public IReadOnlyList<(string Id, JsonObject Body)> Answered
    {
        get
        {
            IReadOnlyList<(string, JsonObject)> all = [];
            Locked(() => all = [.. _responses]);
            return all;
        }
    }

    /// <summary>The ephemeral messages.</summary>
    public IReadOnlyList<JsonObject> Whispers
    {
        get
        {
            IReadOnlyList<JsonObject> all = [];
            Locked(() => all = [.. _whispers]);
            return all;
        }
    }

    /// <summary>Somebody writes in a channel; tells it as Slack does, again until there is a receipt. Returns its timestamp.</summary>
    /// <param name="mention">The bot is called: told as <c>app_mention</c> too.</param>
    public async Task<string> SayAsync(string channel, string user, string text, string? thread = null, bool mention = false)
    {
        var ts = WriteAsSomebodyElse(channel, text);
        string[] types = mention ? ["message", "app_mention"] : ["message"];
        foreach (var type in types)
        {
            await TellAsync(Event(type, channel, user, mention ? $"<@{BotUser}> {text}" : text, ts, thread));
        }

        return ts;
    }

    /// <summary>An event as Slack words it.</summary>
    public static JsonObject Event(string type, string channel, string user, string text, string ts, string? thread = null, string? subtype = null)
    {
        var inner = new JsonObject { ["type"] = type, ["channel"] = channel, ["user"] = user, ["text"] = text, ["ts"] = ts, ["channel_type"] = channel[0] == 'D' ? "im" : "channel" };
        if (thread is not null)
        {
            inner["thread_ts"] = thread;
        }

        if (subtype is not null)
        {
            inner["subtype"] = subtype;
        }

        return new JsonObject
        {
            ["type"] = "event_callback",
            ["event"] = inner,
            ["event_id"] = $"Ev{type}{ts}",
            ["authorizations"] = new JsonArray(new JsonObject { ["user_id"] = BotUser, ["is_bot"] = true }),
        };
    }

    /// <summary>Tells an event until somebody gives a receipt, on whatever socket there is.</summary>
    public async Task TellAsync(JsonObject body)
    {
        for (var attempt = 0; !Stopping.IsCancellationRequested; attempt++)
        {
            if (await SendAsync("events_api", body, attempt) is not null)
            {
                return;
            }

            Retold++;
            await Task.Delay(TimeSpan.FromMilliseconds(20), Clock, Stopping);
        }
    }

    /// <summary>Somebody uses the slash command. The receipt; null when it fails for them, as without a socket.</summary>
    public Task<JsonObject?> SlashAsync(string channel, string user, string text) => SendAsync("slash_commands", Command(channel, user, text));

    /// <summary>A slash command as Slack words it.</summary>
    public JsonObject Command(string channel, string user, string text)
    {
        var trigger = Trigger();
        return new JsonObject
        {
            ["command"] = "/incidentbot",
            ["text"] = text,
            ["user_id"] = user,
            ["user_name"] = "ada",
            ["channel_id"] = channel,
            ["trigger_id"] = trigger,
            ["response_url"] = new Uri(Url, Responses + trigger).AbsoluteUri,
        };
    }

    /// <summary>Somebody presses a button of a message. The receipt; null when it fails for them.</summary>
    public Task<JsonObject?> PressAsync(ShownMessage message, string user, string label) =>
        SendAsync("interactive", Interaction(message.Room, message.Id, user, DataOf(message, label)));

    /// <summary>A press as Slack words it.</summary>
    public JsonObject Interaction(string channel, string ts, string user, string data)
    {
        var trigger = Trigger();
        return new JsonObject
        {
            ["type"] = "block_actions",
            ["trigger_id"] = trigger,
            ["response_url"] = new Uri(Url, Responses + trigger).AbsoluteUri,
            ["user"] = new JsonObject { ["id"] = user, ["username"] = "ada", ["name"] = "ada" },
            ["channel"] = new JsonObject { ["id"] = channel },
            ["container"] = new JsonObject { ["type"] = "message", ["message_ts"] = ts, ["channel_id"] = channel },
            ["actions"] = new JsonArray(new JsonObject { ["action_id"] = "incidentbot-0", ["type"] = "button", ["value"] = data, ["action_ts"] = NextTs() }),
        };
    }

    /// <summary>What a button or a choice of a menu sends; its label is as people see it.</summary>
    public static string DataOf(ShownMessage message, string label) =>
        Pressable(message).First(button => button.Label == label).Data;

    /// <summary>All that can be pressed below a message now.</summary>
    public static IReadOnlyList<(string Label, string Data)> Pressable(ShownMessage message) =>
    [
        .. from block in message.Versions[^1]["blocks"] as JsonArray ?? []
           where block.Text("type") == "actions"
           from element in block["elements"]!.AsArray()
           from button in element.Text("type") == "static_select"
               ? element["options"]!.AsArray().Select(option => (option!["text"].Text("text")!, option.Text("value")!))
               : [(element!["text"].Text("text")!, element.Text("value") ?? element.Text("url")!)]
           select button,
    ];

    /// <summary>The headers by which Slack signs a body that it sends to a public address.</summary>
    public static (string Timestamp, string Signature) Sign(string body, DateTimeOffset now, string secret = SigningSecret)
    {
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"v0:{timestamp}:{body}"));
        return (timestamp, $"v0={Convert.ToHexStringLower(mac)}");
    }

    /// <summary>Asks for another socket instead of the present ones and lets go of them a little later, as Slack does every few hours.</summary>
    public async Task RefreshAsync(string reason = "refresh_requested", TimeSpan? grace = null)
    {
        var old = Live();
        foreach (var line in old)
        {
            try
            {
                await line.SendAsync(new JsonObject { ["type"] = "disconnect", ["reason"] = reason }, Stopping);
            }
            catch (Exception failure) when (failure is WebSocketException or ObjectDisposedException)
            {
                // It broke meanwhile.
            }
        }

        _ = CloseLaterAsync(old, grace ?? TimeSpan.FromMilliseconds(200));
    }

    /// <summary>The connections break without a word.</summary>
    public void BreakSockets()
    {
        foreach (var line in Live())
        {
            line.Abort();
        }
    }

    protected override async Task<bool> TryServeAsync(HttpContext context)
    {
        if (context.Request.Path != "/socket" || !context.WebSockets.IsWebSocketRequest)
        {
            return false;
        }

        var known = false;
        Locked(() => known = _tickets.Remove(context.Request.Query["ticket"].ToString()));
        if (!known)
        {
            Locked(() => Violated("a ticket that was used before"));
            context.Response.StatusCode = 401;
            return true;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var line = new Line(socket);
        if (Greets)
        {
            await line.SendAsync(new JsonObject { ["type"] = "hello", ["num_connections"] = OpenSockets + 1, ["debug_info"] = new JsonObject { ["approximate_connection_time"] = 18060 } }, Stopping);
            Locked(() =>
            {
                Greeted++;
                _lines.Add(line);
            });
        }

        await ReadAsync(line);
        Locked(() => _lines.Remove(line));
        return true;
    }

    protected override Task EndAsync()
    {
        BreakSockets();
        return Task.CompletedTask;
    }

    private async Task CloseLaterAsync(IReadOnlyList<Line> lines, TimeSpan grace)
    {
        await Task.Delay(grace, Clock, CancellationToken.None);
        foreach (var line in lines)
        {
            Locked(() => _lines.Remove(line));
            await line.CloseAsync();
        }
    }

    private async Task ReadAsync(Line line)
    {
        try
        {
            while (await line.ReceiveAsync(Stopping) is { } receipt)
            {
                if (receipt.Text("envelope_id") is not { } id || !_receipts.TryRemove(id, out var waiting))
                {
                    Locked(() => Violated($"a receipt for nothing: {receipt}"));
                }
                else if (waiting.Line != line)
                {
                    Locked(() => Violated("a receipt on another socket than its envelope came on"));
                }
                else
                {
                    waiting.Receipt.TrySetResult(receipt);
                }
            }
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or IOException)
        {
            // It is gone.
        }

        foreach (var (id, waiting) in _receipts)
        {
            if (waiting.Line == line && _receipts.TryRemove(id, out _))
            {
                waiting.Receipt.TrySetCanceled();
            }
        }
    }

    private async Task<JsonObject?> SendAsync(string type, JsonObject payload, int attempt = 0)
    {
        if (Live() is not [.., var line])
        {
            return null;
        }

        var id = $"env-{Interlocked.Increment(ref _envelopes)}";
        var envelope = new JsonObject { ["envelope_id"] = id, ["type"] = type, ["accepts_response_payload"] = type == "slash_commands", ["payload"] = payload.DeepClone() };
        if (type == "events_api")
        {
            envelope["retry_attempt"] = attempt;
        }

        var receipt = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        _receipts[id] = (line, receipt);
        try
        {
            await line.SendAsync(envelope, Stopping);
            return await receipt.Task.WaitAsync(ReceiptWithin, Stopping);
        }
        catch (Exception failure) when (failure is WebSocketException or TimeoutException or OperationCanceledException or ObjectDisposedException)
        {
            _receipts.TryRemove(id, out _);
            return null;
        }
    }

    private VendorReply OpenConnection(VendorQuery query)
    {
        if (query.Authorization != $"Bearer {AppToken}")
        {
            return Error(query.Authorization == $"Bearer {Token}" ? "not_allowed_token_type" : "invalid_auth");
        }

        if (RefusesSockets is { } error)
        {
            return Error(error);
        }

        var ticket = Guid.NewGuid().ToString("N");
        _tickets.Add(ticket);
        return VendorReply.Of(new JsonObject { ["ok"] = true, ["url"] = $"ws://{Url.Authority}/socket?ticket={ticket}" });
    }

    private VendorReply Whisper(string channel, JsonObject body)
    {
        if (SlackRules.Complaint(body) is { } error)
        {
            return Error(error);
        }

        if (body.Text("user") is null)
        {
            return Error("user_not_in_channel");
        }

        _whispers.Add(body);
        return VendorReply.Of(new JsonObject { ["ok"] = true, ["message_ts"] = NextTs() });
    }

    private VendorReply Respond(VendorQuery query)
    {
        if (query.Authorization.Length > 0)
        {
            Violated("a token goes to an address that needs none");
        }

        if (query.Json() is not { } body || SlackRules.Complaint(body) is not null)
        {
            return new VendorReply(400, "invalid_payload");
        }

        _responses.Add((query.Path[Responses.Length..], body));
        return new VendorReply(200, "ok");
    }

    private IReadOnlyList<Line> Live()
    {
        IReadOnlyList<Line> live = [];
        Locked(() => live = [.. _lines]);
        return live;
    }

    private string Trigger() => string.Create(CultureInfo.InvariantCulture, $"trigger.{Interlocked.Increment(ref _triggers)}.{Guid.NewGuid():N}");

    /// <summary>One socket.</summary>
    private sealed class Line(WebSocket socket)
    {
        private readonly SemaphoreSlim _one = new(1);

        public async Task SendAsync(JsonObject frame, CancellationToken cancellationToken)
        {
            await _one.WaitAsync(cancellationToken);
            try
            {
                await socket.SendAsync(Encoding.UTF8.GetBytes(frame.ToJsonString()), WebSocketMessageType.Text, true, cancellationToken);
            }
            finally
            {
                _one.Release();
            }
        }

        public async Task<JsonObject?> ReceiveAsync(CancellationToken cancellationToken)
        {
            var buffer = new byte[64 * 1024];
            var length = 0;
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                length += part.Count;
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                if (part.EndOfMessage)
                {
                    return JsonNode.Parse(buffer.AsSpan(0, length)) as JsonObject;
                }
            }
        }

        public async Task CloseAsync()
        {
            try
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            }
            catch (Exception failure) when (failure is WebSocketException or ObjectDisposedException or OperationCanceledException)
            {
                // The client was faster.
            }
        }

        public void Abort() => socket.Abort();
    }
}
