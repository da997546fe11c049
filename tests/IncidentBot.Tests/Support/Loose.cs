using System.Text.Json.Nodes;

namespace IncidentBot.Support;

/// <summary>Reads JSON that may be anything.</summary>
internal static class Loose
{
    public static string? Text(this JsonNode? node, string name) =>
        node is JsonObject thing && thing[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static long? Number(this JsonNode? node, string name) =>
        node is JsonObject thing && thing[name] is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;

    public static bool Flag(this JsonNode? node, string name) =>
        node is JsonObject thing && thing[name] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;
}
