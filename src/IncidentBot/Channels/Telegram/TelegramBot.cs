using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using IncidentBot.Outgoing;
using Telegram.Bot;
using Telegram.Bot.Exceptions;
using Telegram.Bot.Requests.Abstractions;
using Telegram.Bot.Types;

namespace IncidentBot.Channels.Telegram;

/// <summary>What came back from Telegram: an answer, its own error, or neither and why.</summary>
/// <param name="Status">0 when there is no answer.</param>
/// <param name="RetryAfter">The header of that name, which a proxy before Telegram may have written.</param>
internal sealed record TelegramAnswer<T>(int Status, TimeSpan? RetryAfter, T? Content = null, ApiRequestException? Error = null,
    NoAnswer? Failure = null)
    where T : class
{
    public SendResult.TryAgain NotTheVendor() => Failure?.Later() ?? VendorAnswers.NotTheVendor(Status, RetryAfter);
}

/// <summary>
/// The field's client of the Bot API, held to one request for each that is asked for: it would repeat and wait by itself, on its
/// own clock. Made for each request, so that nothing of it is loaded before a room of Telegram gets a message.
/// </summary>
internal sealed class TelegramBot
{
    private readonly TelegramBotClient _client;
    private readonly Func<string, Uri> _address;
    private HttpResponseMessage? _answer;

    private TelegramBot(TelegramBotClient client, Func<string, Uri> address)
    {
        _client = client;
        _address = address;
        _client.OnMakingApiRequest += (_, request, _) =>
        {
            // The client drops the path of a base address, behind which a gateway may stand.
            request.HttpRequestMessage!.RequestUri = _address(request.Request.MethodName);
            return ValueTask.CompletedTask;
        };
        _client.OnApiResponseReceived += (_, answer, _) =>
        {
            _answer = answer.ResponseMessage;
            return ValueTask.CompletedTask;
        };
    }

    /// <summary>Null when the token cannot be one.</summary>
    public static TelegramBot? Make(TelegramOptions options, HttpClient http)
    {
        var token = options.BotToken?.Reveal() ?? "";
        try
        {
            var client = new TelegramBotClient(new TelegramBotClientOptions(token) { RetryCount = 1, RetryThreshold = 0 }, http);
            return new TelegramBot(client, method => Address(options.ApiUrl, token, method));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Makes one request.</summary>
    public Task<TelegramAnswer<T>> AskAsync<T>(OutgoingCall call, IRequest<T> request)
        where T : class =>
        call.AskAsync(
            async stop =>
            {
                try
                {
                    var content = await _client.SendRequest(request, stop);
                    return new TelegramAnswer<T>(Status, RetryAfter(call), content);
                }
                catch (ApiRequestException error)
                {
                    return new TelegramAnswer<T>(Status, RetryAfter(call), Error: error);
                }
                catch (RequestException) when (_answer is not null)
                {
                    return new TelegramAnswer<T>(Status, RetryAfter(call));
                }
                catch (RequestException failure)
                {
                    stop.ThrowIfCancellationRequested();
                    return None<T>(NoAnswer.Of(failure.InnerException ?? failure));
                }
            },
            None<T>);

    /// <summary>
    /// Makes one request of the library's and reads the answer by a type of our own: the library's client knows only its own, of which an
    /// update leads to all others.
    /// </summary>
    public static Task<TelegramAnswer<T>> FetchAsync<T>(
        TelegramOptions options, HttpClient http, OutgoingCall call, IRequest request, JsonTypeInfo<TelegramReply<T>> type)
        where T : class =>
        call.AskAsync(
            async stop =>
            {
                using var message = new HttpRequestMessage(request.HttpMethod,
                    Address(options.ApiUrl, options.BotToken?.Reveal() ?? "", request.MethodName));
                message.Content = request.ToHttpContent();
                using var answer = await http.SendAsync(message, stop);
                var (status, retryAfter) = ((int)answer.StatusCode, call.RetryAfter(answer.Headers));
                try
                {
                    var reply = JsonSerializer.Deserialize(await answer.Content.ReadAsByteArrayAsync(stop), type);
                    return reply is { Ok: true, Result: { } result } ? new TelegramAnswer<T>(status, retryAfter, result)
                        : reply is { Ok: false, Description: { } words } ? new TelegramAnswer<T>(status, retryAfter,
                            Error: new ApiRequestException(words, reply.ErrorCode ?? status, reply.Parameters?.ToLibrary()))
                        : new TelegramAnswer<T>(status, retryAfter);
                }
                catch (JsonException)
                {
                    return new TelegramAnswer<T>(status, retryAfter);
                }
            },
            None<T>);

    private int Status => (int?)_answer?.StatusCode ?? 0;

    private TimeSpan? RetryAfter(OutgoingCall call) => _answer is null ? null : call.RetryAfter(_answer.Headers);

    private static TelegramAnswer<T> None<T>(NoAnswer no)
        where T : class => new(0, null, Failure: no);

    /// <summary>The token is a part of the address: nothing may ever show it.</summary>
    private static Uri Address(Uri api, string token, string method)
    {
        var escaped = Uri.EscapeDataString(token).Replace("%3A", ":", StringComparison.Ordinal);
        return new Uri($"{api.AbsoluteUri.TrimEnd('/')}/bot{escaped}/{method}");
    }
}

/// <summary>
/// A request of which only the number of the message is read from the answer. Telegram answers with the whole message, whose type
/// leads to nearly all others of the library: to know them costs megabytes.
/// </summary>
internal sealed class NumberOnly(IRequest request) : IRequest<MessageId>
{
    public HttpMethod HttpMethod => request.HttpMethod;

    public string MethodName => request.MethodName;

    public bool IsWebhookResponse
    {
        get => request.IsWebhookResponse;
        set => request.IsWebhookResponse = value;
    }

    public HttpContent? ToHttpContent() => request.ToHttpContent();
}
