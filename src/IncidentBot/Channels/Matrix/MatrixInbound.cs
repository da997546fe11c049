using System.Text.Json;
using System.Text.Json.Serialization;
using IncidentBot.Outgoing;
using Refit;

namespace IncidentBot.Channels.Matrix;

/// <summary>The requests by which a client reads. https://spec.matrix.org/latest/client-server-api/#syncing</summary>
internal interface IMatrixReads
{
    [Get("/_matrix/client/v3/account/whoami")]
    Task<ApiResponse<MatrixSelf>> WhoAmIAsync(CancellationToken cancellationToken);

    [Post("/_matrix/client/v3/user/{user}/filter")]
    Task<ApiResponse<MatrixFilterMade>> MakeFilterAsync(string user, [Body] JsonElement filter, CancellationToken cancellationToken);

    /// <summary>What is new since a token; waits for news.</summary>
    /// <param name="timeout">Milliseconds.</param>
    [Get("/_matrix/client/v3/sync?set_presence=offline")]
    Task<ApiResponse<MatrixNews>> SyncAsync(
        string filter, string? since, int timeout, [Property(BoundedAnswers.MaxBytes)] int maxBytes, CancellationToken cancellationToken);

    /// <summary>What was said between two tokens, oldest first.</summary>
    [Get("/_matrix/client/v3/rooms/{room}/messages?dir=f&limit=100")]
    Task<ApiResponse<MatrixPage>> MessagesAsync(
        string room, string from, string? to, string filter, [Property(BoundedAnswers.MaxBytes)] int maxBytes,
            CancellationToken cancellationToken);

    [Post("/_matrix/client/v3/rooms/{room}/join")]
    Task<ApiResponse<MatrixSelf>> JoinAsync(string room, [Body] JsonElement empty, CancellationToken cancellationToken);
}

/// <summary>Whose the token is, or what is wrong.</summary>
internal sealed record MatrixSelf(
    [property: JsonPropertyName("user_id")] string? UserId,
    [property: JsonPropertyName("errcode")] string? Code,
    [property: JsonPropertyName("error")] string? Error);

/// <summary>The name of a filter, or what is wrong.</summary>
internal sealed record MatrixFilterMade(
    [property: JsonPropertyName("filter_id")] string? FilterId,
    [property: JsonPropertyName("errcode")] string? Code,
    [property: JsonPropertyName("error")] string? Error);

/// <summary>What is new, or what is wrong.</summary>
internal sealed record MatrixNews(
    [property: JsonPropertyName("next_batch")] string? NextBatch,
    [property: JsonPropertyName("rooms")] MatrixRooms? Rooms,
    [property: JsonPropertyName("errcode")] string? Code,
    [property: JsonPropertyName("error")] string? Error,
    [property: JsonPropertyName("retry_after_ms")] double? RetryAfterMilliseconds);

/// <summary>News by room.</summary>
internal sealed record MatrixRooms(
    [property: JsonPropertyName("join")] Dictionary<string, MatrixJoined?>? Join,
    [property: JsonPropertyName("invite")] Dictionary<string, MatrixInvited?>? Invite);

/// <summary>News of a room that the bot is in.</summary>
internal sealed record MatrixJoined([property: JsonPropertyName("timeline")] MatrixTimeline? Timeline);

/// <summary>The latest events of a room.</summary>
/// <param name="Limited">There are more between the last time and these.</param>
/// <param name="PrevBatch">Where these begin.</param>
internal sealed record MatrixTimeline(
    [property: JsonPropertyName("events")] List<JsonElement>? Events,
    [property: JsonPropertyName("limited")] bool? Limited,
    [property: JsonPropertyName("prev_batch")] string? PrevBatch);

/// <summary>A room that somebody invites the bot to.</summary>
internal sealed record MatrixInvited([property: JsonPropertyName("invite_state")] MatrixInviteState? State);

/// <summary>What is told of it.</summary>
internal sealed record MatrixInviteState([property: JsonPropertyName("events")] List<JsonElement>? Events);

/// <summary>A page of a room's history, or what is wrong.</summary>
/// <param name="End">Where the next page begins; absent at the end.</param>
internal sealed record MatrixPage(
    [property: JsonPropertyName("chunk")] List<JsonElement>? Chunk,
    [property: JsonPropertyName("end")] string? End,
    [property: JsonPropertyName("errcode")] string? Code,
    [property: JsonPropertyName("error")] string? Error);

/// <summary>How what comes from Matrix is written.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(MatrixSelf))]
[JsonSerializable(typeof(MatrixFilterMade))]
[JsonSerializable(typeof(MatrixNews))]
[JsonSerializable(typeof(MatrixPage))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class MatrixInboundJson : JsonSerializerContext;
