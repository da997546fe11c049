using System.Text.Json;

namespace IncidentBot.Channels.Slack;

/// <summary>
/// Looks for the message of an attempt in a channel's latest history, or in a thread after the last reply that is known, by
/// the key in its metadata.
/// </summary>
internal sealed class SlackSearch(SendAttempt attempt, Func<string, Task<VendorAnswer>> get)
{
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>Pages of 200, the largest that are recommended. https://docs.slack.dev/reference/methods/conversations.history</summary>
    private const int MostPages = 3;

    public async Task<FindResult> RunAsync()
    {
        string? cursor = null;
        for (var page = 0; page < MostPages; page++)
        {
            var (result, next) = Read(await get(Query(cursor)));
            if (result is not null || next is null)
            {
                return result ?? FindResult.Nothing;
            }

            cursor = next;
        }

        return FindResult.Nothing;
    }

    private string Query(string? cursor)
    {
        var page = $"limit=200&include_all_metadata=true{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}";
        if (attempt is not ReplyAttempt reply)
        {
            return $"conversations.history?channel={Uri.EscapeDataString(attempt.Room.Id)}&{page}";
        }

        var root = SlackMessageId.Parse(reply.MessageId, reply.Room);
        var after = SlackMessageId.Parse(reply.LastReplyId ?? reply.MessageId, reply.Room).Ts;
        return $"conversations.replies?channel={Uri.EscapeDataString(root.Channel)}&ts={Uri.EscapeDataString(root.Ts)}&oldest={Uri.EscapeDataString(after)}&{page}";
    }

    /// <summary>What a page decides, and the cursor of the next one.</summary>
    private (FindResult? Result, string? Next) Read(VendorAnswer answer)
    {
        if (answer.Failure is { } failure)
        {
            return (new FindResult(null, failure with { Unclear = false }), null);
        }

        using var json = answer.Json();
        if (json?.RootElement is not { } root || !root.TryGetProperty("ok", out _))
        {
            return (new FindResult(null, answer.NotTheVendor() with { Unclear = false }), null);
        }

        if (!root.Flag("ok"))
        {
            // Without the right to read the history nobody can tell; the sending itself will say what is wrong with the room.
            var result = SlackErrors.Of(root.Text("error") ?? "", answer.RetryAfter, create: true, secret: null);
            return (new FindResult(null, (result as SendResult.TryAgain) is { } later ? later with { Unclear = false } : null), null);
        }

        var messages = root.Child("messages");
        foreach (var message in messages.ValueKind == JsonValueKind.Array ? messages.EnumerateArray() : default)
        {
            var metadata = message.Child("metadata");
            if (string.Equals(metadata.Text("event_type"), SlackChannel.MetadataType, StringComparison.Ordinal)
                && string.Equals(metadata.Child("event_payload").Text("key"), attempt.Key, StringComparison.Ordinal)
                && message.Text("ts") is { } ts)
            {
                return (new FindResult(Id(ts), null), null);
            }
        }

        var next = root.Child("response_metadata").Text("next_cursor");
        return (null, string.IsNullOrEmpty(next) ? null : next);
    }

    private string Id(string ts) => attempt is ReplyAttempt reply
        ? (SlackMessageId.Parse(reply.MessageId, reply.Room) with { Ts = ts }).In(reply.Room)
        : ts;
}
