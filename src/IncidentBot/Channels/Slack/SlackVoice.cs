using System.Text.Json;
using IncidentBot.Outgoing;

namespace IncidentBot.Channels.Slack;

/// <summary>
/// Answers in Slack: in the thread, or to one person by the address that came with their command or press, and without it by an
/// ephemeral message.
/// </summary>
internal sealed class SlackVoice(SlackOptions options, IHttpClientFactory http, TimeProvider time) : IChatVoice
{
    private static readonly JsonElement NoBlocks = JsonElement.Parse("[]");

    private readonly ApiClient<ISlackApi> _slack = new(http, SlackChannel.Name, SlackJson.Default, time);
    private readonly ApiClient<ISlackResponse> _responses = new(http, SlackChannel.Name, SlackJson.Default, time);

    public async Task<SendResult> TellAsync(UntoldAnswer answer, string live, CancellationToken cancellationToken)
    {
        if (answer.Answer.Place == AnswerPlace.Nowhere || answer.Answer.Lines.Count == 0)
        {
            return new SendResult.Delivered("");
        }

        var body = SlackText.Write(answer.Answer);
        var thread = SlackThread.Parse(answer.Thread);
        if (live.Length > 0 && (answer.Answer.Place == AnswerPlace.OnlyPerson || thread.Ts.Length == 0))
        {
            var result = await RespondAsync(body, thread, live, cancellationToken);
            if (result is not SendResult.Refused)
            {
                return result;
            }
        }

        var onlyPerson = !answer.IsPrivate && (answer.Answer.Place == AnswerPlace.OnlyPerson || thread.Ts.Length == 0);
        return await PostAsync(answer, body, thread, onlyPerson, cancellationToken);
    }

    /// <summary>
    /// Whether an address belongs to the Slack that is configured; a token for it is not needed, so it must not lead elsewhere.
    /// </summary>
    public static bool IsSlacks(string address, Uri api) => Uri.TryCreate(address, UriKind.Absolute, out var url)
        && string.Equals(url.Scheme, api.Scheme, StringComparison.Ordinal) && url.Port == api.Port && url.UserInfo.Length == 0
        && (string.Equals(url.IdnHost, api.IdnHost, StringComparison.OrdinalIgnoreCase)
            || url.IdnHost.EndsWith($".{api.IdnHost}", StringComparison.OrdinalIgnoreCase));

    /// <summary>Refused when the address does not serve (any more).</summary>
    private async Task<SendResult> RespondAsync(SlackBody body, SlackThread thread, string live, CancellationToken cancellationToken)
    {
        if (!IsSlacks(live, options.ApiUrl))
        {
            return new SendResult.Refused("the address to answer to is not Slack's", WholeRoom: false);
        }

        using var call = _responses.Begin(new Uri(live), authorization: null, options.Timeout, cancellationToken);
        var response = new SlackResponse("ephemeral", ReplaceOriginal: false, body.Text, JsonElement.Parse(body.Blocks),
            thread.Ts.Length > 0 ? thread.Ts : null);
        var answer = await call.AskAsync((slack, stop) => slack.RespondAsync(response, stop));

        // It answers "ok" in plain words.
        return answer.Failure is { } failure ? failure.Later()
            : answer.Status is >= 200 and < 300 ? new SendResult.Delivered("")
            : answer.Status is 429 or >= 500 ? answer.NotTheVendor()
            : new SendResult.Refused("the address to answer to serves no more", WholeRoom: false);
    }

    private async Task<SendResult> PostAsync(
        UntoldAnswer answer, SlackBody body, SlackThread thread, bool onlyPerson, CancellationToken cancellationToken)
    {
        using var call = _slack.Begin(options.ApiUrl, $"Bearer {options.BotToken?.Reveal()}", options.Timeout, cancellationToken);
        var post = new SlackPost(body.Text, JsonElement.Parse(body.Blocks), UnfurlLinks: false, UnfurlMedia: false, thread.Channel,
            ThreadTs: thread.Ts.Length > 0 ? thread.Ts : null, Mrkdwn: onlyPerson ? null : false, User: onlyPerson ? answer.By.Id : null);
        var said = await SendAsync(call, post, onlyPerson);
        if (SlackErrors.IsAboutBlocks(said.Content?.Error ?? ""))
        {
            said = await SendAsync(call, post with { Text = body.Plain, Blocks = NoBlocks }, onlyPerson);
        }

        return said.Content switch
        {
            { Ok: true } => new SendResult.Delivered(said.Content.Ts ?? ""),
            { Ok: false, Error: var error } => SlackErrors.Of(error ?? "an error without a name", said.RetryAfter, create: true, options.BotToken),
            _ => said.NotTheVendor(),
        };
    }

    private static Task<ApiAnswer<SlackAnswer>> SendAsync(ApiCall<ISlackApi> call, SlackPost post, bool onlyPerson) =>
        call.AskAsync((slack, stop) => onlyPerson ? slack.PostEphemeralAsync(post, stop) : slack.PostMessageAsync(post, stop));
}
