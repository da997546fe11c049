using System.Globalization;
using IncidentBot.Loops;
using IncidentBot.Settings;
using IncidentBot.Storage;

namespace IncidentBot.Delivery;

/// <summary>
/// Tells somebody else (Uptime Kuma, healthchecks.io) regularly that IncidentBot works, but only while it really does: the
/// delivery loop takes another turn when asked to, no loop fails again and again, no request hangs, the store writes, and nothing waits
/// that every room it is
/// meant for refuses or does not take. What one of several rooms refuses, what waits its turn in a storm and what quiet hours
/// hold is no reason for silence. The address holds a token and is in no log.
/// </summary>
internal sealed partial class OwnHeartbeat(
    DeliveryLoop delivery, DeliverySetup setup, IIncidentStore store, CurrentSettings settings, IHttpClientFactory http,
        LoopBook book)
    : Loop("heartbeat", book, TimeSpan.FromDays(1))
{
    public const string ClientName = "heartbeat";

    /// <summary>How long the loop may take for a turn, the store for a commit, and the other side for an answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>No attempt takes so long: each has a timeout of at most 5 minutes.</summary>
    private static readonly TimeSpan LongestAttempt = TimeSpan.FromMinutes(10);

    /// <summary>What fails for so long does not pass by itself.</summary>
    private static readonly TimeSpan FailsWithin = TimeSpan.FromMinutes(5);

    private const int MostRooms = 5;

    private static readonly TimeSpan PauseWithoutOne = TimeSpan.FromMinutes(1);

    private string _failing = "";

    protected override async Task<DateTimeOffset?> TurnAsync(DateTimeOffset now, CancellationToken stoppingToken)
    {
        if (settings.Value.Heartbeat?.Url is { } url)
        {
            Say(await BeatAsync(url, stoppingToken));
        }

        return Clock.GetUtcNow() + (settings.Value.Heartbeat?.Every ?? PauseWithoutOne);
    }

    /// <summary>Beats once. Returns why it did not, or empty.</summary>
    internal async Task<string> BeatAsync(Secret url, CancellationToken cancellationToken)
    {
        if (await WhyNotAsync(cancellationToken) is { } reason)
        {
            return $"withheld, because {reason}";
        }

        using var timer = new CancellationTokenSource(Patience, Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            using var client = http.CreateClient(ClientName);
            using var answer = await client.GetAsync(new Uri(url.Reveal()), HttpCompletionOption.ResponseHeadersRead, either.Token);
            return answer.IsSuccessStatusCode ? ""
                : string.Create(CultureInfo.InvariantCulture, $"not taken: it was answered {(int)answer.StatusCode}");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure) when (
            failure is HttpRequestException or OperationCanceledException or IOException or UriFormatException or InvalidOperationException)
        {
            // The message of the failure may hold the address, and with it the token.
            return failure is OperationCanceledException ? "not taken: no answer in time" : "not taken: no connection";
        }
    }

    /// <summary>Why something is not delivered; null when everything is that can be.</summary>
    private async Task<string?> WhyNotAsync(CancellationToken cancellationToken)
    {
        try
        {
            await delivery.NextTurnAsync().WaitAsync(Patience, Clock, cancellationToken);
            if (delivery.State.OldestUnderWay is { } begun && Clock.GetUtcNow() - begun > LongestAttempt)
            {
                return "a request to a chat hangs";
            }

            if (Book.Loops.FirstOrDefault(loop => loop != this && Clock.GetUtcNow() - loop.Failure?.Since > FailsWithin) is { } failing)
            {
                return $"the loop {failing.Name} fails again and again: see the log";
            }

            await store.CheckAsync(cancellationToken).WaitAsync(Patience, Clock, cancellationToken);
            return await WhoMissesAsync(cancellationToken).WaitAsync(Patience, Clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return "the delivery loop or the store does not go on";
        }
        catch (StoreUnavailableException failure)
        {
            return failure.Message;
        }
    }

    /// <summary>The rooms in which something waits that is shown in none; null when there are none.</summary>
    private async Task<string?> WhoMissesAsync(CancellationToken cancellationToken)
    {
        var untold = await store.UntoldAsync(Clock.GetUtcNow() - RoomHealth.UrgentWithin, cancellationToken);
        var lanes = setup.Now.Lanes;
        var missed = untold.GroupBy(post => post.Subject).Where(posts => posts.All(post => delivery.RoomHealth.Misses(post, lanes)));
        var rooms = missed.SelectMany(posts => posts).Select(post => post.Room.ToString()).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).ToList();
        return rooms.Count == 0 ? null
            : $"what waits for {string.Join(", ", rooms.Take(MostRooms))}{(rooms.Count > MostRooms ? " and others" : "")} is shown nowhere; the page /deliveries says why";
    }

    private void Say(string problem)
    {
        if (string.Equals(problem, _failing, StringComparison.Ordinal))
        {
            return;
        }

        _failing = problem;
        if (problem.Length > 0)
        {
            LogFailed(problem);
        }
        else
        {
            LogWorks();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The heartbeat is {Problem}")]
    private partial void LogFailed(string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "The heartbeat beats again")]
    private partial void LogWorks();
}
