using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Refit;

namespace IncidentBot.Outgoing;

/// <summary>What an API answered. An error is a value like any other answer.</summary>
/// <param name="Status">0 when there is no answer.</param>
/// <param name="Content">The body; null when it is not written as the API writes its own.</param>
/// <param name="RetryAfter">The header of that name; null when there was none.</param>
/// <param name="Failure">Why there is no answer; null when there is one.</param>
internal readonly record struct ApiAnswer<T>(int Status, T? Content, TimeSpan? RetryAfter, NoAnswer? Failure)
    where T : class
{
    /// <summary>The proxy that the answer came through and may be from; null when there was none, or only a tunnel.</summary>
    public string? Proxy { get; init; }
}

/// <summary>
/// A plain HTTP API that is written down as an interface: a method for each request. Whoever asks gets what came back as a value,
/// whatever came back; addresses and tokens may change from one attempt to the next.
/// </summary>
/// <param name="name">The named client, made by <see cref="CarefulClient.AddApiClient"/>.</param>
/// <param name="json">How the API writes its bodies.</param>
internal sealed class ApiClient<TApi>(IHttpClientFactory http, string name, JsonSerializerContext json, TimeProvider time)
{
    private readonly RefitSettings _settings = new(new SystemTextJsonContentSerializer(new JsonSerializerOptions(json.Options)
    {
        // Letters of all scripts as they are: limits count characters, and an escaped one would count as six.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    }))
    {
        // Statuses and bodies that make no sense are values; exceptions would hold the address.
        ExceptionFactory = static _ => new ValueTask<Exception?>((Exception?)null),
        DeserializationExceptionFactory = static (_, _) => new ValueTask<Exception?>((Exception?)null),

        // With its length in front; some do not take a body in chunks.
        RequestBodySerialization = RequestBodySerializationMode.Buffered,
    };

    /// <summary>Begins an attempt.</summary>
    /// <param name="address">What the paths of the interface are appended to.</param>
    /// <param name="authorization">The header of that name; null for none.</param>
    /// <param name="limit">How long all requests of the attempt may take together.</param>
    /// <param name="caller">Cancels the attempt.</param>
    public ApiCall<TApi> Begin(Uri? address, string? authorization, TimeSpan limit, CancellationToken caller) =>
        new(() => Make(address, authorization), new OutgoingCall(limit, time, caller), address is { Scheme: "http" }
            ? CarefulClient.Proxy.NameFor(address) : null);

    private TApi Make(Uri? address, string? authorization)
    {
        var client = http.CreateClient(name);
        client.BaseAddress = address;
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept", "application/json");
        if (authorization is not null)
        {
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        }

        return RestService.ForGenerated<TApi>(client, _settings);
    }
}

/// <summary>The requests of one attempt to one API.</summary>
internal sealed class ApiCall<TApi>(Func<TApi> make, OutgoingCall call, string? proxy) : IDisposable
{
    private TApi? _api;

    /// <summary>Makes one request and reads its answer.</summary>
    public Task<ApiAnswer<T>> AskAsync<T>(Func<TApi, CancellationToken, Task<ApiResponse<T>>> ask)
        where T : class =>
        call.AskAsync(
            async stop =>
            {
                using var answer = await ask(_api ??= make(), stop);
                if (!answer.HasRequestError(out var error))
                {
                    return new ApiAnswer<T>((int)answer.StatusCode.GetValueOrDefault(), answer.Content, answer.Headers is { } headers
                        ? call.RetryAfter(headers) : null, null)
                    { Proxy = proxy };
                }

                stop.ThrowIfCancellationRequested();
                return None<T>(NoAnswer.Of(error));
            },
            None<T>);

    public void Dispose() => call.Dispose();

    private static ApiAnswer<T> None<T>(NoAnswer no)
        where T : class => new(0, null, null, no);
}
