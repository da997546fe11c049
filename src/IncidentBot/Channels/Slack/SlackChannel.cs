using System.Text.Json;
using IncidentBot.Outgoing;

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

    private static readonly JsonElement NoBlocks = JsonElement.Parse("[]");

    private readonly ApiClient<ISlackApi> _slack = new(http, Name, SlackJson.Default, time);

    public string Kind => Name;

    public ChannelLimits Limits => SlackLimits.All;

    public async Task<SendResult> SendAsync(SendAttempt attempt, CancellationToken cancellationToken)
    {
        var body = attempt switch
        {
            CreateAttempt create => SlackText.Write(Pressable(create.Message), create.Message.Mention),
            EditAttempt edit => SlackText.Write(Pressable(edit.Message), mention: null),
            ReplyAttempt reply => SlackText.Write(reply.Reply),
            _ => throw new ArgumentOutOfRangeException(nameof(attempt)),
        };
        using var call = Begin(cancellationToken);
        var answer = await SendAsync(call, attempt, Post(attempt, body.Text, JsonElement.Parse(body.Blocks)));
        return SlackErrors.IsAboutBlocks(answer.Content?.Error ?? "")
            ? Read(await SendAsync(call, attempt, Post(attempt, body.Plain, NoBlocks)), attempt)
            : Read(answer, attempt);
    }

    public async Task<FindResult> FindAsync(SendAttempt attempt, CancellationToken cancellationToken)
    {
        if (attempt is EditAttempt)
        {
            return FindResult.Nothing;
        }

        using var call = Begin(cancellationToken);
        return await new SlackSearch(attempt, call).RunAsync();
    }

    /// <summary>Without buttons where nobody would hear that they are pressed.</summary>
    private Message Pressable(Message message) => options.Hears() ? message : message with { Buttons = [] };

    private ApiCall<ISlackApi> Begin(CancellationToken cancellationToken) =>
        _slack.Begin(options.ApiUrl, $"Bearer {options.BotToken?.Reveal()}", options.Timeout, cancellationToken);

    private static Task<ApiAnswer<SlackAnswer>> SendAsync(ApiCall<ISlackApi> call, SendAttempt attempt, SlackPost post) =>
        call.AskAsync((slack, stop) => attempt is EditAttempt ? slack.UpdateAsync(post, stop) : slack.PostMessageAsync(post, stop));

    /// <summary>The result of a request. An answer without Slack's own words is a failure on the way.</summary>
    private SendResult Read(ApiAnswer<SlackAnswer> answer, SendAttempt attempt)
    {
        if (answer.Content is not { Ok: { } ok } content)
        {
            return answer.NotTheVendor();
        }

        if (ok)
        {
            // An edit that Slack confirms without naming the message is still that message.
            var id = attempt is EditAttempt edit ? edit.MessageId
                : content.Ts is { } ts ? new SlackMessageId(content.Channel ?? attempt.Room.Id, ts).In(attempt.Room)
                : null;
            return id is null ? answer.NotTheVendor() : new SendResult.Delivered(id);
        }

        var error = content.Error ?? "an error without a name";
        return answer.Status >= 500
            ? new SendResult.TryAgain(VendorWords.Reason(error, options.BotToken), answer.RetryAfter, Unclear: true)
            : SlackErrors.Of(error, answer.RetryAfter, attempt is CreateAttempt, options.BotToken);
    }

    /// <summary>Whether a reply is meant for all who are in the room, and not only for those who follow the thread.</summary>
    private static bool Rings(ReplyAttempt reply) =>
        SlackText.Calls(reply.Reply) || (!reply.Silent && reply.Reply.Headline.Length > 0);

    private static SlackPost Post(SendAttempt attempt, string text, JsonElement blocks)
    {
        var post = new SlackPost(text, blocks, UnfurlLinks: false, UnfurlMedia: false, attempt.Room.Id);
        if (attempt is EditAttempt edit)
        {
            var message = SlackMessageId.Parse(edit.MessageId, edit.Room);
            return post with { Channel = message.Channel, Ts = message.Ts };
        }

        post = post with { Mrkdwn = false, Metadata = new SlackMark(MetadataType, new SlackKey(attempt.Key)) };
        if (attempt is ReplyAttempt reply)
        {
            var root = SlackMessageId.Parse(reply.MessageId, reply.Room);
            return post with { Channel = root.Channel, ThreadTs = root.Ts, ReplyBroadcast = Rings(reply) ? true : null };
        }

        return post;
    }
}
