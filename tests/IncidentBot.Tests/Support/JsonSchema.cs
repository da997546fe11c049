using System.Globalization;
using System.Text.Json;

namespace IncidentBot.Support;

/// <summary>Compares JSON with a schema of an OpenAPI document, as strictly as our own contract is: no key is missing, none is unknown.</summary>
internal sealed class JsonSchema(JsonElement document)
{
    /// <summary>What is not as the schema says, one line each.</summary>
    public IEnumerable<string> Complaints(JsonElement value, JsonElement schema, string path = "$")
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Complaints(value, document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]), path);
        }

        if (schema.TryGetProperty("oneOf", out var choices))
        {
            var each = choices.EnumerateArray().Select(choice => Complaints(value, choice, path).ToList()).ToList();
            return each.Exists(complaints => complaints.Count == 0) ? [] : each.MaxBy(complaints => complaints[0].Split(':')[0].Length)!;
        }

        var types = schema.TryGetProperty("type", out var type) ? type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(one => one.GetString()!)] : [type.GetString()!] : Array.Empty<string>();
        return types.Length == 0 ? [$"{path}: the schema has no type"]
            : !types.Contains(TypeOf(value), StringComparer.Ordinal) ? [$"{path}: {TypeOf(value)} instead of {string.Join(" or ", types)}"]
            : value.ValueKind switch
            {
                JsonValueKind.Object => OfObject(value, schema, path),
                JsonValueKind.Array => value.EnumerateArray().SelectMany((item, index) => Complaints(item, schema.GetProperty("items"), string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"))),
                JsonValueKind.String => OfText(value.GetString()!, schema, path),
                _ => [],
            };
    }

    private IEnumerable<string> OfObject(JsonElement value, JsonElement schema, string path)
    {
        if (schema.TryGetProperty("additionalProperties", out var values))
        {
            return value.EnumerateObject().SelectMany(pair => Complaints(pair.Value, values, $"{path}.{pair.Name}"));
        }

        var properties = schema.GetProperty("properties");
        var missing = schema.TryGetProperty("required", out var required)
            ? required.EnumerateArray().Select(name => name.GetString()!).Where(name => !value.TryGetProperty(name, out _)).Select(name => $"{path}.{name}: missing")
            : [];
        return missing.Concat(value.EnumerateObject().SelectMany(pair => properties.TryGetProperty(pair.Name, out var property)
            ? Complaints(pair.Value, property, $"{path}.{pair.Name}")
            : [$"{path}.{pair.Name}: not described"]));
    }

    private static IEnumerable<string> OfText(string text, JsonElement schema, string path) =>
        schema.TryGetProperty("format", out var format) && format.GetString() is "date-time"
        && !(text.EndsWith('Z') && DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
            ? [$"{path}: \"{text}\" is not a time of RFC 3339 in UTC"]
            : [];

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "integer" : "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "null",
    };
}
