using System.Buffers;
using System.Text;
using System.Text.Json;

namespace IncidentBot.Channels.Matrix;

/// <summary>
/// Which events the homeserver sends at all: messages and reactions of others, and nothing of who is there or types.
/// https://spec.matrix.org/latest/client-server-api/#filtering
/// </summary>
internal static class MatrixFilter
{
    public static JsonElement OfSync(string self)
    {
        return JsonElement.Parse(Write(json =>
        {
            json.WriteStartObject("room"u8);
            json.WriteStartObject("timeline"u8);
            WriteEvents(json, self);
            json.WriteNumber("limit"u8, 100);
            json.WriteEndObject();
            json.WriteStartObject("state"u8);
            json.WriteBoolean("lazy_load_members"u8, true);
            WriteNone(json, "types");
            json.WriteEndObject();
            foreach (var part in (string[])["ephemeral", "account_data"])
            {
                json.WriteStartObject(part);
                WriteNone(json, "types");
                json.WriteEndObject();
            }

            json.WriteEndObject();
            foreach (var part in (string[])["presence", "account_data"])
            {
                json.WriteStartObject(part);
                WriteNone(json, "types");
                json.WriteEndObject();
            }
        }));
    }

    /// <summary>As the parameter of a request.</summary>
    public static string OfMessages(string self) => Encoding.UTF8.GetString(Write(json => WriteEvents(json, self)));

    private static void WriteEvents(Utf8JsonWriter json, string self)
    {
        json.WriteStartArray("types"u8);
        json.WriteStringValue("m.room.message"u8);
        json.WriteStringValue("m.reaction"u8);
        json.WriteEndArray();
        json.WriteStartArray("not_senders"u8);
        json.WriteStringValue(self);
        json.WriteEndArray();
    }

    private static void WriteNone(Utf8JsonWriter json, string name)
    {
        json.WriteStartArray(name);
        json.WriteEndArray();
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
