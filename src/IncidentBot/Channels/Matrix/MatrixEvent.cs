using System.Buffers;
using System.Text.Json;

namespace IncidentBot.Channels.Matrix;

/// <summary>Writes the content of one <c>m.room.message</c>. https://spec.matrix.org/latest/client-server-api/#event-replacements, #threading, #user-and-room-mentions</summary>
internal static class MatrixEvent
{
    public static ReadOnlyMemory<byte> Of(SendAttempt attempt)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using (var json = new Utf8JsonWriter(buffer, LiteralJson.Options))
        {
            json.WriteStartObject();
            switch (attempt)
            {
                case CreateAttempt create:
                    WriteText(json, MatrixText.Write(create.Message));
                    WriteMentions(json, create.Message.Mention);
                    break;
                case EditAttempt edit:
                    WriteEdit(json, edit);
                    break;
                case ReplyAttempt reply:
                    WriteText(json, MatrixText.Write(reply.Reply));
                    WriteMentions(json, reply.Reply.Mention);
                    WriteThread(json, reply);
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(attempt));
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteEdit(Utf8JsonWriter json, EditAttempt edit)
    {
        var body = MatrixText.Write(edit.Message);
        WriteText(json, new MatrixBody($"* {body.Plain}", $"* {body.Html}"));
        WriteMentions(json, mention: null);
        json.WriteStartObject("m.new_content"u8);
        WriteText(json, body);
        WriteMentions(json, mention: null);
        json.WriteEndObject();
        json.WriteStartObject("m.relates_to"u8);
        json.WriteString("rel_type"u8, "m.replace"u8);
        json.WriteString("event_id"u8, edit.MessageId);
        json.WriteEndObject();
    }

    /// <summary>In the thread, and for clients without threads an answer to the latest that stands there.</summary>
    private static void WriteThread(Utf8JsonWriter json, ReplyAttempt reply)
    {
        json.WriteStartObject("m.relates_to"u8);
        json.WriteString("rel_type"u8, "m.thread"u8);
        json.WriteString("event_id"u8, reply.MessageId);
        json.WriteBoolean("is_falling_back"u8, true);
        json.WriteStartObject("m.in_reply_to"u8);
        json.WriteString("event_id"u8, reply.LastReplyId ?? reply.MessageId);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, MatrixBody body)
    {
        json.WriteString("msgtype"u8, "m.text"u8);
        json.WriteString("body"u8, body.Plain);
        json.WriteString("format"u8, "org.matrix.custom.html"u8);
        json.WriteString("formatted_body"u8, body.Html);
    }

    /// <summary>Always written: without it a client may search the text for names to call.</summary>
    private static void WriteMentions(Utf8JsonWriter json, Mention? mention)
    {
        json.WriteStartObject("m.mentions"u8);
        if (mention?.Everyone == true)
        {
            json.WriteBoolean("room"u8, true);
        }

        if (mention?.Ids.Any(IsUser) == true)
        {
            json.WriteStartArray("user_ids"u8);
            foreach (var id in mention.Ids.Where(IsUser))
            {
                json.WriteStringValue(id);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static bool IsUser(string id) => id is ['@', _, ..] && id.Length <= 255 && id.Contains(':', StringComparison.Ordinal);
}
