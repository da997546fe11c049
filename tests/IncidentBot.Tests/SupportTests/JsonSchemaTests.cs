using System.Text.Json;
using IncidentBot.Support;
using Xunit;

namespace IncidentBot.SupportTests;

public sealed class JsonSchemaTests
{
    private const string Schema = """
        {"type": "object", "required": ["at", "count", "of"], "properties": {
          "at": {"type": "string", "format": "date-time"}, "count": {"type": "integer"}, "of": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Labels"}]},
          "lines": {"type": "array", "items": {"type": ["null", "string"]}}}}
        """;

    [Theory]
    [InlineData("""{"at": "2026-11-20T03:12:00Z", "count": 1, "of": null}""", "")]
    [InlineData("""{"at": "2026-11-20T03:12:00.5Z", "count": 1, "of": {"a": "b"}, "lines": ["x", null]}""", "")]
    [InlineData("""{"at": "2026-11-20T03:12:00Z", "of": null}""", "$.count: missing")]
    [InlineData("""{"at": "2026-11-20T03:12:00Z", "count": 1, "of": null, "more": 1}""", "$.more: not described")]
    [InlineData("""{"at": "2026-11-20T03:12:00+02:00", "count": 1, "of": null}""", "$.at: \"2026-11-20T03:12:00+02:00\" is not a time of RFC 3339 in UTC")]
    [InlineData("""{"at": "2026-11-20T03:12:00Z", "count": "1", "of": null}""", "$.count: string instead of integer")]
    [InlineData("""{"at": "2026-11-20T03:12:00Z", "count": 1, "of": {"a": 1}}""", "$.of.a: integer instead of string")]
    [InlineData("""{"at": "2026-11-20T03:12:00Z", "count": 1, "of": null, "lines": [1]}""", "$.lines[0]: integer instead of null or string")]
    public void What_is_not_as_described_is_named(string value, string expected)
    {
        using var document = JsonDocument.Parse("""{"components": {"schemas": {"Labels": {"type": "object", "additionalProperties": {"type": "string"}}}}}""");
        using var schema = JsonDocument.Parse(Schema);
        using var json = JsonDocument.Parse(value);

        Assert.Equal(expected, string.Join(" | ", new JsonSchema(document.RootElement).Complaints(json.RootElement, schema.RootElement)));
    }
}
