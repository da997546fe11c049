using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using IncidentBot.Support;

namespace IncidentBot.Line;

/// <summary>
/// Posts notifications as an Alertmanager does: each group in order, groups at the same time, and again after a 5xx or a broken
/// connection with a growing pause, until the flush is over; then the next flush tells the group as it is by then. Only the
/// times are shorter. Any other answer would lose the notification and is a complaint.
/// </summary>
internal sealed class AlertStream(Func<Uri> webhook, int seed, int teams, int groups)
{
    private const int AtOneTime = 10;
    private static readonly TimeSpan Flush = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(400);

    private readonly ConcurrentQueue<int> _numbers = new(Enumerable.Range(0, groups));
    private volatile bool _ending;
    private int _accepted;
    private int _retried;

    public ConcurrentBag<AlertGroup> Groups { get; } = [];

    public ConcurrentBag<string> Complaints { get; } = [];

    /// <summary>How many notifications were answered 2xx.</summary>
    public int Accepted => _accepted;

    /// <summary>How many attempts met a broken connection or 5xx and were repeated.</summary>
    public int Retried => _retried;

    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, AtOneTime).Select(_ => Task.Run(() => WorkAsync(cancellationToken), cancellationToken)));

    /// <summary>Groups that live end soon, and no new ones begin.</summary>
    public void End() => _ending = true;

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (!_ending && _numbers.TryDequeue(out var number))
        {
            var random = new Random(HashCode.Combine(seed, number));
            var group = new AlertGroup($"g{number}", number % teams, random);
            Groups.Add(group);
            await LiveAsync(group, random, cancellationToken);
        }
    }

    private async Task LiveAsync(AlertGroup group, Random random, CancellationToken cancellationToken)
    {
        var steps = random.Next(3, 12);
        var ends = random.Next(2) == 0;
        for (var step = 0; step < steps || group.Accepted == 0; step++)
        {
            group.Change(TimeProvider.System.GetUtcNow(), ends && step == steps - 1);
            await FlushAsync(group, random, last: step >= steps - 1, cancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(_ending ? 50 : 2500)), TimeProvider.System, cancellationToken);
        }
    }

    /// <param name="last">The group will not flush again, so that this one goes on until it is taken.</param>
    private async Task FlushAsync(AlertGroup group, Random random, bool last, CancellationToken cancellationToken)
    {
        var (body, resolved) = group.Notification();
        var began = TimeProvider.System.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(20);
        while (last || TimeProvider.System.GetElapsedTime(began) < Flush)
        {
            var status = await PostAsync(body, cancellationToken);
            if (status is >= 200 and < 300)
            {
                group.Taken(resolved);
                Interlocked.Increment(ref _accepted);
                return;
            }

            if (status is > 0 and < 500)
            {
                Complaints.Add($"{group.Name} was answered {status}, and Alertmanager would have dropped it");
                return;
            }

            Interlocked.Increment(ref _retried);
            await Task.Delay(pause * (0.5 + random.NextDouble()), TimeProvider.System, cancellationToken);
            pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause;
        }
    }

    /// <summary>The status of the answer; 0 when there was none.</summary>
    private async Task<int> PostAsync(string body, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
            using var answer = await Loopback.Client.PostAsync(webhook(), content, cancellationToken);
            return (int)answer.StatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException
            || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return 0;
        }
    }
}
