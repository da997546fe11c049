using System.Globalization;
using System.Text.Json;
using IncidentBot.Outgoing;

namespace IncidentBot.Channels;

/// <summary>What came back from a vendor: an answer, or the failure that stands in its place.</summary>
/// <param name="RetryAfter">The header of that name; null when there was none.</param>
/// <param name="Failure">There is no answer that could be read, and why.</param>
internal readonly record struct VendorAnswer(int Status, ReadOnlyMemory<byte> Body, TimeSpan? RetryAfter, SendResult.TryAgain? Failure)
{
    /// <summary>The body as a JSON object; null when it is anything else. The caller disposes of it.</summary>
    public JsonDocument? Json()
    {
        try
        {
            var json = JsonDocument.Parse(Body, new JsonDocumentOptions { MaxDepth = 64 });
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                return json;
            }

            json.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// What an answer means that the vendor did not word itself: a proxy, a gateway or a page of maintenance spoke, and that
    /// passes. Only the vendor's own word refuses for good.
    /// </summary>
    public SendResult.TryAgain NotTheVendor()
    {
        var reason = Status switch
        {
            429 => "429: rate limited",
            >= 200 and < 300 => string.Create(CultureInfo.InvariantCulture, $"{Status} with an answer that is not the vendor's"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{Status} without the vendor's own reason; is the address right?"),
        };
        return new SendResult.TryAgain(reason, RetryAfter, Unclear: Status is < 300 or (>= 500 and not 503));
    }
}

/// <summary>
/// The requests of one attempt: they share the attempt's time limit, answers are read up to a bound, and everything that goes
/// wrong on the way becomes a value whose words are our own, so that no address and no secret is ever in it.
/// </summary>
internal sealed class VendorCall : IDisposable
{
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    private readonly HttpClient _client;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _either;

    public VendorCall(HttpClient client, TimeSpan timeout, TimeProvider time, CancellationToken caller)
    {
        client.Timeout = Timeout.InfiniteTimeSpan;
        _client = client;
        _timeout = timeout;
        _time = time;
        _caller = caller;
        _timer = new CancellationTokenSource(timeout, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(caller, _timer.Token);
    }

    /// <summary>Sends one request and reads its answer.</summary>
    /// <param name="maxBytes">A longer answer is a failure: nothing that this program asks for is that long.</param>
    public async Task<VendorAnswer> SendAsync(Func<HttpRequestMessage> make, int maxBytes = 256 * 1024)
    {
        try
        {
            using var request = make();
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _either.Token);
            return await BoundedAnswer.ReadAsync(response, maxBytes, _either.Token) is { } body
                ? new VendorAnswer((int)response.StatusCode, body, RetryAfter(response), null)
                : Failed(new NoAnswer("an answer longer than any that was asked for", Sent: true));
        }
        catch (OperationCanceledException) when (_caller.IsCancellationRequested)
        {
            throw new OperationCanceledException(_caller);
        }
        catch (OperationCanceledException) when (_timer.IsCancellationRequested)
        {
            return Failed(NoAnswer.Within(_timeout));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException
            or FormatException or ArgumentException or InvalidOperationException or NotSupportedException)
        {
            return Failed(NoAnswer.Of(failure));
        }
    }

    public void Dispose()
    {
        _either.Dispose();
        _timer.Dispose();
    }

    private static VendorAnswer Failed(NoAnswer no) => new(0, default, null, new SendResult.TryAgain(no.Reason, Unclear: no.Sent));

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var header = response.Headers.RetryAfter;
        return Bounded(header?.Delta ?? header?.Date - _time.GetUtcNow());
    }

    /// <summary>A waiting time that a vendor gave, within reason.</summary>
    public static TimeSpan? Bounded(TimeSpan? wait) => wait switch
    {
        null => null,
        _ when wait < TimeSpan.Zero => TimeSpan.Zero,
        _ when wait > LongestRetryAfter => LongestRetryAfter,
        _ => wait,
    };
}
