using System.Text.Json;
using System.Text.Json.Nodes;

namespace IncidentBot.Support;

/// <summary>One request as a vendor's server met it.</summary>
/// <param name="At">By the server's clock.</param>
/// <param name="Kind">The vendor's word: <c>chat.postMessage</c>, <c>editMessageText</c>, <c>send</c>.</param>
/// <param name="Room">The vendor's id of the room; empty when the request names none.</param>
/// <param name="Status">What was answered; 0 when nothing was.</param>
internal sealed record VendorRequest(DateTimeOffset At, string Kind, string Room, string Body, int Status)
{
    /// <summary>As it came, still percent-encoded.</summary>
    public string Path { get; init; } = "";
}

/// <summary>A request, taken apart.</summary>
/// <param name="Path">As it came, still percent-encoded.</param>
internal sealed record VendorQuery(
    string Method, string Path, string Authorization, string ContentType, string Body, IReadOnlyDictionary<string, string> Query)
{
    /// <summary>The body as a JSON object; null when it is none.</summary>
    public JsonObject? Json()
    {
        try
        {
            return JsonNode.Parse(Body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

internal sealed record VendorReply(int Status, string Body, int? RetryAfter = null)
{
    public static VendorReply Of(JsonObject body, int status = 200, int? retryAfter = null) => new(status, body.ToJsonString(), retryAfter);
}
