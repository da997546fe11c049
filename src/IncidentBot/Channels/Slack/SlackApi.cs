using System.Text.Json;
using System.Text.Json.Serialization;
using IncidentBot.Outgoing;
using Refit;

namespace IncidentBot.Channels.Slack;

/// <summary>The methods of Slack's Web API that a channel uses. https://docs.slack.dev/reference/methods</summary>
internal interface ISlackApi
{
    [Post("/chat.postMessage")]
    Task<ApiResponse<SlackAnswer>> PostMessageAsync([Body] SlackPost post, CancellationToken cancellationToken);

    [Post("/chat.update")]
    Task<ApiResponse<SlackAnswer>> UpdateAsync([Body] SlackPost post, CancellationToken cancellationToken);

    /// <summary>A message that one person sees.</summary>
    [Post("/chat.postEphemeral")]
    Task<ApiResponse<SlackAnswer>> PostEphemeralAsync([Body] SlackPost post, CancellationToken cancellationToken);

    /// <summary>Asks with the app's own token for the address of a WebSocket, which serves once.</summary>
    [Post("/apps.connections.open")]
    Task<ApiResponse<SlackConnection>> OpenConnectionAsync(CancellationToken cancellationToken);

    [Get("/conversations.history?limit=200&include_all_metadata=true")]
    Task<ApiResponse<SlackHistory>> HistoryAsync(
        string channel, string? cursor, [Property(BoundedAnswers.MaxBytes)] int maxBytes, CancellationToken cancellationToken);

    [Get("/conversations.replies?limit=200&include_all_metadata=true")]
    Task<ApiResponse<SlackHistory>> RepliesAsync(
        string channel, string ts, string oldest, string? cursor, [Property(BoundedAnswers.MaxBytes)] int maxBytes,
            CancellationToken cancellationToken);
}

/// <summary>One message as Slack is told it.</summary>
/// <param name="Blocks">Always there: left out, an edit would keep the old blocks in front of the new text.</param>
/// <param name="Ts">The message to edit.</param>
/// <param name="ThreadTs">The message to answer.</param>
/// <param name="Metadata">Marks a message of this program; an edit keeps it.</param>
/// <param name="User">Who alone sees it.</param>
/// <param name="ReplyBroadcast">Shows an answer in the channel too: a mention within a thread alone need not ring.</param>
internal sealed record SlackPost(
    string Text,
    JsonElement Blocks,
    bool UnfurlLinks,
    bool UnfurlMedia,
    string Channel,
    string? Ts = null,
    string? ThreadTs = null,
    bool? Mrkdwn = null,
    SlackMark? Metadata = null,
    bool? ReplyBroadcast = null,
    string? User = null);

/// <summary>The address that Slack gave with a command or a press, for half an hour: whoever has it answers there.</summary>
internal interface ISlackResponse
{
    [Post("")]
    Task<ApiResponse<SlackAnswer>> RespondAsync([Body] SlackResponse response, CancellationToken cancellationToken);
}

/// <summary>What is answered there.</summary>
internal sealed record SlackResponse(string ResponseType, bool ReplaceOriginal, string Text, JsonElement Blocks, string? ThreadTs = null);

/// <summary>The answer to a request for a WebSocket.</summary>
internal sealed record SlackConnection(bool? Ok, string? Error, string? Url);

/// <summary>The metadata of a message of this program.</summary>
internal sealed record SlackMark(string EventType, SlackKey EventPayload);

/// <summary>The key of the attempt that made a message.</summary>
internal sealed record SlackKey(string Key);

/// <summary>The answer to a message. Without <c>ok</c> it is not Slack's.</summary>
internal sealed record SlackAnswer(bool? Ok, string? Error, string? Ts, string? Channel);

/// <summary>One page of a channel's history or of a thread.</summary>
internal sealed record SlackHistory(bool? Ok, string? Error, List<SlackPast?>? Messages, SlackNextPage? ResponseMetadata);

/// <summary>A message in a history, from whomever.</summary>
internal sealed record SlackPast(string? Ts, SlackPastMark? Metadata);

/// <summary>The metadata of a message from whomever: every app has its own payload.</summary>
internal sealed record SlackPastMark(string? EventType, JsonElement EventPayload);

/// <summary>Where a history goes on.</summary>
internal sealed record SlackNextPage(string? NextCursor);

/// <summary>How Slack's Web API is written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(SlackPost))]
[JsonSerializable(typeof(SlackAnswer))]
[JsonSerializable(typeof(SlackConnection))]
[JsonSerializable(typeof(SlackResponse))]
[JsonSerializable(typeof(SlackHistory))]
internal sealed partial class SlackJson : JsonSerializerContext;
