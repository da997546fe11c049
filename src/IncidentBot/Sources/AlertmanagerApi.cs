using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using IncidentBot.Outgoing;

namespace IncidentBot.Sources;

/// <summary>
/// Reads Alertmanager's API v2 (the same from 0.25 to 0.34). An answer is whole or it is none: what is cut off, too long or not
/// as the API has it is a failure, whose reason holds neither an address nor a secret.
/// </summary>
internal sealed class AlertmanagerApi(IHttpClientFactory http, TimeProvider clock)
{
    public const string ClientName = "alertmanager";

    /// <summary>Around 30,000 alerts; whoever has more should not have them all read every minute.</summary>
    private const int LargestAnswer = 32 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Asks one peer for its groups, its start and, when anything is silenced, its silences.</summary>
    public async Task<(PeerAnswer? Answer, string Reason)> ReadAsync(AlertmanagerOptions source, Uri peer, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            // The start is asked for first: an Alertmanager that is started in between then does not seem to have run for long.
            var status = await GetAsync(source, peer, "api/v2/status", AlertmanagerJson.Default.StatusAnswer, either.Token);
            var groups = await GetAsync(source, peer, "api/v2/alerts/groups", AlertmanagerJson.Default.ListGroupAnswer, either.Token);
            var silenced = groups.Exists(group => group?.Alerts?.Exists(alert => alert?.Status?.SilencedBy is { Count: > 0 }) == true);
            var silences = silenced ? await GetAsync(source, peer, "api/v2/silences", AlertmanagerJson.Default.ListSilenceAnswer, either.Token) : [];
            var intervals = status.Config?.Original?.Contains("time_intervals", StringComparison.Ordinal) == true;
            return (new PeerAnswer(peer, groups, status.Uptime is { Year: > 1 } ? status.Uptime : null, intervals, silences), "");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure)
        {
            return (null, failure switch
            {
                UnreadableException unreadable => unreadable.Message,
                OperationCanceledException => NoAnswer.Within(Patience).Reason,
                JsonException or InvalidOperationException or DecoderFallbackException => "an answer that is not Alertmanager's; is the address right?",
                _ => NoAnswer.Of(failure).Reason,
            });
        }
    }

    private async Task<T> GetAsync<T>(AlertmanagerOptions source, Uri peer, string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var client = http.CreateClient(ClientName);
        client.Timeout = Timeout.InfiniteTimeSpan;
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{peer.AbsoluteUri.TrimEnd('/')}/{path}"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.Authorization = source.ApiToken is { } token ? new AuthenticationHeaderValue("Bearer", token.Reveal())
            : source.ApiPassword is { } password ? new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{source.ApiUsername}:{password.Reveal()}")))
            : null;
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            throw new UnreadableException(FormattableString.Invariant($"it answered {(int)answer.StatusCode}"));
        }

        var body = await BoundedAnswer.ReadAsync(answer, LargestAnswer, cancellationToken) ?? throw new UnreadableException("an answer of more than 32 MiB");
        return JsonSerializer.Deserialize(body.Span, type)
            ?? throw new UnreadableException("an answer that is not Alertmanager's; is the address right?");
    }

    /// <summary>There is no answer, for a reason in our own words.</summary>
    private sealed class UnreadableException(string reason) : Exception(reason);
}
