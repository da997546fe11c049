using System.Text.Json.Serialization;
using Refit;

namespace IncidentBot.Channels.Matrix;

/// <summary>The requests of Matrix's client API that a channel uses. https://spec.matrix.org/latest/client-server-api/</summary>
internal interface IMatrixApi
{
    /// <param name="transaction">A homeserver answers a repetition with the message that it already has.</param>
    [Put("/_matrix/client/v3/rooms/{room}/send/m.room.message/{transaction}")]
    Task<ApiResponse<MatrixAnswer>> SendAsync(string room, string transaction, [Body] MatrixEvent content,
        CancellationToken cancellationToken);

    /// <summary>404 with <c>M_NOT_FOUND</c> for a room that is not encrypted.</summary>
    [Get("/_matrix/client/v3/rooms/{room}/state/m.room.encryption")]
    Task<ApiResponse<MatrixAnswer>> EncryptionAsync(string room, CancellationToken cancellationToken);
}

/// <summary>Any answer of a homeserver: the event that was made, or what is wrong.</summary>
internal sealed record MatrixAnswer(
    [property: JsonPropertyName("event_id")] string? EventId,
    [property: JsonPropertyName("errcode")] string? Code,
    [property: JsonPropertyName("error")] string? Error,
    [property: JsonPropertyName("retry_after_ms")] double? RetryAfterMilliseconds);

/// <summary>The content of one <c>m.room.message</c>. https://spec.matrix.org/latest/client-server-api/#mroommessage-msgtypes</summary>
/// <param name="Mentions">Always written: without it a client may search the text for names to call.</param>
/// <param name="NewContent">With an edit, what stands there from now on; the text around it is for clients that know no edits.</param>
internal sealed record MatrixEvent(
    [property: JsonPropertyName("msgtype")] string Type,
    [property: JsonPropertyName("body")] string Body,
    [property: JsonPropertyName("format")] string Format,
    [property: JsonPropertyName("formatted_body")] string FormattedBody,
    [property: JsonPropertyName("m.mentions")] MatrixMentions Mentions,
    [property: JsonPropertyName("m.new_content")] MatrixEvent? NewContent = null,
    [property: JsonPropertyName("m.relates_to")] MatrixRelation? RelatesTo = null)
{
    /// <param name="hears">Whether reactions are heard, so that the message says which.</param>
    public static MatrixEvent Of(SendAttempt attempt, bool hears) => attempt switch
    {
        CreateAttempt create => Of(MatrixText.Write(create.Message, hears), create.Message.Mention),
        EditAttempt edit => Edit(MatrixText.Write(edit.Message, hears), edit.MessageId),
        ReplyAttempt reply => Of(MatrixText.Write(reply.Reply), reply.Reply.Mention) with { RelatesTo = MatrixRelation.Thread(reply) },
        _ => throw new ArgumentOutOfRangeException(nameof(attempt)),
    };

    /// <summary>An answer: a notice, which other bots do not take for a command.</summary>
    public static MatrixEvent Of(MatrixBody body, MatrixThread thread) =>
        Of(body, mention: null) with { Type = "m.notice", RelatesTo = MatrixRelation.Answer(thread) };

    private static MatrixEvent Of(MatrixBody body, Mention? mention) =>
        new("m.text", body.Plain, "org.matrix.custom.html", body.Html, MatrixMentions.Of(mention));

    private static MatrixEvent Edit(MatrixBody body, string id) =>
        Of(new MatrixBody($"* {body.Plain}", $"* {body.Html}"), mention: null) with
        {
            NewContent = Of(body, mention: null),
            RelatesTo = new MatrixRelation("m.replace", id),
        };
}

/// <summary>Who is called. https://spec.matrix.org/latest/client-server-api/#user-and-room-mentions</summary>
internal sealed record MatrixMentions(
    [property: JsonPropertyName("room")] bool? Room,
    [property: JsonPropertyName("user_ids")] IReadOnlyList<string>? UserIds)
{
    public static MatrixMentions Of(Mention? mention)
    {
        var users = mention?.Ids.Where(IsUser).ToList();
        return new MatrixMentions(mention?.Everyone == true ? true : null, users is { Count: > 0 } ? users : null);
    }

    private static bool IsUser(string id) => id is ['@', _, ..] && id.Length <= 255 && id.Contains(':', StringComparison.Ordinal);
}

/// <summary>
/// The message that another replaces or answers. https://spec.matrix.org/latest/client-server-api/#event-replacements, #threading
/// </summary>
internal sealed record MatrixRelation(
    [property: JsonPropertyName("rel_type")] string? Type,
    [property: JsonPropertyName("event_id")] string? EventId,
    [property: JsonPropertyName("is_falling_back")] bool? IsFallingBack = null,
    [property: JsonPropertyName("m.in_reply_to")] MatrixReference? InReplyTo = null)
{
    /// <summary>In the thread, and for clients without threads an answer to the latest that stands there.</summary>
    public static MatrixRelation Thread(ReplyAttempt reply) =>
        new("m.thread", reply.MessageId, IsFallingBack: true, new MatrixReference(reply.LastReplyId ?? reply.MessageId));

    /// <summary>Below what was said, and in its thread if it stands in one.</summary>
    public static MatrixRelation Answer(MatrixThread thread) => thread.Root is { } root
        ? new MatrixRelation("m.thread", root, IsFallingBack: true, new MatrixReference(thread.Event))
        : new MatrixRelation(null, null, null, new MatrixReference(thread.Event));
}

/// <summary>A message by its id.</summary>
internal sealed record MatrixReference([property: JsonPropertyName("event_id")] string EventId);

/// <summary>How Matrix is written.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(MatrixEvent))]
[JsonSerializable(typeof(MatrixAnswer))]
internal sealed partial class MatrixJson : JsonSerializerContext;
