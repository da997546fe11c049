using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace IncidentBot.Support;

/// <summary>
/// A homeserver's client API as far as the bot uses it: sending with transaction ids, edits, threads, mentions, the size of an
/// event, and which rooms are encrypted.
/// </summary>
internal sealed partial class MatrixServer : VendorServer
{
    public const string Token = "syt_loopback-secret";

    private readonly Dictionary<string, string> _transactions = new(StringComparer.Ordinal);
    private readonly HashSet<string> _encrypted = new(StringComparer.Ordinal);
    private readonly HashSet<string> _forbidden = new(StringComparer.Ordinal);
    private int _sequence;

    private MatrixServer(TimeProvider clock)
        : base(clock)
    {
    }

    public static async Task<MatrixServer> StartAsync(TimeProvider clock, int port = 0)
    {
        var server = new MatrixServer(clock);
        await server.ListenAsync(port);
        return server;
    }

    /// <summary>Somebody turns encryption on; it can never be turned off.</summary>
    public void Encrypt(string room) => Locked(() => _encrypted.Add(room));

    /// <summary>The bot is not, or no longer, in a room.</summary>
    public void Forbid(string room) => Locked(() => _forbidden.Add(room));

    protected override (string Kind, string Room) Describe(VendorQuery query)
    {
        var parts = query.Path.Split('/');
        return parts.Length > 6 ? (parts[6], Uri.UnescapeDataString(parts[5])) : ("", "");
    }

    protected override VendorReply Error(string error) => error switch
    {
        "M_UNKNOWN_TOKEN" => Error(401, error, "Unrecognised access token"),
        "M_FORBIDDEN" => Error(403, error, "User not in room"),
        "M_TOO_LARGE" => Error(413, error, "event too large"),
        _ => Error(400, error, "told to"),
    };

    protected override VendorReply TooMany(int seconds) => VendorReply.Of(
        new JsonObject { ["errcode"] = "M_LIMIT_EXCEEDED", ["error"] = "Too Many Requests", ["retry_after_ms"] = (seconds * 1000) - 250 },
        429,
        seconds);

    protected override VendorReply Handle(VendorQuery query)
    {
        if (query.Authorization != $"Bearer {Token}")
        {
            return Error("M_UNKNOWN_TOKEN");
        }

        var parts = query.Path.Split('/').Select(Uri.UnescapeDataString).ToArray();
        if (parts is not ["", "_matrix", "client", "v3", "rooms", var room, var verb, ..] || query.Path.Contains('!', StringComparison.Ordinal))
        {
            return Error(404, "M_UNRECOGNIZED", "Unrecognized request");
        }

        if (!room.StartsWith('!') || _forbidden.Contains(room))
        {
            return Error("M_FORBIDDEN");
        }

        return (query.Method, verb, parts[7..]) switch
        {
            ("GET", "state", ["m.room.encryption"]) => _encrypted.Contains(room)
                ? VendorReply.Of(new JsonObject { ["algorithm"] = "m.megolm.v1.aes-sha2" })
                : Error(404, "M_NOT_FOUND", "Event not found."),
            ("PUT", "send", ["m.room.message", var transaction]) => Send(room, transaction, query.Json()),
            _ => Error(404, "M_UNRECOGNIZED", "Unrecognized request"),
        };
    }

    private VendorReply Send(string room, string transaction, JsonObject? content)
    {
        if (_transactions.TryGetValue($"{room} {transaction}", out var known))
        {
            return VendorReply.Of(new JsonObject { ["event_id"] = known });
        }

        if (Take("messages", burst: 10, perSecond: 0.2) is var wait and > 0)
        {
            return TooMany(wait);
        }

        if (content is null)
        {
            return Error(400, "M_NOT_JSON", "Content not JSON.");
        }

        // The server adds its own members and a signature to what counts.
        if (Encoding.UTF8.GetByteCount(content.ToJsonString(Relaxed)) + 1500 > 65_536)
        {
            return Error("M_TOO_LARGE");
        }

        var relation = content["m.relates_to"];
        var target = relation.Text("event_id");
        if (target is not null && Find(room, target) is null)
        {
            return Error(400, "M_UNKNOWN", _transactions.ContainsValue(target) ? "Cannot relate to an edit" : "Can't send relation to unknown event");
        }

        if (_encrypted.Contains(room))
        {
            Violated("an unencrypted message in an encrypted room");
        }

        Check(content);
        var id = string.Create(CultureInfo.InvariantCulture, $"$event{++_sequence}:localhost");
        var error = relation.Text("rel_type") switch
        {
            "m.replace" => Edit(Find(room, target!)!, content),
            "m.thread" when Find(room, target!)!.Root is not null => Error(400, "M_UNKNOWN", "Cannot start threads from an event with a relation"),
            var kind => Keep(room, id, transaction, kind == "m.thread" ? target : null, content),
        };
        if (error is not null)
        {
            return error;
        }

        _transactions[$"{room} {transaction}"] = id;
        return VendorReply.Of(new JsonObject { ["event_id"] = id });
    }

    private VendorReply? Keep(string room, string id, string transaction, string? root, JsonObject content)
    {
        var message = new ShownMessage
        {
            Id = id,
            Room = room,
            At = Clock.GetUtcNow(),
            Root = root,
            Key = transaction,
            Text = content.Text("body") ?? "",
            Mentions = Mentions(content),
        };
        message.Versions.Add(content);
        Keep(message);
        return null;
    }

    private VendorReply? Edit(ShownMessage message, JsonObject content)
    {
        if (message.Foreign)
        {
            Violated("an edit of somebody else's message: clients ignore it");
            return null;
        }

        if (content["m.new_content"] is not JsonObject replacement)
        {
            return Error(400, "M_BAD_JSON", "m.new_content is missing");
        }

        if (Mentions(content).Count > 0 || Mentions(replacement).Count > 0)
        {
            Violated("an edit calls somebody");
        }

        if (content.Text("body")?.StartsWith("* ", StringComparison.Ordinal) != true)
        {
            Violated("an edit without a fallback for old clients");
        }

        Check(replacement);
        message.Versions.Add(replacement);
        message.Text = replacement.Text("body") ?? "";
        return null;
    }

    /// <summary>What a server lets pass and a client may show wrongly.</summary>
    private void Check(JsonObject content)
    {
        if (content["m.mentions"] is not JsonObject)
        {
            Violated("no m.mentions: old clients search the text for names");
        }

        if (content.Text("msgtype") is not ("m.text" or "m.notice") || content.Text("body") is not { Length: > 0 })
        {
            Violated("not a text with a body");
        }

        if (content.Text("formatted_body") is { } html)
        {
            if (content.Text("format") != "org.matrix.custom.html")
            {
                Violated("a formatted body without its format");
            }

            var rest = AllowedTag().Replace(html, "");
            if (rest.AsSpan().IndexOfAny("<>") >= 0 || BareAmpersand().IsMatch(rest))
            {
                Violated($"markup that is not allowed or not escaped: {rest}");
            }
        }
    }

    private static List<string> Mentions(JsonObject content)
    {
        var mentions = new List<string>();
        if (content["m.mentions"].Flag("room"))
        {
            mentions.Add("@room");
        }

        mentions.AddRange(content["m.mentions"]?["user_ids"] is JsonArray ids ? ids.Select(id => id!.GetValue<string>()) : []);
        return mentions;
    }

    private static VendorReply Error(int status, string code, string words) =>
        VendorReply.Of(new JsonObject { ["errcode"] = code, ["error"] = words }, status);

    private static readonly System.Text.Json.JsonSerializerOptions Relaxed =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [GeneratedRegex("</?(?:strong|em|code|p|ul|ol|li|blockquote|a|span)>|<br>|<a href=\"https?://[^\"<>]*\">|<span data-mx-color=\"#[0-9a-f]{6}\">", RegexOptions.None, 1000)]
    private static partial Regex AllowedTag();

    [GeneratedRegex("&(?!(?:lt|gt|amp|quot);)", RegexOptions.None, 1000)]
    private static partial Regex BareAmpersand();
}
