using System.Text;
using System.Text.Json;
using IncidentBot.Rooms;

namespace IncidentBot.Channels.Matrix;

/// <summary>
/// Reads events of a room as requests to the bot. Pure, and of any JSON: everybody in a room writes what they like into an event. Null is
/// what is no request: talk among people, edits, notices of bots, reactions that mean nothing here.
/// </summary>
internal static class MatrixReader
{
    /// <summary>What a command begins with where the bot is not mentioned.</summary>
    public const string Prefix = "!ib";

    /// <summary>For how long a reaction silences.</summary>
    public const string ReactionSilences = "1h";

    private const int LongestName = 60;

    /// <param name="self">The bot's own user.</param>
    /// <param name="refused">Why it is not taken, where that is worth counting.</param>
    public static ChatRequest? Read(string room, JsonElement said, string self, DateTimeOffset now, out DoorRefusal? refused)
    {
        refused = null;
        if (Text(said, "event_id") is not { Length: > 0 } id || Text(said, "sender") is not { Length: > 0 } sender
            || string.Equals(sender, self, StringComparison.Ordinal) || Child(said, "content") is not { } content)
        {
            return null;
        }

        var relation = Child(content, "m.relates_to");
        var kind = relation is { } related ? Text(related, "rel_type") : null;
        var target = relation is { } to ? Text(to, "event_id") : null;
        var request = new ChatRequest
        {
            Room = new Room(MatrixChannel.Name, room),
            Id = id,
            By = new Person(MatrixChannel.Name, sender),
            Input = new ChatInput.Said(""),
            SaidAt = Time(said) is { } time && time < now ? time : now,
        };
        switch (Text(said, "type"))
        {
            case "m.reaction" when kind is "m.annotation" && target is not null && Press(Text(relation!.Value, "key")) is { } press:
                return request with
                {
                    Input = new ChatInput.Pressed(press),
                    MessageId = target,
                    Thread = new MatrixThread(target, target).ToString(),
                };

            case "m.room.message" when kind is "m.replace":
                refused = DoorRefusal.Edited;
                return null;

            case "m.room.message" when Text(content, "msgtype") is "m.text" && Text(content, "body") is { } body:
                var root = kind is "m.thread" ? target : null;
                var answered = root ?? (Child(relation, "m.in_reply_to") is { } reply ? Text(reply, "event_id") : null);
                var words = Words(body, self, Mentions(content, self), out var isAddressed);
                return !isAddressed && answered is null ? null : request with
                {
                    Input = new ChatInput.Said(words),
                    MessageId = answered,
                    Thread = new MatrixThread(root, id).ToString(),
                    IsAddressed = isAddressed,
                };

            default:
                return null;
        }
    }

    /// <summary>
    /// What a reaction asks for; null when nothing. Clients write one sign with and without the mark for colour, and in colours of skin.
    /// </summary>
    public static ButtonPress? Press(string? key)
    {
        var sign = new StringBuilder();
        foreach (var rune in (key ?? "").EnumerateRunes())
        {
            if (rune.Value is not (0xFE0F or (>= 0x1F3FB and <= 0x1F3FF)))
            {
                sign.Append(rune);
            }
        }

        return sign.ToString() switch
        {
            "👍" or "✅" => new ButtonPress(ButtonAction.Acknowledge),
            "🔕" => new ButtonPress(ButtonAction.Silence, Parameter: ReactionSilences),
            _ => null,
        };
    }

    /// <summary>What was said, without what it answers and what addressed the bot.</summary>
    private static string Words(string body, string self, bool isMentioned, out bool isAddressed)
    {
        var text = WithoutQuote(body).Trim();
        if (text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && (text.Length == Prefix.Length
            || char.IsWhiteSpace(text[Prefix.Length])))
        {
            isAddressed = true;
            return text[Prefix.Length..].Trim();
        }

        isAddressed = isMentioned;
        if (!isMentioned)
        {
            return text;
        }

        // A client writes the bot's name in front, as it shows it; only its own ids are known here.
        string[] names = [self, self[1..].Split(':')[0]];
        foreach (var name in names)
        {
            if (text.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                return text[name.Length..].TrimStart(':', ',', ' ');
            }
        }

        var colon = text.IndexOf(": ", StringComparison.Ordinal);
        return colon is > 0 and < LongestName ? text[(colon + 2)..].Trim() : text;
    }

    /// <summary>A reply begins with what it answers, for clients that know no replies.</summary>
    private static string WithoutQuote(string body)
    {
        if (!body.StartsWith("> ", StringComparison.Ordinal))
        {
            return body;
        }

        var end = body.IndexOf("\n\n", StringComparison.Ordinal);
        return end < 0 ? body : body[(end + 2)..];
    }

    private static bool Mentions(JsonElement content, string self) =>
        Child(content, "m.mentions") is { } mentions && mentions.TryGetProperty("user_ids"u8, out var users)
        && users.ValueKind == JsonValueKind.Array
        && users.EnumerateArray().Any(user => user.ValueKind == JsonValueKind.String && user.ValueEquals(self));

    /// <summary>Who invites the bot; null when that is not told.</summary>
    public static string? Inviter(List<JsonElement>? events, string self)
    {
        foreach (var told in events ?? [])
        {
            if (Text(told, "type") is "m.room.member" && string.Equals(Text(told, "state_key"), self, StringComparison.Ordinal)
                && Child(told, "content") is { } content && Text(content, "membership") is "invite")
            {
                return Text(told, "sender");
            }
        }

        return null;
    }

    private static JsonElement? Child(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(name, out var child)
        && child.ValueKind == JsonValueKind.Object ? child : null;

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var child) && child.ValueKind == JsonValueKind.String
            ? child.GetString() : null;

    private static DateTimeOffset? Time(JsonElement said) =>
        said.TryGetProperty("origin_server_ts"u8, out var time) && time.ValueKind == JsonValueKind.Number && time.TryGetInt64(out var milliseconds)
        && milliseconds is > 0 and < 100_000_000_000_000 ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
}

/// <summary>Where an answer is put: below what was said, and in its thread if it stands in one.</summary>
internal readonly record struct MatrixThread(string? Root, string Event)
{
    public static MatrixThread Parse(string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space <= 0 ? new MatrixThread(null, text.Trim()) : new MatrixThread(text[..space], text[(space + 1)..]);
    }

    public override string ToString() => $"{Root} {Event}";
}
