using System.Text.Json;
using IncidentBot.Outgoing;

namespace IncidentBot.Channels.Slack;

/// <summary>
/// Looks for the message of an attempt in a channel's latest history, or in a thread after the last reply that is known, by
/// the key in its metadata.
/// </summary>
internal sealed class SlackSearch(SendAttempt attempt, ApiCall<ISlackApi> call)
{
    private const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>Pages of 200, the largest that are recommended. https://docs.slack.dev/reference/methods/conversations.history</summary>
    private const int MostPages = 3;

    public async Task<FindResult> RunAsync()
    {
        string? cursor = null;
        for (var page = 0; page < MostPages; page++)
        {
            var (result, next) = Read(await AskAsync(cursor));
            if (result is not null || next is null)
            {
                return result ?? FindResult.Nothing;
            }

            cursor = next;
        }

        return FindResult.Nothing;
    }

    private Task<ApiAnswer<SlackHistory>> AskAsync(string? cursor)
    {
        if (attempt is not ReplyAttempt reply)
        {
            return call.AskAsync((slack, stop) => slack.HistoryAsync(attempt.Room.Id, cursor, MaxBytes, stop));
        }

        var root = SlackMessageId.Parse(reply.MessageId, reply.Room);
        var after = SlackMessageId.Parse(reply.LastReplyId ?? reply.MessageId, reply.Room).Ts;
        return call.AskAsync((slack, stop) => slack.RepliesAsync(root.Channel, root.Ts, after, cursor, MaxBytes, stop));
    }

    /// <summary>What a page decides, and the cursor of the next one.</summary>
    private (FindResult? Result, string? Next) Read(ApiAnswer<SlackHistory> answer)
    {
        if (answer.Content is not { Ok: { } ok } page)
        {
            return (new FindResult(null, answer.NotTheVendor() with { Unclear = false }), null);
        }

        if (!ok)
        {
            // Without the right to read the history nobody can tell; the sending itself will say what is wrong with the room.
            var result = SlackErrors.Of(page.Error ?? "", answer.RetryAfter, create: true, secret: null);
            return (new FindResult(null, (result as SendResult.TryAgain) is { } later ? later with { Unclear = false } : null), null);
        }

        var ours = page.Messages?.Find(message => IsOurs(message?.Metadata) && message?.Ts is not null);
        if (ours?.Ts is { } ts)
        {
            return (new FindResult(Id(ts), null), null);
        }

        var next = page.ResponseMetadata?.NextCursor;
        return (null, string.IsNullOrEmpty(next) ? null : next);
    }

    private bool IsOurs(SlackPastMark? mark) =>
        string.Equals(mark?.EventType, SlackChannel.MetadataType, StringComparison.Ordinal)
        && mark!.EventPayload.ValueKind == JsonValueKind.Object
        && mark.EventPayload.TryGetProperty("key"u8, out var key)
        && key.ValueKind == JsonValueKind.String
        && key.ValueEquals(attempt.Key);

    private string Id(string ts) => attempt is ReplyAttempt reply
        ? (SlackMessageId.Parse(reply.MessageId, reply.Room) with { Ts = ts }).In(reply.Room)
        : ts;
}
