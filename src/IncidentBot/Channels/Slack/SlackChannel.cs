using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;

namespace IncidentBot.Channels.Slack;

/// <summary>
/// Posts to Slack by its Web API. A message carries its attempt's key as metadata, so that it is found again in the channel's
/// history when nobody knows whether it was sent.
/// </summary>
internal sealed class SlackChannel(SlackOptions options, IHttpClientFactory http, TimeProvider time) : IChannel
{
    public const string Name = "slack";

    /// <summary>The event type of the metadata that marks this program's messages.</summary>
    public const string MetadataType = "incidentbot_post";

    public string Kind => Name;

    public ChannelLimits Limits => SlackLimits.All;

    public async Task<SendResult> SendAsync(SendAttempt attempt, CancellationToken cancellationToken)
    {
        var body = attempt switch
        {
            CreateAttempt create => SlackText.Write(create.Message, create.Message.Mention),
            EditAttempt edit => SlackText.Write(edit.Message, mention: null),
            ReplyAttempt reply => SlackText.Write(reply.Reply),
            _ => throw new ArgumentOutOfRangeException(nameof(attempt)),
        };
        using var call = new VendorCall(http.CreateClient(Name), options.Timeout, time, cancellationToken);
        var answer = await call.SendAsync(() => Request(attempt, body, plain: false));
        return Read(answer, attempt, out var error) is { } result && !SlackErrors.IsAboutBlocks(error)
            ? result
            : Read(await call.SendAsync(() => Request(attempt, body, plain: true)), attempt, out _);
    }

    public async Task<FindResult> FindAsync(SendAttempt attempt, CancellationToken cancellationToken)
    {
        if (attempt is EditAttempt)
        {
            return FindResult.Nothing;
        }

        using var call = new VendorCall(http.CreateClient(Name), options.Timeout, time, cancellationToken);
        var search = new SlackSearch(attempt, query => call.SendAsync(() => Authorized(new HttpRequestMessage(HttpMethod.Get, Method(query))), SlackSearch.MaxBytes));
        return await search.RunAsync();
    }

    /// <summary>The result of a request. An answer without Slack's own words is a failure on the way.</summary>
    private SendResult Read(VendorAnswer answer, SendAttempt attempt, out string error)
    {
        error = "";
        if (answer.Failure is { } failure)
        {
            return failure;
        }

        using var json = answer.Json();
        if (json?.RootElement is not { } root || !root.TryGetProperty("ok", out _))
        {
            return answer.NotTheVendor();
        }

        if (root.Flag("ok"))
        {
            // An edit that Slack confirms without naming the message is still that message.
            var id = attempt is EditAttempt edit ? edit.MessageId : root.Text("ts") is { } ts
                ? new SlackMessageId(root.Text("channel") ?? attempt.Room.Id, ts).In(attempt.Room)
                : null;
            return id is null ? answer.NotTheVendor() : new SendResult.Delivered(id);
        }

        error = root.Text("error") ?? "an error without a name";
        return answer.Status >= 500
            ? new SendResult.TryAgain(VendorWords.Reason(error, options.BotToken), answer.RetryAfter, Unclear: true)
            : SlackErrors.Of(error, answer.RetryAfter, attempt is CreateAttempt, options.BotToken);
    }

    private HttpRequestMessage Request(SendAttempt attempt, SlackBody body, bool plain)
    {
        var buffer = new ArrayBufferWriter<byte>(8192);
        using (var json = new Utf8JsonWriter(buffer, LiteralJson.Options))
        {
            json.WriteStartObject();
            json.WriteString("text"u8, plain ? body.Plain : body.Text);
            json.WritePropertyName("blocks"u8);

            // Left out, an edit would keep the old blocks in front of the new text.
            json.WriteRawValue(plain ? "[]"u8 : body.Blocks);
            json.WriteBoolean("unfurl_links"u8, false);
            json.WriteBoolean("unfurl_media"u8, false);
            WriteAddress(json, attempt);
            if (attempt is not EditAttempt)
            {
                json.WriteBoolean("mrkdwn"u8, false);
                WriteMetadata(json, attempt.Key);
            }

            json.WriteEndObject();
        }

        var method = attempt is EditAttempt ? "chat.update" : "chat.postMessage";
        var request = new HttpRequestMessage(HttpMethod.Post, Method(method)) { Content = new ReadOnlyMemoryContent(buffer.WrittenMemory) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        return Authorized(request);
    }

    private static void WriteAddress(Utf8JsonWriter json, SendAttempt attempt)
    {
        switch (attempt)
        {
            case EditAttempt edit:
                var message = SlackMessageId.Parse(edit.MessageId, edit.Room);
                json.WriteString("channel"u8, message.Channel);
                json.WriteString("ts"u8, message.Ts);
                break;
            case ReplyAttempt reply:
                var root = SlackMessageId.Parse(reply.MessageId, reply.Room);
                json.WriteString("channel"u8, root.Channel);
                json.WriteString("thread_ts"u8, root.Ts);
                break;
            default:
                json.WriteString("channel"u8, attempt.Room.Id);
                break;
        }
    }

    private static void WriteMetadata(Utf8JsonWriter json, string key)
    {
        json.WriteStartObject("metadata"u8);
        json.WriteString("event_type"u8, MetadataType);
        json.WriteStartObject("event_payload"u8);
        json.WriteString("key"u8, key);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private Uri Method(string method) =>
        new(options.ApiUrl.AbsoluteUri.EndsWith('/') ? options.ApiUrl.AbsoluteUri + method : $"{options.ApiUrl.AbsoluteUri}/{method}");

    private HttpRequestMessage Authorized(HttpRequestMessage request)
    {
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {options.BotToken?.Reveal()}");
        return request;
    }
}
