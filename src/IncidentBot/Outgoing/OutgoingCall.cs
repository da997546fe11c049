using System.Net.Http.Headers;
using Refit;

namespace IncidentBot.Outgoing;

/// <summary>
/// The requests of one attempt: they share its time limit, and everything that goes wrong on the way becomes a value whose words
/// are our own, so that no address and no secret is ever in it.
/// </summary>
internal sealed class OutgoingCall : IDisposable
{
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromDays(1);

    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _either;

    public OutgoingCall(TimeSpan limit, TimeProvider time, CancellationToken caller)
    {
        _limit = limit;
        _time = time;
        _caller = caller;
        _timer = new CancellationTokenSource(limit, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(caller, _timer.Token);
    }

    /// <summary>Asks once; when there is no answer, says why.</summary>
    /// <exception cref="OperationCanceledException">The caller does not want to wait any more.</exception>
    public async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, Func<NoAnswer, T> otherwise)
    {
        try
        {
            return await ask(_either.Token);
        }
        catch (OperationCanceledException) when (_caller.IsCancellationRequested)
        {
            throw new OperationCanceledException(_caller);
        }
        catch (OperationCanceledException) when (_timer.IsCancellationRequested)
        {
            return otherwise(NoAnswer.Within(_limit));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or AnswerTooLongException or ApiExceptionBase
            or OperationCanceledException or FormatException or ArgumentException or InvalidOperationException or NotSupportedException)
        {
            return otherwise(NoAnswer.Of(failure));
        }
    }

    /// <summary>How long an answer asks to wait; null when it does not.</summary>
    public TimeSpan? RetryAfter(HttpResponseHeaders headers) =>
        Bounded(headers.RetryAfter?.Delta ?? headers.RetryAfter?.Date - _time.GetUtcNow());

    /// <summary>A waiting time that somebody else gave, within reason.</summary>
    public static TimeSpan? Bounded(TimeSpan? wait) => wait switch
    {
        null => null,
        _ when wait < TimeSpan.Zero => TimeSpan.Zero,
        _ when wait > LongestRetryAfter => LongestRetryAfter,
        _ => wait,
    };

    public void Dispose()
    {
        _either.Dispose();
        _timer.Dispose();
    }
}
