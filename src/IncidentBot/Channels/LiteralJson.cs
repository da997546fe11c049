using System.Text.Encodings.Web;
using System.Text.Json;

namespace IncidentBot.Channels;

/// <summary>JSON for vendors, with letters of all scripts as they are: their limits count characters, and an escaped one would count as six.</summary>
internal static class LiteralJson
{
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
